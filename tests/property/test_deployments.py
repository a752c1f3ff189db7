"""Whatever is written either deploys or is told: settings trees of every kind, against an AWS that holds some VPCs."""

import copy
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs
from tap.plan import Plan, Resource
from tap.recording import ExistingSubnet, ExistingVpc, Recording
from tap.recording.lookups import zones
from tests.support.stack import COMMON, deploy_stack, urns

Settings = dict[str, Any]
Path = tuple[Any, ...]

REGIONS = ("us-east-1", "us-west-1", "us-west-2", "ap-northeast-1")
# Names of networks and tiers that come near to each other: `pay` with `old-app`, `pay-old` with `app`.
NAMES = ("pay", "pay-old", "hub")
KINDS = {"app": "private", "old-app": "private", "web": "public", "data": "isolated"}
SERVICES = ("s3", "dynamodb", "ecr.api", "logs")
PORTS = (443, 5432, 80, 53, 1024, 65535, 22)
ANYWHERE = "0.0.0.0/0"
MOST_ENTRIES = 20
# What resources of another region may refer to; a service-linked role has none.
ACROSS = (
    *("VpcPeeringConnection", "VpcPeeringConnectionAccepter", "PeeringConnectionOptions", "Vpc", "Route"),
    "ServiceLinkedRole",
)
# What a workload of any kind goes by where there is no NAT.
ENDPOINTS = ("s3", "dynamodb", "ecr.api", "ecr.dkr", "logs", "monitoring", "ssm", "ssmmessages", "ec2messages", "sqs")
GATEWAYS = ("s3", "dynamodb")
# The component of each kind of workload, by its section in the settings.
WORKLOADS = {"services": "Service", "fleets": "Fleet", "caches": "Cache", "queues": "Queue"}

VPCS = {
    "vpc-plain": ExistingVpc("10.200.0.0/16"),
    "vpc-old": ExistingVpc(
        "10.201.0.0/20",
        "us-west-2",
        secondary_cidrs=["100.99.0.0/24"],
        subnets={
            "subnet-a": ExistingSubnet("10.201.1.0/24", "us-west-2a", "rtb-a"),
            "subnet-b": ExistingSubnet("10.201.2.0/24", "us-west-2b"),
        },
        routes={"rtb-a": {"10.2.0.0/16": "pcx-other", ANYWHERE: "igw-1"}},
    ),
    "vpc-dark": ExistingVpc("10.202.0.0/16", dns_support=False, dns_hostnames=False),
}
# What each adopted VPC may be said to be; the last of them is nowhere.
ADOPTED: Mapping[str, Settings] = {
    "vpc-plain": {"region": "us-east-1", "tiers": {"app": {}}},
    "vpc-old": {
        "region": "us-west-2",
        "tiers": {
            "app": {"subnet_ids": ["subnet-a"]},
            "data": {"kind": "isolated", "cidrs": ["10.201.2.0/24"]},
        },
    },
    "vpc-dark": {"region": "us-east-1", "tiers": {"app": {}}},
    "vpc-gone": {"region": "us-east-1", "tiers": {"app": {}}},
}
SELDOM = st.sampled_from((False, False, False, True))
JUNK = st.sampled_from(
    (
        *(None, True, 0, -1, 3, 99, 1.5, "", "none", "Bad Name", "app", "hub.app", "internet", "vpc-old", "us-east-1"),
        *("10.0.0.0/16", "10.1.0.0/30", ANYWHERE, "eu-west-9"),
        *([], {}, ["app"], ["us-east-1a"], [{}], {"app": {}}, {"app": None}),
    )
)


@dataclass(frozen=True)
class Drawn:
    """A network's settings, and the names that grants may use in it."""

    settings: Settings
    tiers: tuple[str, ...]


@st.composite
def grants(draw: st.DrawFn, sources: tuple[str, ...], targets: tuple[str, ...]) -> Settings:
    grant: Settings = {"from": draw(st.sampled_from(sources)), "to": draw(st.sampled_from(targets))}
    grant["port"] = draw(st.sampled_from(PORTS))
    if draw(SELDOM):
        grant |= {"protocol": "udp", "description": "For names"}
    return grant


@st.composite
def created(draw: st.DrawFn, place: int) -> Drawn:
    """A network to be created: its block, zones, tiers and what goes with them, most often in harmony."""
    region = draw(st.sampled_from(REGIONS))
    prefix = draw(st.sampled_from((16, 16, 17, 20, 22, 23, 24)))
    second = draw(st.sampled_from((place, place, place, 1)))
    network: Settings = {"cidr": f"10.{second}.0.0/{prefix}", "region": region}
    names = zones(region)
    count = draw(st.sampled_from((1, 2, min(3, len(names)))))
    network["zones"] = draw(st.sampled_from((count, draw(st.permutations(names))[:count])))
    chosen = draw(st.lists(st.sampled_from(tuple(KINDS)), min_size=1, max_size=3, unique=True))
    tiers: dict[str, Settings] = {name: {"kind": KINDS[name]} for name in chosen}
    if "old-app" in tiers and not draw(SELDOM):
        tiers["old-app"]["slot"] = 3
    if draw(SELDOM):
        tiers[chosen[0]]["prefix"] = draw(st.integers(27, 28))
    if draw(SELDOM):
        network["secondary_cidrs"] = [f"100.{64 + place}.0.0/24"]
        blocks = IPv4Network(f"100.{64 + place}.0.0/24").subnets(new_prefix=26)
        tiers[chosen[-1]] |= {"cidrs": [str(next(blocks)) for _ in range(count)]}
        tiers[chosen[-1]].pop("slot", None)
        tiers[chosen[-1]].pop("prefix", None)
    network["tiers"] = tiers
    if {"public", "private"} <= {tier["kind"] for tier in tiers.values()} or draw(SELDOM):
        network["nat"] = draw(st.sampled_from(("none", "single", "per-zone")))
    ends = tuple(chosen)
    if draw(st.booleans()):
        home = {"tier": chosen[0]} if draw(st.booleans()) else {}
        network["security_groups"] = {"lb": {"description": "Load balancer", **home}}
        ends += ("lb",)
    if draw(SELDOM) and count > 1:
        network["database_subnet_group"] = chosen[-1]
    network |= draw(extras(ends))
    return Drawn(network, tuple(chosen))


@st.composite
def extras(draw: st.DrawFn, ends: tuple[str, ...]) -> Settings:
    """What created and adopted networks may have alike: endpoints, flow logs, grants."""
    found: Settings = {}
    services = draw(st.lists(st.sampled_from(SERVICES), max_size=3, unique=True)) if draw(st.booleans()) else []
    if services:
        found["endpoints"] = services
    if draw(SELDOM):
        found["flow_logs"] = {"destination": draw(st.sampled_from(("cloudwatch", "s3")))}
    gateways = tuple(service for service in services if service in ("s3", "dynamodb"))
    interfaces = ("endpoints",) if len(gateways) < len(services) else ()
    outer = ("vpc", "10.77.0.0/16")
    likely = draw(st.lists(grants((*ends, *outer), (*ends, *gateways, *interfaces)), max_size=3, unique_by=repr))
    other = draw(st.lists(grants((*ends, "internet"), (*ends, "vpc", "internet", ANYWHERE)), max_size=1))
    # So many that a tier's ACL is about to be full, or is.
    many = range(draw(st.sampled_from((5, 8)))) if draw(SELDOM) else ()
    crowd = [{"from": ends[0], "to": ends[-1], "port": 8000 + number} for number in many]
    found["allow"] = [grant for grant in likely if grant["from"] != grant["to"]] + other + crowd
    return found


@st.composite
def adopted(draw: st.DrawFn) -> Drawn:
    vpc_id = draw(
        st.sampled_from(("vpc-plain", "vpc-old", "vpc-plain", "vpc-old", "vpc-plain", "vpc-dark", "vpc-gone"))
    )
    network = copy.deepcopy(ADOPTED[vpc_id]) | {"vpc_id": vpc_id}
    names = tuple(network["tiers"])
    if draw(SELDOM):
        network["cidr"] = draw(st.sampled_from(("10.200.0.0/16", "10.201.0.0/20")))
    return Drawn(network | draw(extras(names)), names)


@st.composite
def stacks(draw: st.DrawFn) -> Settings:
    """A whole stack's settings of up to three networks; some of them with a place or two overwritten."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    drawn = {name: draw(adopted() if draw(SELDOM) else created(place)) for place, name in enumerate(names)}
    stack: Settings = {"networks": {name: each.settings for name, each in drawn.items()}}
    if draw(st.booleans()):
        stack["networks"][names[0]]["primary"] = True
    ends = tuple(f"{name}.{tier}" for name, each in drawn.items() for tier in each.tiers)
    if len(names) > 1:
        between = draw(st.lists(grants(ends, ends), max_size=3))
        across = [grant for grant in between if grant["from"].split(".")[0] != grant["to"].split(".")[0]]
        if draw(st.booleans()):
            stack["meshes"] = {"all": {"members": names, "allow": across}}
        else:
            pair = draw(st.permutations(names))[:2]
            inside = [g for g in across if {g[end].split(".")[0] for end in ("from", "to")} == set(pair)]
            stack["peerings"] = {"link": {"between": pair, "allow": inside, "dns": draw(st.booleans())}}
    if "vpc_id" not in stack["networks"][names[-1]] and draw(st.booleans()):
        stack |= draw(workloads(names[-1], stack["networks"][names[-1]]))
    if draw(SELDOM):
        stack["monitoring"] = {"trail": "existing", "emails": "ops@example.com"}
    if draw(SELDOM):
        stack["profile"] = "prod"
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        overwrite(stack, *draw(mistakes(stack)))
    return {**COMMON, **stack}


@st.composite
def workloads(draw: st.DrawFn, name: str, network: Settings) -> Settings:
    """What runs in a network that is created, its ways out and its grants, most often all that it needs."""
    home = next((tier for tier, each in network["tiers"].items() if each["kind"] != "public"), None)
    if home is None:
        return {}
    over_nat = network.get("nat", "none") != "none" and network["tiers"][home]["kind"] == "private"
    network["endpoints"] = [] if over_nat else list(ENDPOINTS)
    ends = ["internet"] if over_nat else ["endpoints", *GATEWAYS]
    region = network["region"]
    if not draw(SELDOM) and not any("cidrs" in tier for tier in network["tiers"].values()):
        network["zones"] = 2
    network["allow"] = [{"from": home, "to": end, "port": 443} for end in ends]
    here: Settings = {"network": name, "tier": home}
    made: Settings = {}
    uses: Settings = {}
    if draw(st.booleans()):
        made["queues"] = {"jobs": {"network": name, "fifo": draw(st.booleans())}}
        uses["queues"] = "jobs"
    if draw(SELDOM):
        made["caches"] = {"sessions": {**here, "nodes": draw(st.integers(1, 2))}}
        uses |= {} if not over_nat else {"caches": "sessions"}
        network["allow"].append({"from": home, "to": home, "port": 6379})
    kind = draw(st.sampled_from(("services", "services", "fleets", "apis")))
    if kind == "apis":
        made["tables"] = {"items": {"network": name, "hash_key": "id"}}
        made["apis"] = {"orders": {"networks": [name], "tier": home, "table": "items"}}
        return made
    workload: Settings = {**here, "uses": uses}
    if kind == "services":
        workload["image"] = f"123456789012.dkr.ecr.{region}.amazonaws.com/app:1.0"
    if "web" in network["tiers"] and draw(st.booleans()):
        workload |= {"port": 8080, "load_balancer": {"tier": "web"}}
        network["allow"] += [
            {"from": "internet", "to": "web", "port": 80},
            {"from": "web", "to": home, "port": 8080},
        ]
    made[kind] = {"app": workload}
    return made


@st.composite
def mistakes(draw: st.DrawFn, stack: Settings) -> tuple[Path, Any]:
    """A place, and what does not belong there: mostly what is right elsewhere, such as a tier of another network."""
    where = sorted(places(stack), key=repr)
    path = draw(st.sampled_from(where))
    own = value_at(stack, path)
    if isinstance(own, str | int) and draw(st.booleans()):
        alike = [value for value in (value_at(stack, other) for other in where) if type(value) is type(own)]
        return path, draw(st.sampled_from(alike))
    return path, draw(JUNK)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in nested settings."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from places(below, (*path, key))


def value_at(stack: Any, path: Path) -> Any:
    for key in path:
        stack = stack[key]
    return stack


def overwrite(stack: Any, path: Path, value: Any) -> None:
    value_at(stack, path[:-1])[path[-1]] = copy.deepcopy(value)


def deployed(stack: Settings, *, preview: bool = False) -> tuple[TapStackArgs, Plan] | None:
    """Settings and Plan of what deploys; None for what is refused with a list of problems."""
    try:
        args = TapStackArgs.model_validate(copy.deepcopy(stack))
        return args, deploy_stack(args, answers=Recording(VPCS), preview=preview)
    except SettingsError as error:
        told = error.problems
    assert told
    assert all(problem.path and problem.rule and problem.remedy for problem in told)
    return None


def check_regions(args: TapStackArgs, plan: Plan) -> None:
    """Everything has the explicit provider of its own region, and all of a network lies in the network's."""
    for resource in plan.resources:
        if resource.type.startswith("aws:"):
            assert resource.provider, resource.urn
            assert plan.at(resource.provider).inputs["region"] == resource.region, resource.urn
            assert "region" not in resource.inputs, resource.urn
    assert all(invoke.provider for invoke in plan.invokes)
    for name, network in args.networks.items():
        component = plan.one("tap:networking:Network", name)
        inside = {resource.region for resource in below(plan, component.urn) if resource.custom}
        assert inside <= {network.region or args.region}
    for section, component in WORKLOADS.items():
        for name, workload in getattr(args, section).items():
            made = plan.one(f"tap:compute:{component}", name)
            inside = {resource.region for resource in below(plan, made.urn) if resource.type.startswith("aws:")}
            assert inside == {args.networks[workload.network].region or args.region}
    for resource in plan.resources:
        for urn in resource.dependencies if resource.type.startswith("aws:") else ():
            other = plan.at(urn)
            if other.type.startswith("aws:") and other.type.split(":")[-1] not in ACROSS:
                assert other.region == resource.region, (resource.urn, urn)


def below(plan: Plan, urn: str) -> Iterator[Resource]:
    for child in plan.children(urn):
        yield child
        yield from below(plan, child.urn)


def check_blocks(plan: Plan) -> None:
    """All blocks are apart, and all subnets of a VPC lie inside its own, and apart."""
    every = [r.inputs["cidrBlock"] for type_ in ("Vpc", "VpcIpv4CidrBlockAssociation") for r in plan.of(type_)]
    assert not any(one.overlaps(other) for one, other in combinations(map(IPv4Network, every), 2))
    for vpc in plan.of("aws:ec2/vpc:Vpc"):
        further = [r.inputs for r in plan.of("VpcIpv4CidrBlockAssociation") if r.inputs["vpcId"] == vpc.id]
        blocks = [IPv4Network(inputs["cidrBlock"]) for inputs in (vpc.inputs, *further)]
        own = [r for r in plan.of("aws:ec2/subnet:Subnet") if r.inputs["vpcId"] == vpc.id]
        subnets = [IPv4Network(subnet.inputs["cidrBlock"]) for subnet in own]
        assert subnets
        assert all(any(subnet.subnet_of(block) for block in blocks) for subnet in subnets)
        assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


def check_isolation(args: TapStackArgs, plan: Plan) -> None:
    """No isolated tier that is created has a route to everywhere."""
    for name, network in args.networks.items():
        for tier in [] if network.vpc_id else [t for t, each in network.tiers.items() if each.kind == "isolated"]:
            component = plan.one("tap:networking:TierSubnets", f"{name}-{tier}")
            tables = {child.id for child in plan.children(component.urn) if child.type.endswith(":RouteTable")}
            assert tables
            routes = [r.inputs for r in plan.of("aws:ec2/route:Route") if r.inputs["routeTableId"] in tables]
            reached = {route["destinationCidrBlock"] for route in routes}
            assert ANYWHERE not in reached


def check_acls(plan: Plan) -> None:
    """No ACL has more entries a direction than AWS takes, nor two of one number."""
    numbers: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for rule in plan.of("NetworkAclRule"):
        numbers[rule.inputs["networkAclId"], rule.inputs["egress"]].append(rule.inputs["ruleNumber"])
    for entries in numbers.values():
        assert len(entries) == len(set(entries)) <= MOST_ENTRIES


def test_settings_deploy_soundly_or_are_refused_with_a_list() -> None:
    count = {True: 0, False: 0}
    # What is drawn too seldom: two networks of one block, an ACL that is more than full.
    plain = {"cidr": "10.1.0.0/16", "zones": 3, "tiers": {"app": {}, "data": {"kind": "isolated"}}}
    many = [{"from": "app", "to": "data", "port": 8000 + number} for number in range(8)]
    alike: Settings = {**COMMON, "networks": {"pay": plain, "hub": plain}}
    crowded: Settings = {**COMMON, "networks": {"pay": {**plain, "allow": many}}}
    # A fleet and an API far from the stack's own region, the API in a tier that no route leads out of.
    ways = [{"from": "app", "to": end, "port": 443} for end in ("endpoints", *GATEWAYS)]
    ways.append({"from": "data", "to": "dynamodb", "port": 443})
    tiers = {"app": {}, "data": {"kind": "isolated"}}
    far = {"cidr": "10.2.0.0/16", "region": "us-west-2", "tiers": tiers, "endpoints": list(ENDPOINTS)}
    serving: Settings = {
        **COMMON,
        "networks": {"pay": plain, "hub": {**far, "allow": ways}},
        "fleets": {"app": {"network": "hub"}},
        "tables": {"items": {"network": "hub", "hash_key": "id"}},
        "apis": {"orders": {"networks": ["hub"], "tier": "data", "table": "items"}},
    }

    @given(stacks())
    @example(alike)
    @example(crowded)
    @example(serving)
    @settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    def check(stack: Settings) -> None:
        before = copy.deepcopy(stack)
        # Two resources of one URN, a provider of nobody's and an export that never comes are the engine's to refuse.
        found = deployed(stack)
        assert stack == before
        count[found is not None] += 1
        if found:
            args, plan = found
            check_regions(args, plan)
            check_blocks(plan)
            check_isolation(args, plan)
            check_acls(plan)
            previewed = deployed(stack, preview=True)
            assert previewed
            assert urns(previewed[1]) == urns(plan)

    check()
    assert min(count.values()) >= 10, f"the settings drawn are too alike: {count}"
