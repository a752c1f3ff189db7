"""Networks of a picture: tiers with their blocks, ways out, endpoints, peerings."""

from collections import defaultdict
from collections.abc import Iterable

from tap.picture.chart import Chart
from tap.picture.places import Places, inner
from tap.plan import Plan, Resource
from tap.usage import FURTHER_BLOCK, NETWORK, SUBNET, VPC

ANYWHERE = ("0.0.0.0/0", "::/0")
INTERNET = "internet"


def draw_networks(chart: Chart, plan: Plan, places: Places) -> None:
    """Every network, inside its region, with what its VPC holds; then what leads out of it."""
    for vpc_id, key in places.vpcs.items():
        _network(chart, plan, vpc_id, key)
    _tiers(chart, plan, places)
    _ways_out(chart, plan, places)
    _endpoints(chart, plan, places)
    _peerings(chart, plan, places)


def _network(chart: Chart, plan: Plan, vpc_id: str, key: str) -> None:
    created = next((vpc for vpc in plan.of(VPC) if vpc.id == vpc_id), None)
    name = next(r.name for r in plan.resources if r.urn == key)
    regions = (r.region for r in plan.resources if r.region and r.inputs.get("vpcId") == vpc_id)
    region = (created.region if created else next(regions, None)) or ""
    blocks = [created.inputs.get("cidrBlock")] if created else []
    blocks += [more.inputs.get("cidrBlock") for more in plan.of(FURTHER_BLOCK) if more.inputs.get("vpcId") == vpc_id]
    known = (block for block in blocks if isinstance(block, str))
    chart.group(key, " ".join((name, *known)), inside=region)
    if not created:
        chart.node(vpc_id, f"adopted {vpc_id}", inside=key)


def _tiers(chart: Chart, plan: Plan, places: Places) -> None:
    """A subgraph a tier, and in it a node with a line for each subnet."""
    subnets: dict[str, list[Resource]] = defaultdict(list)
    for subnet in plan.of(SUBNET):
        if subnet.id in places.tiers:
            subnets[places.tiers[subnet.id]].append(subnet)
    for tier, found in subnets.items():
        network = places.network(found[0].inputs.get("vpcId"))
        within = plan.at(network) if network else None
        name = plan.at(tier).name
        if within and within.type == NETWORK:
            name = name.removeprefix(f"{within.name}-")
        chart.group(inner(tier), name, inside=network or found[0].region or "")
        lines = sorted(f"{_text(s, 'availabilityZone')} {_text(s, 'cidrBlock')}".strip() for s in found)
        chart.node(tier, *lines, inside=inner(tier))


def _ways_out(chart: Chart, plan: Plan, places: Places) -> None:
    """Internet and NAT gateways, and the tiers whose default routes lead to them."""
    for gateway in plan.of("InternetGateway"):
        network = places.network(gateway.inputs.get("vpcId"))
        chart.node(INTERNET, "internet", shape="rounded")
        chart.node(gateway.urn, "internet gateway", inside=network or gateway.region or "", shape="hexagon")
        chart.edge(INTERNET, gateway.urn, arrow="<-->")
    nodes = _nat_gateways(chart, plan, places)
    gateways = {gateway.id: gateway.urn for gateway in plan.of("InternetGateway")}
    tables = _tables(plan, places)
    for route in plan.of("aws:ec2/route:Route"):
        block = route.inputs.get("destinationCidrBlock") or route.inputs.get("destinationIpv6CidrBlock")
        for tier in tables.get(str(route.inputs.get("routeTableId")), ()):
            if block in ANYWHERE and (nat := nodes.get(str(route.inputs.get("natGatewayId")))):
                chart.edge(tier, nat)
            elif block in ANYWHERE and (gateway := gateways.get(route.inputs.get("gatewayId"))):
                chart.edge(tier, gateway, arrow="<-->")


def _nat_gateways(chart: Chart, plan: Plan, places: Places) -> dict[str, str]:
    """One node for all NAT gateways of a tier, or for a regional one; the node of each, by the gateway's id."""
    together: dict[str, list[Resource]] = defaultdict(list)
    for nat in plan.of("NatGateway"):
        tier = places.tiers.get(str(nat.inputs.get("subnetId")))
        together[inner(tier) if tier else places.network(nat.inputs.get("vpcId")) or nat.region or ""].append(nat)
    zones = {subnet.id: _text(subnet, "availabilityZone") for subnet in plan.of(SUBNET)}
    nodes: dict[str, str] = {}
    for place, nats in together.items():
        key = nats[0].urn
        where = sorted(zones[nat.inputs["subnetId"]] for nat in nats if nat.inputs.get("subnetId") in zones)
        title = "NAT gateway" if len(nats) == 1 else f"{len(nats)} NAT gateways"
        chart.node(key, title, *(where or ["in all zones"]), inside=place, shape="hexagon")
        nodes |= {nat.id: key for nat in nats if nat.id is not None}
        vpcs = {subnet.id: subnet.inputs.get("vpcId") for subnet in plan.of(SUBNET)}
        of = {vpcs.get(nat.inputs.get("subnetId")) or nat.inputs.get("vpcId") for nat in nats}
        for gateway in plan.of("InternetGateway"):
            if gateway.inputs.get("vpcId") in of:
                chart.edge(key, gateway.urn)
    return nodes


def _tables(plan: Plan, places: Places) -> dict[str, list[str]]:
    """The tiers that use each route table, by its id."""
    found: dict[str, list[str]] = defaultdict(list)
    for association in plan.of("RouteTableAssociation"):
        if tier := places.tiers.get(str(association.inputs.get("subnetId"))):
            table = found[str(association.inputs.get("routeTableId"))]
            if tier not in table:
                table.append(tier)
    return found


def _endpoints(chart: Chart, plan: Plan, places: Places) -> None:
    """One node a network with all of its endpoints."""
    together: dict[str, list[Resource]] = defaultdict(list)
    for endpoint in plan.of("VpcEndpoint"):
        together[places.network(endpoint.inputs.get("vpcId")) or endpoint.region or ""].append(endpoint)
    for place, endpoints in together.items():
        chart.node(endpoints[0].urn, "endpoints", *_kinds(endpoints), inside=place)


def _kinds(endpoints: Iterable[Resource]) -> list[str]:
    """A line for each kind of endpoint: `gateway: dynamodb, s3`."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for endpoint in endpoints:
        service = _text(endpoint, "serviceName").removeprefix(f"com.amazonaws.{endpoint.region}.")
        kinds[str(endpoint.inputs.get("vpcEndpointType", "Gateway")).lower()].append(service)
    return [f"{kind}: {', '.join(sorted(services))}" for kind, services in sorted(kinds.items())]


def _peerings(chart: Chart, plan: Plan, places: Places) -> None:
    for connection in plan.of("VpcPeeringConnection"):
        ends = [places.network(connection.inputs.get(key)) for key in ("vpcId", "peerVpcId")]
        if ends[0] and ends[1]:
            chart.edge(ends[0], ends[1], f"peering {connection.name}", "<-->")


def _text(resource: Resource, key: str) -> str:
    value = resource.inputs.get(key)
    return value if isinstance(value, str) else ""
