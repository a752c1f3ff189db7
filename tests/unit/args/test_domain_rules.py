"""Rules on names of one's own: of load balancers, and of a failover."""

from typing import Any

import pytest

from tests.support.settings import accepted, refused

DOMAIN = {"name": "pay.example.com", "zone_id": "Z0123456789ABC"}
BALANCER, FAILOVER = "services.app.load_balancer.domain", "failover.domain"
ALLOW = [
    {"from": "lb", "to": "app", "port": 8080},
    {"from": "web", "to": "app", "port": 8080},
    {"from": "app", "to": "internet", "port": 443},
    {"from": "internet", "to": "web", "port": 443},
]


def balanced(**domain: str) -> dict[str, Any]:
    """Good settings with a service behind a load balancer of this name."""
    service = {"network": "payment", "image": "shop:1", "load_balancer": {"domain": {**DOMAIN, **domain}}}
    return {"networks.payment.nat": "single", "networks.payment.allow": ALLOW, "services.app": service}


def failing_over(**domain: str) -> dict[str, Any]:
    """Good settings with an API that fails over under this name."""
    allow = [*ALLOW, {"from": "app", "to": "dynamodb", "port": 443}]
    return {
        "networks.payment.nat": "single",
        "networks.payment.allow": allow,
        "networks.payment.endpoints": ["s3", "ecr.api", "dynamodb"],
        "networks.analytics.endpoints": ["dynamodb"],
        "networks.analytics.allow": [{"from": "api", "to": "dynamodb", "port": 443}],
        "tables.items": {"network": "payment", "hash_key": "id", "replicas": ["analytics"]},
        "apis.orders": {"networks": ["payment", "analytics"], "table": "items"},
        "failover": {"api": "orders", "domain": {**DOMAIN, **domain}},
    }


def test_a_full_name_in_a_zone_is_accepted() -> None:
    for name in ("pay.example.com", "a.xn--p1ai", "p" * 52 + ".example.com"):
        accepted(balanced(name=name))
        accepted(failing_over(name=name))


@pytest.mark.parametrize(
    "name",
    ["example", "Pay.example.com", "https://a.com", "-pay.example.com", "a..b", "*.a.com", "10.0.0.10"],
)
def test_a_domain_is_a_full_name(name: str) -> None:
    for at, settings in ((BALANCER, balanced(name=name)), (FAILOVER, failing_over(name=name))):
        assert refused(settings) == [
            f"{at}.name: must be a full domain name in lower case (got {name}). Use a name such as pay.example.com."
        ]


def test_a_name_is_no_longer_than_a_certificate_takes() -> None:
    name = "p" * 53 + ".example.com"
    for at, settings in ((BALANCER, balanced(name=name)), (FAILOVER, failing_over(name=name))):
        assert refused(settings) == [
            f"{at}.name: must have 64 characters at most, which is what a certificate takes (got {name}). "
            "Choose a shorter name."
        ]


def test_a_zone_is_named_by_its_id() -> None:
    zone = "/hostedzone/Z012"
    for at, settings in ((BALANCER, balanced(zone_id=zone)), (FAILOVER, failing_over(zone_id=zone))):
        assert refused(settings) == [
            f"{at}.zone_id: must be the id of a hosted zone (got /hostedzone/Z012). "
            "Use an id such as Z0123456789ABCDEFGHIJ, as aws route53 list-hosted-zones tells it after /hostedzone/."
        ]


def test_a_name_leads_to_one_thing() -> None:
    second = {"network": "payment", "image": "shop:1", "load_balancer": {"domain": DOMAIN}}
    assert refused({**balanced(), "services.other": second}) == [
        f"services.other.load_balancer.domain.name: is the name of {BALANCER} already (got pay.example.com). "
        "Choose another name."
    ]
    assert refused({**balanced(), **failing_over()}) == [
        f"{FAILOVER}.name: is the name of {BALANCER} already (got pay.example.com). Choose another name."
    ]
    accepted({**balanced(), **failing_over(name="api.example.com")})
