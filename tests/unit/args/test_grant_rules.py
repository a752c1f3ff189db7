"""Rules on grants inside a network and between networks, and on peerings and meshes."""

import pytest

from tests.support.settings import accepted, refused

PAYMENT = "networks.payment"
PEERING = "peerings.payment-analytics"


def grant(source, target, port=443, **more):
    return {"from": source, "to": target, "port": port, **more}


def inside(*grants):
    return refused({f"{PAYMENT}.allow": list(grants)})


def between(*grants):
    return refused({f"{PEERING}.allow": list(grants)})


def test_every_kind_of_end_is_accepted():
    good = [
        grant("internet", "web"),
        grant("internet", "lb"),
        grant("lb", "app", 8080),
        grant("app", "database", 5432),
        grant("vpc", "app"),
        grant("192.168.0.0/16", "web"),
        grant("app", "endpoints"),
        grant("app", "s3"),
        grant("app", "internet"),
        grant("app", "internet", 53, protocol="udp"),
    ]
    assert len(accepted({f"{PAYMENT}.allow": good, f"{PAYMENT}.nat": "single"}).networks["payment"].allow) == len(good)


def test_python_names_of_the_ends_are_accepted_too():
    assert accepted({f"{PAYMENT}.allow": [{"source": "web", "target": "app", "port": 80}]})


def test_a_grant_to_an_unknown_tier_is_refused_with_the_nearest():
    assert inside(grant("web", "databse")) == [
        "networks.payment.allow[0].to: must name a tier, a security group, a CIDR block, or a word for one "
        "(got databse). Did you mean database?"
    ]


@pytest.mark.parametrize("end", ["vpc", "192.168.0.0/16"])
def test_a_grant_to_itself_is_refused(end):
    [line] = inside(grant(end, end))
    assert line == f"networks.payment.allow[0].to: must differ from the other end (got {end}). Name two different ends."


def test_workloads_of_a_tier_or_group_can_be_granted_to_each_other():
    assert accepted({f"{PAYMENT}.allow": [grant("app", "app", 7000), grant("lb", "lb", 7000)]})


def test_a_private_tier_has_no_way_to_the_internet_without_nat():
    assert inside(grant("app", "internet")) == [
        "networks.payment.allow[0].from: has no way to the internet without a NAT gateway (got app). "
        "Set the network's nat to single, per-zone or regional."
    ]
    assert accepted({f"{PAYMENT}.allow": [grant("app", "internet")], f"{PAYMENT}.nat": "single"})


@pytest.mark.parametrize("port", [22, 3389])
def test_nobody_is_let_in_from_the_internet_to_log_in(port):
    assert inside(grant("internet", "web", port)) == [
        f"networks.payment.allow[0].port: must not be a port for logging in: the ACLs deny it to the internet "
        f"(got {port}). Name the CIDR block that administrators come from, or use Session Manager."
    ]
    assert accepted({f"{PAYMENT}.allow": [grant("198.51.100.0/24", "web", port)]})


def test_a_block_as_an_end_is_well_formed():
    [line] = inside(grant("192.168.0.1/16", "app"))
    assert line.startswith("networks.payment.allow[0].from: must have no host bits set (got 192.168.0.1/16).")
    [line] = inside(grant("192.168/16", "app"))
    assert line.startswith("networks.payment.allow[0].from: must be an IPv4 CIDR block (got 192.168/16).")


def test_a_grant_has_an_end_in_the_network():
    [line] = inside(grant("192.168.0.0/16", "internet"))
    assert line.startswith("networks.payment.allow[0]: must have an end in the network")


@pytest.mark.parametrize("service", ["endpoints", "s3", "dynamodb"])
def test_an_endpoint_opens_no_connections(service):
    [line] = inside(grant(service, "app"))
    assert line == f"networks.payment.allow[0].from: opens no connections (got {service}). Name it under to."


def test_an_endpoint_that_the_network_lacks_is_refused():
    assert inside(grant("app", "dynamodb")) == [
        "networks.payment.allow[0].to: is no endpoint of the network (got dynamodb). "
        "Add dynamodb to the network's endpoints."
    ]
    [line] = refused({f"{PAYMENT}.endpoints": ["s3"], f"{PAYMENT}.allow": [grant("app", "endpoints")]})
    assert line.startswith("networks.payment.allow[0].to: needs interface endpoints in the network")


@pytest.mark.parametrize(("target", "kind"), [("app", "private"), ("database", "isolated")])
def test_the_internet_reaches_public_tiers_only(target, kind):
    [line] = inside(grant("internet", target))
    assert line.startswith(
        "networks.payment.allow[0].to: must be a public tier or a group in one, "
        f"since the internet does not reach {kind} ones (got {target})."
    )


def test_the_internet_does_not_reach_a_group_in_a_private_tier():
    group = {"description": "Application", "tier": "app"}
    changes = {f"{PAYMENT}.security_groups.ecs": group, f"{PAYMENT}.allow": [grant("internet", "ecs")]}
    assert len(refused(changes)) == 1
    assert accepted(changes | {f"{PAYMENT}.security_groups.ecs": {"description": "Everywhere"}})


def test_an_isolated_tier_reaches_no_internet():
    [line] = inside(grant("database", "internet"))
    assert line.startswith("networks.payment.allow[0].from: must not be an isolated tier or a group in one")


def test_a_grant_that_stands_there_twice_is_refused():
    assert inside(grant("web", "app"), grant("web", "app", description="again")) == [
        "networks.payment.allow[1]: says the same as networks.payment.allow[0] (got web to app, tcp 443). "
        "Remove one of the two."
    ]
    assert len(between(*[grant("payment.app", "analytics.api")] * 2)) == 1


def test_a_peering_to_an_unknown_network_is_refused_with_the_nearest():
    assert refused({f"{PEERING}.between": ["payment", "analytic"]}) == [
        "peerings.payment-analytics.between[1]: must name a network (got analytic). Did you mean analytics?"
    ]


def test_a_peering_to_itself_is_refused():
    changes = {f"{PEERING}.between": ["payment", "payment"], f"{PEERING}.allow": []}
    assert refused(changes) == [
        "peerings.payment-analytics.between[1]: must not be the same network again (got payment). Name another network."
    ]


def test_the_same_pair_twice_is_refused_also_the_other_way_round():
    [line] = refused({"peerings.again": {"between": ["analytics", "payment"]}})
    assert line == (
        "peerings.again.between: joins analytics and payment, which peerings.payment-analytics does already "
        '(got ["analytics", "payment"]). Remove one of the two.'
    )


def test_the_same_pair_in_a_mesh_is_refused():
    third = {"cidr": "10.3.0.0/16", "tiers": {"app": {}}}
    mesh = {"members": ["third", "payment", "analytics"]}
    [line] = refused({"networks.third": third, "meshes.all": mesh})
    assert line.startswith("meshes.all.members: joins analytics and payment, which peerings.payment-analytics does ")
    [line] = refused({"networks.third": third, "meshes.all": {"members": ["third", "payment", "third"]}})
    assert line.startswith("meshes.all.members[2]: must not be the same network again (got third).")


def test_a_mesh_with_grants_between_its_members_is_accepted():
    third = {"cidr": "10.3.0.0/16", "tiers": {"app": {}}}
    mesh = {"members": ["third", "payment"], "allow": [grant("third.app", "payment.app")]}
    assert accepted({"networks.third": third, "meshes.all": mesh})


def test_ends_between_networks_are_network_and_tier():
    assert between(grant("app", "analytics.api")) == [
        "peerings.payment-analytics.allow[0].from: must be of the form network.tier (got app). Write payment.app."
    ]
    [line] = between(grant("batch", "analytics.api"))
    assert line.endswith("Write one of: payment.web, payment.app, payment.database, analytics.api.")


def test_an_unknown_tier_between_networks_is_refused_with_the_nearest():
    assert between(grant("payment.application", "analytics.api")) == [
        "peerings.payment-analytics.allow[0].from: must name a tier of network payment (got payment.application). "
        "Did you mean payment.app?"
    ]


def test_an_end_in_a_third_network_is_refused():
    third = {"cidr": "10.3.0.0/16", "tiers": {"app": {}}}
    changes = {"networks.third": third, f"{PEERING}.allow": [grant("payment.app", "third.app")]}
    [line] = refused(changes)
    assert line.startswith(
        "peerings.payment-analytics.allow[0].to: must name a tier of payment or analytics (got third"
    )


def test_both_ends_in_one_network_are_refused():
    [line] = between(grant("payment.web", "payment.app"))
    assert line == (
        "peerings.payment-analytics.allow[0].to: must be in another network than the other end (got payment.app). "
        "Move the grant to networks.payment.allow, or name another network."
    )


def test_only_one_peering_is_primary():
    third = {"cidr": "10.3.0.0/16", "tiers": {"app": {}}}
    other = {"between": ["third", "payment"], "primary": True}
    [line] = refused({"networks.third": third, f"{PEERING}.primary": True, "peerings.other": other})
    assert line.startswith("peerings.other.primary: can only be true for one of the peerings, and payment-analytics")
