"""Settings of queues."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from lib.args.scalars import Name
from lib.args.section import Section


class QueueArgs(Section):
    """An SQS queue with its dead-letter queue."""

    network: Name | None = Field(
        default=None, description="Network whose region it is in. Default: the stack's region."
    )
    fifo: StrictBool = Field(default=False, description="First in, first out, each message once.")
    visibility_timeout_seconds: Annotated[StrictInt, Field(ge=0, le=43200)] = Field(
        default=30, description="Seconds in which a received message is hidden from others."
    )
    retention_days: Annotated[StrictInt, Field(ge=1, le=14)] = Field(default=4, description="Days to keep messages.")
    max_receives: Annotated[StrictInt, Field(ge=1, le=1000)] = Field(
        default=5, description="Receptions after which a message goes to the dead-letter queue, kept there 14 days."
    )
