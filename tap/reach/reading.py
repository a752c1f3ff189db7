"""Reading: the estate that a Plan describes, from its resources alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from tap.plan import Plan, Resource, Unknown
from tap.reach.addresses import NONE, Range, block, of
from tap.reach.estate import Endpoint, Estate, NatGateway, Peering, ReachError, Subnet, Vpc
from tap.reach.refusals import refuse_unread
from tap.reach.tables import EVERY_PORT, OPEN_ACL_ENTRY, Acl, AclEntry, Group, GroupRule, Route, RouteTable
from tap.reach.wearing import worn

PROTOCOLS = {"6": "tcp", "17": "udp", "all": "-1"}
ASKED = ("tcp", "udp")
# What a route leads to, by the input that says so, and the word for it where a walk knows the way on.
TARGETS = {
    "gatewayId": "gateway",
    "natGatewayId": "nat",
    "vpcPeeringConnectionId": "peering",
    **dict.fromkeys(
        (
            "carrierGatewayId",
            "coreNetworkArn",
            "egressOnlyGatewayId",
            "localGatewayId",
            "networkInterfaceId",
            "transitGatewayId",
            "vpcEndpointId",
        ),
        "other",
    ),
}
Associated = TypeVar("Associated")


def read(plan: Plan) -> Estate:
    """The networks of a Plan.

    Raises:
        ReachError: the Plan is a preview's, or says something in a form that isn't read.
    """
    return _Reading(plan).estate()


class _Reading:
    """The resources of a Plan by type, and what is made of them, in the order in which one needs the other."""

    def __init__(self, plan: Plan) -> None:
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        for resource in plan.resources:
            self._by_type[resource.type].append(resource)
        self._resources = plan.resources
        self._by_urn = {resource.urn: resource for resource in plan.resources}
        refuse_unread(self._by_type)
        self._vpcs = {vpc.id: vpc for vpc in self._read_vpcs()}

    def estate(self) -> Estate:
        """All of it."""
        endpoints = {each.id: each for each in self._endpoints()}
        subnets = {each.id: each for each in self._subnets(self._acls(), self._tables())}
        groups = self._groups()
        defaults = {each.inputs.get("vpcId"): str(each.id) for each in self._of("ec2", "DefaultSecurityGroup")}
        networks = {each.name for each in self._by_type["tap:networking:Network"]}
        return Estate(
            vpcs=self._vpcs,
            subnets=subnets,
            groups=groups,
            nats={each.id: each for each in self._nats(subnets)},
            peerings={each.id: each for each in self._peerings()},
            endpoints=endpoints,
            worn=tuple(worn(self._resources, set(groups), set(subnets))),
            default_groups={vpc: groups[group] for vpc, group in defaults.items() if vpc},
            adopted=tuple(sorted(networks - {vpc.network for vpc in self._vpcs.values()})),
            ports=tuple(sorted(set(self._ports()), key=lambda each: each[::-1])),
        )

    def _of(self, module: str, name: str) -> list[Resource]:
        return self._by_type[f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"]

    def _read_vpcs(self) -> Iterator[Vpc]:
        attached = [(each.inputs.get("vpcId"), each.id) for each in self._of("ec2", "InternetGateway")]
        attached += [
            (each.inputs["vpcId"], each.inputs["internetGatewayId"])
            for each in self._of("ec2", "InternetGatewayAttachment")
        ]
        gateways = {vpc: str(gateway) for vpc, gateway in attached if vpc}
        blocks: dict[str, list[str]] = defaultdict(list)
        for each in self._of("ec2", "VpcIpv4CidrBlockAssociation"):
            blocks[each.inputs["vpcId"]].append(each.inputs["cidrBlock"])
        for vpc in self._of("ec2", "Vpc"):
            if not vpc.id or isinstance(vpc.id, Unknown):
                raise ReachError("A preview's Plan has no ids, so nothing in it can be followed.")
            parent = self._by_urn.get(vpc.parent)
            network = parent.name if parent and parent.type == "tap:networking:Network" else vpc.name
            addresses = of((vpc.inputs["cidrBlock"], *blocks[vpc.id]))
            yield Vpc(vpc.id, network, vpc.region or "", addresses, gateways.get(vpc.id, ""))

    def _acls(self) -> dict[str, Acl]:
        """ACLs by the subnet that they guard."""
        entries: dict[tuple[str, bool], list[AclEntry]] = defaultdict(list)
        for rule in self._of("ec2", "NetworkAclRule"):
            inputs = rule.inputs
            if cidr := inputs.get("cidrBlock"):
                entries[inputs["networkAclId"], inputs.get("egress", False)].append(
                    AclEntry(
                        number=inputs["ruleNumber"],
                        allow=inputs["ruleAction"] == "allow",
                        protocol=_protocol(inputs["protocol"]),
                        ports=_ports(inputs, inputs["protocol"]),
                        addresses=(block(cidr),),
                    )
                )
        for each in entries.values():
            each.sort(key=lambda entry: entry.number)
        acls = {
            str(acl.id): Acl(acl.name, tuple(entries[str(acl.id), False]), tuple(entries[str(acl.id), True]))
            for acl in self._of("ec2", "NetworkAcl")
        }
        return self._associated("NetworkAclAssociation", "networkAclId", acls)

    def _tables(self) -> dict[str, RouteTable]:
        """Route tables by the subnet that uses them; under a VPC's id its main one."""
        routes: dict[str, list[Route]] = defaultdict(list)
        for route in self._of("ec2", "Route"):
            if cidr := route.inputs.get("destinationCidrBlock"):
                routes[route.inputs["routeTableId"]].append(_route(route, cidr))
            elif route.inputs.get("destinationPrefixListId"):
                raise ReachError(f"{route.name} routes a prefix list, whose blocks are not in the Plan.")
        leading: dict[str, set[str]] = defaultdict(set)
        for endpoint in self._of("ec2", "VpcEndpoint"):
            for routed in endpoint.inputs.get("routeTableIds") or ():
                leading[routed].add(str(endpoint.id))
        for each in self._of("ec2", "VpcEndpointRouteTableAssociation"):
            leading[each.inputs["routeTableId"]].add(each.inputs["vpcEndpointId"])

        def table(id_: str, name: str, vpc: Vpc) -> RouteTable:
            local = [Route(piece, "local", "local") for piece in vpc.addresses]
            longest = sorted((*local, *routes[id_]), key=lambda each: each.destination[1] - each.destination[0])
            return RouteTable(name, tuple(longest), frozenset(leading[id_]))

        made = {
            str(each.id): table(str(each.id), each.name, self._vpcs[each.inputs["vpcId"]])
            for each in self._of("ec2", "RouteTable")
            if each.inputs["vpcId"] in self._vpcs
        }
        mains = {str(each.id): str(each.outputs.get("mainRouteTableId", "")) for each in self._of("ec2", "Vpc")}
        main = {id_: table(mains[id_], f"{vpc.network}'s main one", vpc) for id_, vpc in self._vpcs.items()}
        return main | self._associated("RouteTableAssociation", "routeTableId", made)

    def _associated(self, type_: str, key: str, made: Mapping[str, Associated]) -> dict[str, Associated]:
        """What associations give subnets of this Plan, by the subnet."""
        subnets = {str(each.id) for each in self._of("ec2", "Subnet")}
        found: dict[str, Associated] = {}
        for each in self._of("ec2", type_):
            if (subnet := each.inputs.get("subnetId")) in subnets:
                if each.inputs[key] not in made:
                    raise ReachError(f"{each.name} gives a subnet {each.inputs[key]}, which is not in the Plan.")
                found[subnet] = made[each.inputs[key]]
        return found

    def _subnets(self, acls: Mapping[str, Acl], tables: Mapping[str, RouteTable]) -> Iterator[Subnet]:
        # A VPC's default ACL lets everything pass.
        default = Acl("of the VPC itself", (OPEN_ACL_ENTRY,), (OPEN_ACL_ENTRY,))
        for subnet in self._of("ec2", "Subnet"):
            vpc = self._vpcs.get(subnet.inputs["vpcId"])
            if vpc is None:
                continue
            id_ = str(subnet.id)
            parent = self._by_urn.get(subnet.parent)
            whole = parent.name if parent and parent.type == "tap:networking:TierSubnets" else subnet.name
            yield Subnet(
                id=id_,
                name=subnet.name,
                vpc=vpc,
                tier=whole.removeprefix(f"{vpc.network}-"),
                zone=subnet.inputs.get("availabilityZone", ""),
                addresses=of((subnet.inputs["cidrBlock"],)),
                table=tables.get(id_) or tables[vpc.id],
                acl=acls.get(id_, default),
                # Things in a public tier bring an address of their own: load balancers, NAT gateways.
                public=bool(subnet.inputs.get("mapPublicIpOnLaunch")) or _purpose(subnet) == "public",
            )

    def _nats(self, subnets: Mapping[str, Subnet]) -> Iterator[NatGateway]:
        for nat in self._of("ec2", "NatGateway"):
            subnet = subnets.get(nat.inputs.get("subnetId", ""))
            vpc = subnet.vpc if subnet else self._vpcs.get(nat.inputs.get("vpcId", ""))
            if vpc:
                yield NatGateway(str(nat.id), nat.name, vpc, subnet, nat.inputs.get("connectivityType") != "private")

    def _peerings(self) -> Iterator[Peering]:
        accepted = {
            each.inputs["vpcPeeringConnectionId"]
            for each in self._of("ec2", "VpcPeeringConnectionAccepter")
            if each.inputs.get("autoAccept")
        }
        for each in self._of("ec2", "VpcPeeringConnection"):
            active = bool(each.inputs.get("autoAccept")) or each.id in accepted
            yield Peering(str(each.id), each.name, (each.inputs["vpcId"], each.inputs["peerVpcId"]), active)

    def _endpoints(self) -> Iterator[Endpoint]:
        for each in self._of("ec2", "VpcEndpoint"):
            vpc = self._vpcs.get(each.inputs["vpcId"])
            if vpc is None or each.inputs.get("vpcEndpointType") == "GatewayLoadBalancer":
                continue
            gateway = each.inputs.get("vpcEndpointType", "Gateway") == "Gateway"
            yield Endpoint(
                id=str(each.id),
                name=each.name,
                service=str(each.inputs["serviceName"]).rsplit(f".{vpc.region}.", 1)[-1],
                vpc=vpc,
                prefix_list=str(each.outputs["prefixListId"]) if gateway else "",
                subnets=() if gateway else tuple(each.inputs.get("subnetIds") or ()),
                groups=() if gateway else tuple(each.inputs.get("securityGroupIds") or ()),
            )

    def _group_rules(self) -> Iterator[tuple[Resource, bool]]:
        yield from ((each, False) for each in self._of("vpc", "SecurityGroupIngressRule"))
        yield from ((each, True) for each in self._of("vpc", "SecurityGroupEgressRule"))

    def _groups(self) -> dict[str, Group]:
        rules: dict[tuple[str, bool], list[GroupRule]] = defaultdict(list)
        for rule, egress in self._group_rules():
            inputs = rule.inputs
            cidr = inputs.get("cidrIpv4")
            rules[inputs["securityGroupId"], egress].append(
                GroupRule(
                    protocol=_protocol(inputs["ipProtocol"]),
                    ports=_ports(inputs, inputs["ipProtocol"]),
                    addresses=(block(cidr),) if cidr else NONE,
                    group=inputs.get("referencedSecurityGroupId") or "",
                    prefix_list=inputs.get("prefixListId") or "",
                )
            )
        found = (*self._of("ec2", "SecurityGroup"), *self._of("ec2", "DefaultSecurityGroup"))
        return {
            str(each.id): Group(
                id=str(each.id),
                name=each.name,
                vpc=each.inputs.get("vpcId", ""),
                ingress=tuple(rules[str(each.id), False]),
                egress=tuple(rules[str(each.id), True]),
            )
            for each in found
        }

    def _ports(self) -> Iterator[tuple[str, int]]:
        """Protocols and ports that rules mention; of a range its two ends."""
        rules = [(each.inputs["ipProtocol"], each.inputs) for each, _ in self._group_rules()]
        rules += [(each.inputs["protocol"], each.inputs) for each in self._of("ec2", "NetworkAclRule")]
        for protocol, inputs in rules:
            named = _protocol(protocol)
            for port in {max(1, port) for port in _ports(inputs, protocol)}:
                yield from ((each, port) for each in ASKED if named in (each, "-1"))


def _route(route: Resource, cidr: str) -> Route:
    for key, kind in TARGETS.items():
        if target := route.inputs.get(key):
            return Route(block(cidr), kind, target)
    raise ReachError(f"{route.name} is a route without a target that reach knows.")


def _purpose(resource: Resource) -> str:
    tags: Mapping[str, str] | None = resource.inputs.get("tags")
    return (tags or {}).get("Purpose", "")


def _protocol(text: Any) -> str:
    return PROTOCOLS.get(str(text).lower(), str(text).lower())


def _ports(inputs: Mapping[str, Any], protocol: Any) -> Range:
    if _protocol(protocol) == "-1" or inputs.get("fromPort") is None:
        return EVERY_PORT
    return inputs["fromPort"], inputs["toPort"]
