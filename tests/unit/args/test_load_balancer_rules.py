"""Rules on load balancers, in front of services and fleets alike."""

from typing import Any

import pytest

from tests.support.settings import REMOVED, accepted, refused

AT = "services.app.load_balancer"
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b"
DOMAIN = {"name": "pay.example.com", "zone_id": "Z0123456789ABC"}
OUT = {"from": "app", "to": "internet", "port": 443}
BACK = {"from": "web", "to": "app", "port": 8080}
HTTP = {"from": "internet", "to": "web", "port": 80}
HTTPS = {"from": "internet", "to": "web", "port": 443}
ALLOW = [{"from": "lb", "to": "app", "port": 8080}, OUT, BACK, HTTP, HTTPS]
WAY = {"networks.payment.nat": "single", "networks.payment.allow": ALLOW}
GRANTS = "networks.payment.allow"


def app(balancer: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Good settings with a service behind a load balancer, of which something is another way."""
    service = {"network": "payment", "image": "ghcr.io/shop/app:1.4", "load_balancer": balancer or {}}
    changes = {key.replace("__", "."): value for key, value in changes.items()}
    return {**WAY, "services.app": {**service, **changes.pop("service", {})}, **changes}


def test_a_load_balancer_in_a_public_tier_is_accepted() -> None:
    service = accepted(app()).services["app"]
    assert service.load_balancer
    assert (service.load_balancer.health_path, service.load_balancer.idle_timeout_seconds) == ("/health", 60)
    accepted(app({"certificate_arn": ARN}))
    accepted(app({"domain": DOMAIN}))


def only_private(**more: Any) -> dict[str, Any]:
    tiers = {"app": {"kind": "private"}, "database": {"kind": "isolated"}}
    return {
        "networks.payment.tiers": tiers,
        "networks.payment.nat": REMOVED,
        "networks.payment.security_groups": {},
        "networks.payment.endpoints": ["s3", "ecr.api", "ecr.dkr", "logs"],
        **more,
    }


def test_facing_the_internet_it_needs_a_public_tier() -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1"
    allow = [{"from": "app", "to": end, "port": 443} for end in ("s3", "endpoints")]
    changes = only_private(**{GRANTS: allow})
    changes.pop("networks.payment.nat")
    assert refused({**app(service={"image": image}), "networks.payment.nat": "none", **changes}) == [
        f"{AT}: needs a public tier in network payment, since it faces the internet. "
        "Add a tier of kind public to networks.payment.tiers, or set internal: true."
    ]


def test_between_several_public_tiers_it_says_which() -> None:
    more = {"networks.payment.tiers.edge": {"kind": "public", "slot": 4}}
    assert refused({**app(), **more}) == [
        f"{AT}: needs one of the public tiers of network payment, since it faces the internet. "
        "Set its tier to one of: edge, web."
    ]
    accepted({**app({"tier": "web"}), **more})


def test_an_internal_one_needs_a_private_tier() -> None:
    tiers = {"web": {"kind": "public"}, "database": {"kind": "isolated"}}
    found = refused(
        {
            **app({"internal": True}, service={"tier": "database"}),
            "networks.payment.tiers": tiers,
            "networks.payment.nat": "none",
            "networks.payment.endpoints": ["s3", "ecr.api", "ecr.dkr", "logs"],
            "networks.payment.allow": [{"from": "database", "to": end, "port": 443} for end in ("s3", "endpoints")],
            "services.app.image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1",
            "peerings": {},
        }
    )
    assert found == [
        f"{AT}: needs a private tier in network payment, since it is internal. "
        "Add a tier of kind private to networks.payment.tiers, or remove internal."
    ]


def test_facing_the_internet_it_does_not_live_in_a_private_tier() -> None:
    grants = [*ALLOW, {"from": "vpc", "to": "app", "port": 80}, {"from": "app", "to": "app", "port": 8080}]
    assert refused({**app({"tier": "app"}), GRANTS: grants}) == [
        f"{AT}: faces the internet, which does not reach tier app of kind private. "
        "Choose a tier of kind public, or set internal: true."
    ]


def test_an_internal_one_in_the_workload_s_tier_is_reached_from_the_network() -> None:
    inside = [{"from": "vpc", "to": "app", "port": 80}, {"from": "app", "to": "app", "port": 8080}]
    accepted({**app({"internal": True}), GRANTS: [*ALLOW, *inside]})
    assert refused({**app({"internal": True}), GRANTS: [*ALLOW, inside[1]]}) == [
        f"{AT}: needs a grant from vpc to app on port 80. Add {{from: vpc, to: app, port: 80}} to {GRANTS}."
    ]


def test_its_tier_needs_two_zones() -> None:
    changes = {"networks.payment.zones": 1, "networks.payment.tiers.database": {"kind": "isolated"}}
    assert refused({**app(), **changes}) == [
        f"{AT}: needs 2 zones, and tier web of network payment has 1. Set zones: 2 or more there."
    ]


def adopted(*subnets: str) -> dict[str, Any]:
    tiers = {"edge": {"kind": "public", "subnet_ids": subnets}, "run": {"subnet_ids": ["subnet-8", "subnet-9"]}}
    allow = [{"from": "internet", "to": "edge", "port": 80}, {"from": "edge", "to": "run", "port": 8080}]
    network = {"vpc_id": "vpc-0123", "tiers": tiers, "allow": allow}
    return {**app(service={"network": "old"}), "networks.old": network}


def test_in_an_adopted_network_its_subnets_are_counted() -> None:
    accepted(adopted("subnet-1", "subnet-2"))
    assert refused(adopted("subnet-1")) == [
        f"{AT}: needs 2 zones, and tier edge of network old has 1. List two of its subnets or more."
    ]


def test_a_certificate_or_a_domain_is_asked_for_in_production() -> None:
    assert refused(app(environment="prod")) == [
        f"{AT}: needs a certificate in production. Set certificate_arn, or set domain."
    ]
    assert refused(app(environment="prod", blueprint="payment-processing")) == [
        f"{AT}: needs a certificate in production. Run pulumi config set certificateArn <arn>, or set domain."
    ]
    accepted(app({"certificate_arn": ARN}, environment="prod"))
    accepted(app({"domain": DOMAIN}, environment="prod"))


def test_a_certificate_is_given_or_made() -> None:
    assert refused(app({"certificate_arn": ARN, "domain": DOMAIN})) == [
        f"{AT}: takes certificate_arn or domain, not both. Remove one of them."
    ]


def test_a_certificate_is_named_by_its_arn() -> None:
    assert refused(app({"certificate_arn": "0a1b2c3d"})) == [
        f"{AT}.certificate_arn: must be the ARN of a certificate of ACM (got 0a1b2c3d). "
        "Use an ARN such as arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d."
    ]


def test_a_certificate_of_another_region_is_refused() -> None:
    other = ARN.replace("us-east-1", "eu-west-1")
    assert refused(app({"certificate_arn": other})) == [
        f"{AT}.certificate_arn: must be a certificate in us-east-1, where the load balancer is (got {other}). "
        "Request one in us-east-1, or set domain."
    ]


@pytest.mark.parametrize(("path", "remedy"), [("health", "Use /health."), ("", "Use /health."), ("a/b", "Use /a/b.")])
def test_a_health_path_starts_with_a_slash(path: str, remedy: str) -> None:
    (line,) = refused(app({"health_path": path}))
    assert line.startswith(f"{AT}.health_path: must start with a slash (got ")
    assert line.endswith(remedy)


@pytest.mark.parametrize("path", ["/he alth", "/health\n", "/" + "h" * 1024])
def test_a_health_path_is_one_that_can_be_asked_for(path: str) -> None:
    (line,) = refused(app({"health_path": path}))
    assert line.startswith(f"{AT}.health_path: must be 1024 characters at most, without spaces (got ")
    assert line.endswith("Use a path such as /health.")
    accepted(app({"health_path": "/" + "h" * 1023}))
    accepted(app({"health_path": "/health?deep=1"}))


def test_requests_are_counted_at_a_load_balancer_only() -> None:
    scaling = {"requests_per_target": 100}
    accepted(app(service={"scaling": scaling}))
    assert refused(app(service={"scaling": scaling, "load_balancer": None})) == [
        "services.app.scaling.requests_per_target: needs a load balancer, which counts the requests (got 100). "
        "Add load_balancer, or remove this."
    ]


def without(*grants: dict[str, Any]) -> list[dict[str, Any]]:
    return [grant for grant in ALLOW if grant not in grants]


def test_somebody_may_talk_to_it_where_it_listens() -> None:
    assert refused({**app(), GRANTS: without(HTTP)}) == [
        f"{AT}: needs a grant from internet to web on port 80. Add {{from: internet, to: web, port: 80}} to {GRANTS}."
    ]
    accepted({**app({"certificate_arn": ARN}), GRANTS: without(HTTP)})
    assert refused({**app({"certificate_arn": ARN}), GRANTS: without(HTTPS)}) == [
        f"{AT}: needs a grant from internet to web on port 443. Add {{from: internet, to: web, port: 443}} to {GRANTS}."
    ]


def test_who_may_talk_to_it_is_the_settings_choice() -> None:
    office = {"from": "198.51.100.0/24", "to": "web", "port": 80}
    accepted({**app(), GRANTS: [*without(HTTP), office]})


def test_a_peer_may_talk_to_an_internal_one() -> None:
    grants = [*ALLOW, {"from": "app", "to": "app", "port": 8080}]
    peering = {
        "between": ["payment", "analytics"],
        "allow": [{"from": "analytics.api", "to": "payment.app", "port": 80}],
    }
    accepted({**app({"internal": True}), GRANTS: grants, "peerings.payment-analytics": peering})


def test_it_may_talk_to_what_it_balances() -> None:
    assert refused({**app(), GRANTS: without(BACK)}) == [
        f"services.app: needs a grant from web to app on port 8080. Add {{from: web, to: app, port: 8080}} to {GRANTS}."
    ]
    assert refused(app(service={"port": 9090})) == [
        f"services.app: needs a grant from web to app on port 9090. Add {{from: web, to: app, port: 9090}} to {GRANTS}."
    ]


def test_grants_are_of_the_groups_that_are_worn() -> None:
    facing = {"from": "internet", "to": "lb", "port": 80}
    accepted({**app({"security_group": "lb"}), GRANTS: [*ALLOW, facing]})
    (line,) = refused(app({"security_group": "lb"}))
    assert line.startswith(f"{AT}: needs a grant from internet to lb on port 80.")


FLEET = {"network": "payment", "port": 80, "load_balancer": {"internal": True}}


def test_a_port_that_its_load_balancer_serves_clashes_within_one_group() -> None:
    inside = [{"from": "vpc", "to": "app", "port": 80}, {"from": "app", "to": "app", "port": 80}]
    assert refused({**WAY, "fleets.app": FLEET, GRANTS: [*ALLOW, *inside]}) == [
        "fleets.app.port: clashes with that of its load balancer, which wears the same security group, app (got 80). "
        "Choose a port such as 8080, or another tier or security_group for one of the two."
    ]


def test_without_a_port_to_send_requests_to_that_alone_is_told() -> None:
    inside = [{"from": "vpc", "to": "app", "port": 80}]
    fleet = {key: value for key, value in FLEET.items() if key != "port"}
    (line,) = refused({**WAY, "fleets.app": fleet, GRANTS: [*ALLOW, *inside]})
    assert "port" in line
    assert "grant" not in line


def test_a_load_balancer_s_name_does_not_start_as_aws_s_own() -> None:
    assert refused(app(application="internal-pay")) == [
        "application: makes a load balancer named internal-pay-app-alb-dev, and AWS keeps names that start with "
        "internal- for itself (got internal-pay). Choose another name for the application."
    ]
    accepted({**app(application="internal-pay"), "services.app": {"network": "payment", "image": "shop:1"}})
