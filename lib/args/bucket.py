"""Settings of buckets."""

from typing import Annotated

from pydantic import Field, StrictInt

from lib.args.scalars import Name
from lib.args.section import Section

Days = Annotated[StrictInt, Field(ge=1, le=36500)]


class LifecycleArgs(Section):
    """What becomes of old versions of objects, in days since they became old."""

    infrequent_access_days: Annotated[StrictInt, Field(ge=30, le=36500)] = Field(
        default=30, description="Days until STANDARD_IA."
    )
    glacier_days: Days = Field(default=90, description="Days until GLACIER.")
    expire_days: Days = Field(default=365, description="Days until they are gone.")


class BucketArgs(Section):
    """A private, versioned bucket, encrypted with a customer key, in the region of a network."""

    network: Name | None = Field(
        default=None, description="Network whose region it is in. Default: the stack's region."
    )
    replicate_to: Name | None = Field(default=None, description="Network in another region that gets a replica.")
    lifecycle: LifecycleArgs = Field(default=LifecycleArgs(), description="What becomes of old versions.")
