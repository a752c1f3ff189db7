"""Names of networks and peerings."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.foundation.naming.maker import ANY_ACCOUNT, LONGEST_ZONE, Maker, PlannedName

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


class NetworkNames(Maker):
    """Names of networks and peerings."""

    __slots__ = ()

    def flow_log_group(self, network: str) -> str:
        """The log group of a network's flow logs."""
        return f"/aws/vpc/flowlogs/{self.in_account(network)}"

    def flow_log_bucket(self, network: str, account_id: str) -> str:
        """The bucket of a network's flow logs."""
        return self.bucket(f"{network}-flow-logs", account_id)

    def db_subnet_group(self, network: str) -> str:
        """The RDS subnet group of a network."""
        return self.of(network, "db-subnet-group")

    def peering(self, peering: str) -> str:
        """The name tag of a peering connection, on both sides."""
        return self.of(peering, "peering")

    def peering_rule(self, peering: str, region: str) -> str:
        """The EventBridge rule that watches a peering in a region."""
        return self.in_account(peering, "broken", region)

    def peering_alarm(self, peering: str, region: str) -> str:
        """The alarm on failed deliveries of that rule."""
        return self.in_account(peering, "undelivered", region)


def planned(args: "TapStackArgs", names: NetworkNames, region: str) -> Iterator[PlannedName]:
    """Names that the networks and peerings of these settings lead to; `region` is the one of the longest name."""
    for name, network in args.networks.items():
        at = f"networks.{name}"
        yield PlannedName(at, "log-group", names.flow_log_group(name))
        if network.flow_logs and network.flow_logs.destination == "s3":
            yield PlannedName(at, "bucket", names.flow_log_bucket(name, ANY_ACCOUNT))
        if network.database_subnet_group:
            yield PlannedName(at, "db-subnet-group", names.db_subnet_group(name))
        for tier in network.tiers:
            yield PlannedName(f"{at}.tiers.{tier}", "security-group", names.security_group(name, tier))
            yield PlannedName(f"{at}.tiers.{tier}", "tag", names.of(name, tier, LONGEST_ZONE))
        for group in network.security_groups:
            yield PlannedName(f"{at}.security_groups.{group}", "security-group", names.security_group(name, group))
    for at, name in watched(args):
        yield PlannedName(at, "event-rule", names.peering_rule(name, region))
        yield PlannedName(at, "alarm", names.peering_alarm(name, region))


def watched(args: "TapStackArgs") -> Iterator[tuple[str, str]]:
    """Every peering, those of meshes included: where it is written, and its name."""
    for name in args.peerings:
        yield f"peerings.{name}", name
    for name, mesh in args.meshes.items():
        for first in mesh.members:
            for second in mesh.members:
                if first < second:
                    yield f"meshes.{name}", f"{name}-{first}-{second}"
