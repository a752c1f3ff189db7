"""Names of what a stack has once in the account or a region: keys, topics, the trail."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.foundation.naming.maker import ANY_ACCOUNT, Maker, PlannedName

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


class AccountNames(Maker):
    """Names of what a stack has once in the account or a region: keys, topics, the trail."""

    __slots__ = ()

    def trail_bucket(self, account_id: str) -> str:
        """The bucket of the stack's trail."""
        return self.bucket("trail", account_id)

    def trail(self) -> str:
        """The stack's CloudTrail trail."""
        return self.in_account("trail")

    def topic(self, region: str) -> str:
        """The alarm topic of a region."""
        return self.in_account("alarms", region)


def planned(args: "TapStackArgs", names: AccountNames, region: str) -> Iterator[PlannedName]:
    """Names that any stack of these settings leads to; `region` is the one of the longest name."""
    for purpose in ("logs", "messages", "data", "volumes"):
        yield PlannedName("application", "key-alias", names.key_alias(purpose, region))
    yield PlannedName("application", "topic", names.topic(region))
    if args.peerings or args.meshes:
        yield PlannedName("application", "trail", names.trail())
        yield PlannedName("application", "bucket", names.trail_bucket(ANY_ACCOUNT))
