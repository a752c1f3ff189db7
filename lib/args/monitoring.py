"""Settings of monitoring and of what protects data."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from lib.args.probe import ProbeArgs
from lib.args.scalars import ONE_OR_MANY, Email, HttpsUrl
from lib.args.section import Section
from lib.args.thresholds import ThresholdsArgs


class MonitoringArgs(Section):
    """What watches over the stack, and whom it tells."""

    trail: Literal["create", "existing"] = Field(
        default="create",
        description="CloudTrail trail that the EventBridge rules depend on: made by this stack in each account with a "
        "peered network, or the account's own.",
    )
    emails: Annotated[tuple[Email, ...], ONE_OR_MANY] = Field(
        default=(), description="Addresses subscribed to the alarm topics; each must confirm by mail."
    )
    https: Annotated[tuple[HttpsUrl, ...], ONE_OR_MANY] = Field(
        default=(), description="HTTPS endpoints subscribed to the alarm topics; each must confirm by itself."
    )
    probes: tuple[ProbeArgs, ...] = Field(
        default=(), description="Connections that are tried every minute; an alarm tells when one is broken."
    )
    thresholds: ThresholdsArgs = Field(
        default=ThresholdsArgs(), description="From where on a signal is news; defaults by profile."
    )
    dashboards: StrictBool = Field(default=True, description="A dashboard for each region, and one across several.")


class ProtectionArgs(Section):
    """How hard the stack is to destroy, and how long it remembers. Defaults come from the profile."""

    deletion_protection: StrictBool = Field(default=False, description="Refuse deletion of what holds data.")
    force_destroy: StrictBool = Field(
        default=True, description="Let buckets and the like be destroyed with what is in them."
    )
    key_deletion_days: Annotated[StrictInt, Field(ge=7, le=30)] = Field(
        default=7, description="Days before a deleted KMS key is gone."
    )
    secret_recovery_days: Annotated[StrictInt, Field(ge=0, le=30)] = Field(
        default=0, description="Days in which a deleted secret can be restored: 0, or 7 to 30."
    )
    log_retention_days: Annotated[StrictInt, Field(ge=1, le=3653)] = Field(default=30, description="Days to keep logs.")
    backup_retention_days: Annotated[StrictInt, Field(ge=1, le=35)] = Field(
        default=7, description="Days of point-in-time recovery and of recovery points."
    )
