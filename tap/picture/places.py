"""Where the resources of a Plan lie: in which tier, network or region of the picture."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from tap.picture.chart import Chart
from tap.plan import Plan, Resource
from tap.usage import NETWORK, SUBNET, VPC

TIER = "tap:networking:TierSubnets"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"


def texts(value: object) -> list[str]:
    """The texts of a list, as far as they are known."""
    return [each for each in cast("list[object]", value) if isinstance(each, str)] if isinstance(value, list) else []


def mapping(value: object) -> Mapping[str, Any]:
    """A map of inputs; an empty one where it is not known or not there."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def maps(value: object) -> list[Mapping[str, Any]]:
    """The maps of a list of inputs."""
    return [mapping(each) for each in cast("list[object]", value)] if isinstance(value, list) else []


class Places:
    """The networks and tiers of a Plan, by what resources say of where they are.

    Attributes:
        vpcs: id of a VPC, created or adopted → key of its network's subgraph.
        tiers: id of a subnet → key of its tier's node.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        networks = {network.urn: network for network in plan.of(NETWORK)}
        self._parents = {resource.urn: resource.parent for resource in plan.resources}
        self.vpcs: dict[str, str] = {}
        for vpc in plan.of(VPC):
            if vpc.id:
                self.vpcs[vpc.id] = vpc.parent if vpc.parent in networks else vpc.urn
        # An adopted network has no VPC of its own making; what lies in it names the VPC.
        for resource in plan.resources:
            vpc_id = resource.inputs.get("vpcId")
            owner = self.ancestor(resource.urn, networks)
            if isinstance(vpc_id, str) and owner:
                self.vpcs.setdefault(vpc_id, owner)
        self.tiers = dict(self._tiers())
        self._groups = {
            group.id: str(group.inputs.get("vpcId")) for group in plan.of(SECURITY_GROUP) if group.id is not None
        }

    def ancestor(self, urn: str, among: Iterable[str]) -> str | None:
        """The nearest of some components that a resource lies below; None where it lies below none."""
        at = self._parents.get(urn, "")
        while at and at not in among:
            at = self._parents.get(at, "")
        return at or None

    def network(self, vpc_id: object) -> str | None:
        """Key of a VPC's network."""
        return self.vpcs.get(vpc_id) if isinstance(vpc_id, str) else None

    def of(self, resource: Resource, subnet_ids: Iterable[str], group_ids: Iterable[str] = ()) -> str:
        """Key of the subgraph that a resource belongs in: its tier, else its network, else its region."""
        for subnet in subnet_ids:
            if subnet in self.tiers:
                return inner(self.tiers[subnet])
        for group in group_ids:
            if network := self.vpcs.get(self._groups.get(group, "")):
                return network
        return resource.region or ""

    def _tiers(self) -> Iterator[tuple[str, str]]:
        components = {tier.urn for tier in self._plan.of(TIER)}
        for subnet in self._plan.of(SUBNET):
            if subnet.id is not None:
                yield subnet.id, subnet.parent if subnet.parent in components else subnet.urn


def inner(tier: str) -> str:
    """Key of the subgraph around a tier's node."""
    return f"{tier}-tier"


def draw_regions(chart: Chart, plan: Plan) -> None:
    """A subgraph for each region with something in it, the primary one first."""
    home = plan.exports.get("primary_region")
    counts = Counter(resource.region for resource in plan.resources if resource.custom and resource.region)
    for region in sorted(counts, key=lambda region: (region != home, region)):
        chart.group(region, region)
