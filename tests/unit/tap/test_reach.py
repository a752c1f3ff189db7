"""Who can open connections to whom: each thing that stops one, alone, in a small world where everything else passes."""

import dataclasses

import pytest

from tap.plan import Plan, Resource
from tap.reach import Reach, ReachError, matrix, reach, without_zone
from tests.support.reach_world import ANYWHERE, EPHEMERAL, PORT, Entry, Rule, open_world, plan_of

OWN_PORT = Entry(50, egress=False, allow=False, protocol="tcp", ports=(3389, 3389), cidr=ANYWHERE)


def ask(source, target, world=None, *more):
    plan = plan_of(world or open_world())
    return reach(dataclasses.replace(plan, resources=(*plan.resources, *more)), source, target, PORT)


def kinds(answer):
    return [blocker.kind for blocker in answer.blockers]


def texts(answer):
    return [blocker.text for blocker in answer.blockers]


def without_rules(world, place, *, egress):
    world.places[place].rules = [rule for rule in world.places[place].rules if rule.egress != egress]


def without_entry(world, place, ports, *, egress):
    place = world.places[place]
    place.entries = [each for each in place.entries if (each.egress, each.ports) != (egress, ports)]


def deny(cidr, *, egress=False, ports=(PORT, PORT)):
    return Entry(50, egress=egress, allow=False, protocol="tcp", ports=ports, cidr=cidr)


@pytest.mark.parametrize(
    ("source", "target", "hops"),
    [
        ("a.one", "a.two", 8),
        ("a.one", "b.one", 8),
        ("b.one", "c.one", 8),
        ("a.one", "internet", 8),
        ("a.two", "internet", 4),
        ("internet", "a.two", 4),
        ("a.one", "a.s3", 4),
        ("a.one", "s3", 4),
        ("subnet-a.one", "a.two.us-east-1a", 8),
    ],
)
def test_what_nothing_stops_passes_table_by_table(source, target, hops):
    answer = ask(source, target)
    assert (answer.ok, answer.partly, answer.blockers) == (True, False, ())
    assert len(answer.hops) == hops


def test_a_path_reads_in_the_order_in_which_packets_pass():
    assert ask("a.one", "internet").hops == (
        "security group a-one: tcp 443 out to the internet",
        "ACL a-one of a-one-zone: tcp 443 out to the internet",
        "route table a-one: the internet by NAT gateway nat-a",
        "ACL a-two of a-two-zone: tcp 443 in from 10.0.0.0/26",
        "ACL a-two of a-two-zone: answers out to 10.0.0.0/26",
        "ACL a-two of a-two-zone: tcp 443 out to the internet",
        "ACL a-two of a-two-zone: answers in from the internet",
        "ACL a-one of a-one-zone: answers in from the internet",
    )


def test_within_a_subnet_only_groups_are_asked():
    world = open_world()
    world.places["a.one"].entries = []
    world.places["a.one"].routes = {}
    assert ask("a.one", "a.one", world).ok
    without_rules(world, "a.one", egress=False)
    assert kinds(ask("a.one", "a.one", world)) == ["group ingress"]


def test_a_group_that_lets_nothing_out_is_the_blocker():
    world = open_world()
    without_rules(world, "a.one", egress=True)
    assert texts(ask("a.one", "b.one", world)) == ["Security group a-one lets tcp 443 out to none of 10.1.0.0/26."]
    assert kinds(ask("a.one", "internet", world)) == ["group egress"]
    assert kinds(ask("a.one", "s3", world)) == ["group egress"]


def test_a_group_that_lets_nothing_in_is_the_blocker():
    world = open_world()
    without_rules(world, "a.two", egress=False)
    assert texts(ask("a.one", "a.two", world)) == ["Security group a-two lets tcp 443 in from none of 10.0.0.0/26."]
    assert kinds(ask("internet", "a.two", world)) == ["group ingress"]


@pytest.mark.parametrize(
    ("place", "ports", "egress", "kind"),
    [
        ("a.one", (PORT, PORT), True, "acl out"),
        ("b.one", (PORT, PORT), False, "acl in"),
        ("b.one", EPHEMERAL, True, "acl answers out"),
        ("a.one", EPHEMERAL, False, "acl answers in"),
    ],
)
def test_each_acl_is_asked_both_ways(place, ports, egress, kind):
    world = open_world()
    without_entry(world, place, ports, egress=egress)
    assert kinds(ask("a.one", "b.one", world)) == [kind]


@pytest.mark.parametrize(
    ("ports", "egress", "kind"),
    [
        ((PORT, PORT), False, "acl in"),
        ((PORT, PORT), True, "acl out"),
        (EPHEMERAL, False, "acl answers in"),
        (EPHEMERAL, True, "acl answers out"),
    ],
)
def test_the_acl_of_a_nat_gateways_subnet_is_asked_all_four_ways(ports, egress, kind):
    world = open_world()
    without_entry(world, "a.two", ports, egress=egress)
    assert kinds(ask("a.one", "internet", world)) == [kind]


def test_the_entry_with_the_lowest_number_decides():
    world = open_world()
    world.places["b.one"].entries.append(deny("10.0.0.0/8"))
    assert kinds(ask("a.one", "b.one", world)) == ["acl in"]
    world.places["b.one"].entries[-1].number = 150
    assert ask("a.one", "b.one", world).ok


def test_one_port_denied_by_itself_does_not_close_the_way_of_answers():
    world = open_world()
    world.places["a.one"].entries.append(OWN_PORT)
    assert ask("a.one", "internet", world).ok
    world.places["a.one"].entries[-1].ports = (3389, 3390)
    answer = ask("a.one", "internet", world)
    assert (kinds(answer), answer.partly) == (["acl answers in"], True)


def test_a_way_for_half_of_a_subnet_is_partly_open_and_says_so():
    world = open_world()
    world.places["b.one"].entries.append(deny("10.0.0.32/27"))
    answer = ask("a.one", "b.one", world)
    assert (answer.ok, answer.partly) == (False, True)
    told = "lets tcp 443 in from only 10.0.0.0/27, not all of 10.0.0.0/26."
    assert texts(answer) == [f"ACL b-one of b-one-zone {told}"]


def test_two_halves_that_do_not_meet_are_closed():
    world = open_world()
    world.places["b.one"].entries.append(deny("10.0.0.32/27"))
    world.places["b.one"].entries.append(deny("10.0.0.0/27", egress=True, ports=(0, 65535)))
    answer = ask("a.one", "b.one", world)
    assert (answer.ok, answer.partly) == (False, False)


def test_a_missing_route_is_the_blocker_each_way():
    world = open_world()
    del world.places["a.one"].routes["10.1.0.0/24"]
    told = "leads 10.1.0.0/26 to nat-a, not to peering pcx-ab."
    assert texts(ask("a.one", "b.one", world)) == [f"Route table a-one of a-one-zone {told}"]
    assert kinds(ask("b.one", "a.one", world)) == ["return route"]
    del world.places["a.one"].routes[ANYWHERE]
    assert texts(ask("a.one", "b.one", world)) == ["Route table a-one of a-one-zone has no route for 10.1.0.0/26."]
    assert kinds(ask("a.one", "internet", world)) == ["route"]


def test_the_longest_prefix_decides():
    world = open_world()
    world.places["a.one"].routes |= {"10.0.0.0/8": "nat-a", "8.0.0.0/8": "tgw-1"}
    assert ask("a.one", "b.one", world).ok
    answer = ask("a.one", "internet", world)
    assert (kinds(answer), answer.partly) == (["route"], True)
    world.places["a.one"].routes["10.1.0.0/26"] = "nat-a"
    assert kinds(ask("a.one", "b.one", world)) == ["route"]


def test_an_inactive_peering_or_none_is_a_blocker_beside_the_routes():
    world = open_world()
    world.inactive.add("pcx-ab")
    assert kinds(ask("a.one", "b.one", world)) == ["peering", "route", "return route"]
    assert "No active peering connects networks a and b." in texts(ask("a.one", "b.one", world))


def test_a_peering_is_no_transit():
    world = open_world()
    world.places["a.one"].routes["10.2.0.0/24"] = "pcx-ab"
    world.places["c.one"].routes["10.0.0.0/24"] = "pcx-bc"
    assert ask("a.one", "b.one", world).ok
    assert ask("b.one", "c.one", world).ok
    answer = ask("a.one", "c.one", world)
    assert (kinds(answer), answer.partly) == (["peering", "route", "return route"], False)


def test_a_peers_gateways_are_out_of_reach():
    world = open_world()
    world.places["b.one"].routes[ANYWHERE] = "pcx-ab"
    assert texts(ask("b.one", "internet", world)) == [
        "Route table b-one of b-one-zone leads the internet to pcx-ab, not to a gateway; "
        "a peer's gateways can't be used through a peering."
    ]
    assert kinds(ask("b.one", "a.s3", world)) == ["endpoint"]


def test_groups_of_a_peer_are_known_in_its_region_alone():
    world = open_world()
    world.places["b.one"].rules = [Rule(False, "tcp", (PORT, PORT), f"sg-{peer}") for peer in ("a.one", "c.one")]
    assert ask("a.one", "b.one", world).ok
    world.places["c.one"].routes["10.1.0.0/24"] = "pcx-bc"
    assert kinds(ask("c.one", "b.one", world)) == ["group ingress"]


def test_without_a_public_address_the_internet_is_closed_both_ways():
    world = open_world()
    world.places["a.two"].public = False
    assert kinds(ask("a.two", "internet", world)) == ["public address"]
    assert kinds(ask("internet", "a.two", world)) == ["public address"]


def test_behind_a_nat_gateway_nothing_is_reached():
    answer = ask("internet", "a.one")
    assert kinds(answer) == ["public address", "return route"]
    assert "leads answers to the internet to nat-a, not to the internet gateway." in texts(answer)[1]


def test_a_nat_gateway_that_is_gone_or_elsewhere_is_the_blocker():
    world = open_world()
    world.nats = {}
    told = "Route table a-one of a-one-zone leads to NAT gateway nat-a, which is not there."
    assert texts(ask("a.one", "internet", world)) == [told]
    world.nats = {"nat-a": "b.one"}
    assert texts(ask("a.one", "internet", world)) == [told]


def test_a_nat_gateway_needs_a_subnet_that_leads_out():
    world = open_world()
    world.places["a.two"].routes[ANYWHERE] = "nat-a"
    assert texts(ask("a.one", "internet", world)) == [
        "Route table a-two of a-two-zone leads the internet to nat-a, not to the internet gateway."
    ]


def test_a_private_nat_gateway_leads_to_no_internet():
    world = open_world()
    world.nats = {}
    inputs = {"subnetId": "subnet-a.two", "connectivityType": "private"}
    assert kinds(ask("a.one", "internet", world, nat(inputs))) == ["nat"]


def test_a_regional_nat_gateway_has_no_subnet_to_pass():
    world = open_world()
    world.nats = {}
    world.places["a.two"].entries = []
    regional = nat({"vpcId": "vpc-a", "availabilityMode": "regional"})
    assert ask("a.one", "internet", world, regional).ok
    world.gateways = set()
    assert kinds(ask("a.one", "internet", world, regional)) == ["internet gateway"]


def nat(inputs):
    return Resource("nat", "aws:ec2/natGateway:NatGateway", "nat-a", custom=True, inputs=inputs, id="nat-a")


def test_a_gateway_that_is_not_there_is_the_blocker():
    world = open_world()
    world.gateways = set()
    told = "Network a has no internet gateway igw-a, which route table a-two leads to."
    assert texts(ask("a.two", "internet", world)) == [told]
    assert texts(ask("a.one", "internet", world)) == [told]
    assert kinds(ask("internet", "a.two", world)) == ["internet gateway", "return route"]


def test_a_gateway_endpoint_needs_a_route_in_the_subnets_own_table():
    assert texts(ask("a.two", "s3")) == ["Route table a-two of a-two-zone has no route to a-s3."]


def test_a_rule_may_name_an_endpoints_prefix_list():
    world = open_world()
    without_rules(world, "a.one", egress=True)
    world.places["a.one"].rules.append(Rule(True, "tcp", (PORT, PORT), "pl-s3"))
    assert ask("a.one", "s3", world).ok
    assert kinds(ask("a.one", "internet", world)) == ["group egress"]


def test_every_blocker_is_told_not_the_first_alone():
    world = open_world()
    for place in ("a.one", "b.one"):
        world.places[place].rules, world.places[place].entries, world.places[place].routes = [], [], {}
    assert kinds(ask("a.one", "b.one", world)) == [
        "group egress",
        "acl out",
        "route",
        "acl in",
        "group ingress",
        "acl answers out",
        "return route",
        "acl answers in",
    ]


def test_protocols_are_told_apart():
    world = open_world()
    for place in ("a.one", "b.one"):
        world.places[place].rules.append(Rule(True, "udp", (53, 53), ANYWHERE))
    assert not reach(plan_of(world), "a.one", "b.one", 53, "tcp").ok
    assert kinds(reach(plan_of(world), "a.one", "b.one", 53, "udp"))[0] == "acl out"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("a.none", "b.one", 443),
            "a.none: is not in this Plan. There are: a.one, a.s3, a.two, b.one, c.one, internet.",
        ),
        (("d.one", "b.one", 443), "d.one: is not in this Plan. There are: a.one, a.s3, a.two, b.one, c.one, internet."),
        (("b.one", "s3", 443), "s3: is not in this Plan. There are: a.one, a.s3, a.two, b.one, c.one, internet."),
        (("a.one", "b.one", 0), "0: is not a port. Ask for one from 1 to 65535."),
        (("a.one", "b.one", 65536), "65536: is not a port. Ask for one from 1 to 65535."),
        (("a.one", "b.one", 443, "icmp"), "icmp: is not a protocol that can be asked about. Ask for tcp or udp."),
        (("a.s3", "b.one", 443), "a.s3: a gateway endpoint opens no connections. Ask for the way to it."),
        (
            ("internet", "internet", 443),
            "internet to internet: leaves this Plan. One of the two has to be in a network.",
        ),
        (("internet", "a.s3", 443), "internet to a.s3: leaves this Plan. One of the two has to be in a network."),
    ],
)
def test_what_cannot_be_asked_is_told_with_what_can(arguments, message):
    with pytest.raises(ReachError) as told:
        reach(plan_of(open_world()), *arguments)
    assert str(told.value) == message


def test_an_adopted_network_cannot_be_asked_about():
    plan = plan_of(open_world())
    adopted = Resource("n", "tap:networking:Network", "old", custom=False, inputs={})
    plan = dataclasses.replace(plan, resources=(*plan.resources, adopted))
    with pytest.raises(ReachError) as told:
        reach(plan, "a.one", "old.app", 443)
    assert str(told.value) == (
        "old.app: network old is adopted, so its routes and ACLs are not in the Plan. "
        "What can be asked: a.one, a.s3, a.two, b.one, c.one, internet."
    )
    assert matrix(Reach(plan)).adopted == ("old",)


@pytest.mark.parametrize(
    ("type_", "inputs", "message"),
    [
        ("aws:ec2/securityGroup:SecurityGroup", {"ingress": [{}]}, "x says its ingress inline, where reach doesn't"),
        ("aws:ec2/routeTable:RouteTable", {"routes": [{}]}, "x says its routes inline, where reach doesn't"),
        ("aws:ec2/securityGroupRule:SecurityGroupRule", {}, "x is a SecurityGroupRule, which reach doesn't read"),
        ("aws:ec2/vpc:Vpc", {}, "A preview's Plan has no ids"),
        (
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            {"subnetId": "subnet-1", "routeTableId": "rtb-9"},
            "x gives a subnet rtb-9, which is not in the Plan",
        ),
        ("aws:ec2/route:Route", {"destinationPrefixListId": "pl", "routeTableId": "r"}, "x routes a prefix list"),
        ("aws:ec2/route:Route", {"destinationCidrBlock": "10.9.0.0/16", "routeTableId": "r"}, "x is a route without"),
    ],
)
def test_a_plan_that_says_things_otherwise_is_refused_rather_than_misread(type_, inputs, message):
    resource = Resource("x", type_, "x", custom=True, inputs=inputs, id=None)
    subnet = Resource("s", "aws:ec2/subnet:Subnet", "s", custom=True, inputs={"vpcId": "vpc-1"}, id="subnet-1")
    with pytest.raises(ReachError, match=message):
        Reach(Plan("p", "s", preview=True, resources=(resource, subnet), invokes=(), exports={}))


def test_without_tables_of_its_own_a_subnet_uses_the_vpcs():
    # AWS's own: the default ACL lets everything pass, the main table leads inside, the default group lets out.
    taken = ("NetworkAclAssociation", "RouteTableAssociation", "SecurityGroup")
    plan = plan_of(open_world())
    rest = [each for each in plan.resources if not (each.type.endswith(taken) and each.name == "a-one")]
    plan = dataclasses.replace(plan, resources=tuple(rest))
    assert reach(plan, "a.one", "a.two", PORT).ok
    assert kinds(reach(plan, "a.one", "b.one", PORT)) == ["route"]
    assert kinds(reach(plan, "a.two", "a.one", PORT)) == ["group ingress"]
    assert reach(plan, "a.one", "a.one", PORT).ok


def wearer(type_, **inputs):
    name = "aws:" + type_
    return Resource(type_, name, type_, custom=True, inputs=inputs, id=type_)


def named_group():
    # Lets everything in and out.
    rules = [
        wearer(f"vpc/x:SecurityGroup{way}Rule", securityGroupId="sg-x", ipProtocol="-1", cidrIpv4=ANYWHERE)
        for way in ("Ingress", "Egress")
    ]
    rules = [dataclasses.replace(r, type=f"aws:vpc/{n[0].lower()}{n[1:]}:{n}") for r in rules for n in [r.type[10:]]]
    group = Resource(
        "g", "aws:ec2/securityGroup:SecurityGroup", "a-x", custom=True, inputs={"vpcId": "vpc-a"}, id="sg-x"
    )
    return [group, *rules]


def test_a_group_that_nothing_wears_may_be_in_any_tier():
    assert ask("a.x", "internet", None, *named_group()).ok
    assert ask("internet", "a.x", None, *named_group()).ok


def test_a_group_that_nothing_wears_belongs_where_the_acls_let_its_rules_work():
    world = open_world()
    world.places["a.one"].entries.append(deny("0.0.0.0/1"))
    narrow = [dataclasses.replace(each, inputs=each.inputs | {"ipProtocol": "tcp"}) for each in named_group()]
    narrow = [dataclasses.replace(each, inputs=each.inputs | {"fromPort": PORT, "toPort": PORT}) for each in narrow]
    answer = ask("a.x", "internet", world, *narrow)
    assert [way.source for way in answer.ways] == ["a-two-zone"]
    # The entry for answers is no leave to open connections, though it holds the port.
    high = [dataclasses.replace(e, inputs=e.inputs | {"fromPort": 8080, "toPort": 8080}) for e in narrow]
    world.places["a.two"].entries += [
        Entry(60, egress, True, "tcp", (8080, 8080), ANYWHERE) for egress in (True, False)
    ]
    plan = plan_of(world)
    answer = reach(dataclasses.replace(plan, resources=(*plan.resources, *high)), "a.x", "internet", 8080)
    assert [way.source for way in answer.ways] == ["a-two-zone"]
    # Where nothing suits it, it may be anywhere.
    for place in ("a.one", "a.two"):
        world.places[place].entries = []
    assert not ask("a.x", "internet", world, *narrow).ok


@pytest.mark.parametrize(
    ("resources", "reached"),
    [
        ([wearer("lb/loadBalancer:LoadBalancer", subnets=["subnet-a.two"], securityGroups=["sg-x"])], True),
        (
            [wearer("lb/loadBalancer:LoadBalancer", subnets=["subnet-a.two"], securityGroups=["sg-x"], internal=True)],
            False,
        ),
        (
            [
                wearer(
                    "lambda/function:Function",
                    vpcConfig={"subnetIds": ["subnet-a.two"], "securityGroupIds": ["sg-x"]},
                )
            ],
            False,
        ),
        (
            [
                wearer(
                    "ecs/service:Service",
                    networkConfiguration={
                        "subnets": ["subnet-a.two"],
                        "securityGroups": ["sg-x"],
                        "assignPublicIp": True,
                    },
                )
            ],
            True,
        ),
        (
            [
                wearer("rds/subnetGroup:SubnetGroup", subnetIds=["subnet-a.one"]),
                wearer("rds/cluster:Cluster", dbSubnetGroupName="rds/subnetGroup:SubnetGroup", groups=["sg-x"]),
            ],
            False,
        ),
        (
            [
                wearer(
                    "ec2/launchTemplate:LaunchTemplate",
                    networkInterfaces=[{"associatePublicIpAddress": "false", "securityGroups": ["sg-x"]}],
                ),
                wearer(
                    "autoscaling/group:Group",
                    vpcZoneIdentifiers=["subnet-a.two"],
                    launchTemplate={"id": "ec2/launchTemplate:LaunchTemplate"},
                ),
            ],
            False,
        ),
        (
            [
                wearer("ec2/launchTemplate:LaunchTemplate", vpcSecurityGroupIds=["sg-x"]),
                wearer(
                    "autoscaling/group:Group",
                    vpcZoneIdentifiers=["subnet-a.two"],
                    launchTemplate={"id": "ec2/launchTemplate:LaunchTemplate"},
                ),
            ],
            True,
        ),
    ],
)
def test_a_groups_members_are_where_what_wears_it_is(resources, reached):
    answer = ask("internet", "a.x", None, *named_group(), *resources)
    assert (answer.ok, answer.partly) == (reached, False)
    assert len(answer.ways) == 1


def test_interface_endpoints_are_members_of_their_groups():
    inputs = {"vpcId": "vpc-a", "serviceName": "com.amazonaws.us-east-1.ecr.api", "vpcEndpointType": "Interface"}
    inputs |= {"subnetIds": ["subnet-a.two"], "securityGroupIds": ["sg-x"]}
    endpoint = wearer("ec2/vpcEndpoint:VpcEndpoint", **inputs)
    # Through a peering too, unlike gateway endpoints.
    for source in ("a.one", "b.one"):
        assert ask(source, "a.ecr.api", None, *named_group(), endpoint).ok
        assert ask(source, "a.x", None, *named_group(), endpoint).ok
    assert kinds(ask("internet", "a.ecr.api", None, *named_group(), endpoint)) == ["public address"]


def test_answers_are_asked_of_each_direction_by_itself():
    # Into a subnet and out of it to the same peer: neither stands for the other.
    world = open_world()
    world.places["b.one"].entries.append(deny("10.0.0.0/8", egress=True, ports=(1024, 65535)))
    asked = Reach(plan_of(world))
    assert asked.ask("b.one", "a.one", PORT).ok
    assert kinds(asked.ask("a.one", "b.one", PORT)) == ["acl answers out"]


def test_the_matrix_has_every_pair_and_what_is_open_between_them():
    world = open_world()
    world.places["b.one"].entries.append(deny("10.0.0.32/27"))
    world.places["c.one"].rules = []
    found = matrix(Reach(plan_of(world)))
    shown = {pair: [str(each) for each in openings] for pair, openings in found.openings.items()}
    assert ("internet", "internet") not in shown
    assert ("internet", "a.s3") not in shown
    assert shown["a.one", "b.one"] == ["443 (partly)"]
    assert shown["a.one", "a.s3"] == ["443"]
    assert shown["b.one", "c.one"] == []
    assert len(shown) == 5 * 6 - 2
    assert found.ports == (("tcp", 443), ("tcp", 1024), ("tcp", 65535))


def test_a_lost_zone_takes_its_subnets_and_what_stands_in_them():
    plan = plan_of(open_world())
    left = without_zone(plan, "a", "us-east-1a")
    assert [subnet.name for subnet in left.of("aws:ec2/subnet:Subnet")] == ["b-one-zone", "c-one-zone"]
    assert not left.of("NatGateway")
    assert reach(left, "b.one", "c.one", PORT).ok
    for source, target in (("a.one", "b.one"), ("b.one", "a.one"), ("a.one", "internet"), ("internet", "a.two")):
        answer = reach(left, source, target, PORT)
        assert (answer.ok, answer.partly) == (False, False)
        assert texts(answer) == [f"No subnet is left between {source} and {target}."]
    with pytest.raises(ReachError, match=r"d: is not a network of this Plan. There are: a, b, c."):
        without_zone(plan, "d", "us-east-1a")
    with pytest.raises(ReachError, match=r"us-east-1b: network a has no subnet there. Its zones are us-east-1a."):
        without_zone(plan, "a", "us-east-1b")
