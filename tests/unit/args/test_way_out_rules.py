"""Rules on the ways from workloads to the services that they need."""

from typing import Any

import pytest

from tests.support.settings import accepted, refused

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1.0.0"
ECS = ["ecr.api", "ecr.dkr", "logs", "s3"]
FLEET = ["ec2messages", "logs", "monitoring", "s3", "ssm", "ssmmessages"]
AT = "networks.payment"
APP, ENDPOINTS, S3, INTERNET = (
    {"from": "app", "to": target, "port": 443} for target in ("dynamodb", "endpoints", "s3", "internet")
)
BOTH = [ENDPOINTS, S3]


def network(endpoints: list[str], allow: list[dict[str, object]], **more: object) -> dict[str, Any]:
    return {f"{AT}.endpoints": endpoints, f"{AT}.allow": allow, **{f"{AT}.{key}": value for key, value in more.items()}}


def service(*, tier: str = "app", **more: Any) -> dict[str, Any]:
    return {"services": {"app": {"network": "payment", "tier": tier, "image": IMAGE, **more}}}


def test_a_service_without_endpoints_is_told_all_that_it_lacks() -> None:
    assert refused({**service(), **network([], [])}) == [
        "services.app: has no way from tier app of network payment to ecr.api, ecr.dkr, logs, s3. "
        f"Add ecr.api, ecr.dkr, logs, s3 to {AT}.endpoints, or set {AT}.nat."
    ]


def test_an_isolated_tier_has_no_nat_to_set() -> None:
    nat = network(["s3"], [], nat="single")
    (line,) = refused({**service(tier="database"), **nat})
    assert line == (
        "services.app: has no way from tier database of network payment to ecr.api, ecr.dkr, logs. "
        f"Add ecr.api, ecr.dkr, logs to {AT}.endpoints."
    )


def test_endpoints_with_their_grants_are_a_way() -> None:
    accepted({**service(), **network(ECS, BOTH)})


def test_endpoints_without_a_grant_are_none() -> None:
    assert refused({**service(), **network(ECS, [])}) == [
        f"services.app: needs a grant from app to {target} on port 443. "
        f"Add {{from: app, to: {target}, port: 443}} to {AT}.allow."
        for target in ("endpoints", "s3")
    ]


def test_nat_is_a_way_once_the_internet_is_granted() -> None:
    nat = network([], [INTERNET], nat="single")
    accepted({**service(), **nat})
    assert refused({**service(), **nat, f"{AT}.allow": []}) == [
        "services.app: needs a grant from app to internet on port 443. "
        f"Add {{from: app, to: internet, port: 443}} to {AT}.allow."
    ]


def test_an_endpoint_beside_nat_is_the_way_and_wants_its_own_grant() -> None:
    nat = network(["ecr.api", "ecr.dkr", "logs", "s3"], [ENDPOINTS], nat="single")
    (line,) = refused({**service(), **nat})
    assert line.startswith("services.app: needs a grant from app to s3 on port 443. ")
    accepted({**service(), **nat, f"{AT}.allow": [INTERNET]})


def test_the_whole_network_is_no_way_to_what_lies_outside() -> None:
    everywhere = [{"from": "app", "to": "vpc", "port": 443}]
    (line,) = refused({**service(), **network(ECS, everywhere)})
    assert line.startswith("services.app: needs a grant from app to s3 on port 443. ")
    accepted({**service(), **network(ECS, [*everywhere, S3])})
    accepted({**service(), **network(ECS, [{"from": "vpc", "to": "endpoints", "port": 443}, S3])})


@pytest.mark.parametrize(
    ("section", "things", "needed"),
    [
        ("secrets", {"key": {}}, "secretsmanager"),
        ("parameters", {"key": {"value": "x"}}, "ssm"),
        ("queues", {"key": {}}, "sqs"),
        ("tables", {"key": {"hash_key": "id"}}, "dynamodb"),
    ],
)
def test_what_is_used_needs_its_way(section: str, things: object, needed: str) -> None:
    uses = {"uses": {section: "key"}, "tier": "app"}
    (line,) = refused({**service(**uses), **network(ECS, BOTH), section: things})
    assert line.startswith(f"services.app: has no way from tier app of network payment to {needed}. Add {needed} to")
    way = [APP] if needed == "dynamodb" else []
    accepted({**service(**uses), **network([*ECS, needed], [*BOTH, *way]), section: things})


def test_a_database_and_a_cache_need_the_way_to_their_secret() -> None:
    database = {"network": "payment", "tier": "database", "engine_version": "16", "serverless": {}}
    grants = [*BOTH, *({"from": "app", "to": "database", "port": port} for port in (5432, 6379))]
    cache = {"network": "payment", "tier": "database"}
    for section, things in (("databases", {"main": database}), ("caches", {"main": cache})):
        settings = {**service(uses={section: "main"}), section: things}
        (line,) = refused({**settings, **network(ECS, grants)})
        assert line.startswith("services.app: has no way from tier app of network payment to secretsmanager. ")
        accepted({**settings, **network([*ECS, "secretsmanager"], grants)})


def test_commands_in_containers_need_a_way_where_they_are_asked_for() -> None:
    (line,) = refused({**service(exec=True), **network(ECS, BOTH)})
    assert line.startswith("services.app: has no way from tier app of network payment to ssmmessages. ")
    accepted({**service(exec=False), **network(ECS, BOTH)})


def test_a_fleet_needs_systems_manager_logs_and_metrics() -> None:
    fleet = {"fleets": {"web": {"network": "payment"}}}
    (line,) = refused({**fleet, **network([], [])})
    assert line.startswith(
        "fleets.web: has no way from tier app of network payment to "
        "ec2messages, logs, monitoring, s3, ssm, ssmmessages. "
    )
    accepted({**fleet, **network(FLEET, BOTH)})


def test_an_api_needs_its_table_and_the_secret_of_its_database() -> None:
    api = {"apis": {"items": {"networks": "payment", "table": "items"}}, "tables": {"items": {"hash_key": "id"}}}
    (line,) = refused({**api, **network([], [])})
    assert line.startswith("apis.items: has no way from tier app of network payment to dynamodb. ")
    accepted({**api, **network(["dynamodb"], [APP])})
    database = {"network": "payment", "tier": "database", "engine_version": "16", "serverless": {}}
    with_one = {**api, "databases": {"main": database}}
    with_one["apis"] = {"items": {"networks": "payment", "table": "items", "database": "main"}}
    lines = refused({**with_one, **network(["dynamodb"], [APP])})
    assert lines[0].startswith("apis.items: needs a grant from app to database on port 5432. ")
    assert lines[1].startswith("apis.items: has no way from tier app of network payment to secretsmanager. ")


@pytest.mark.parametrize(
    "image",
    ["docker.io/library/nginx:1.27", "public.ecr.aws/nginx/nginx:1.27", IMAGE.replace("us-east-1", "us-west-2")],
)
def test_an_image_from_elsewhere_needs_nat(image: str) -> None:
    assert refused({**service(image=image), **network(ECS, BOTH)}) == [
        "services.app.image: must be in ECR in us-east-1, since tier app of network payment has no NAT "
        f"(got {image}). Push it there and name it like {IMAGE}, or set {AT}.nat."
    ]
    accepted({**service(image=image), **network([], [INTERNET], nat="single")})


def test_an_adopted_network_is_trusted_to_have_ways() -> None:
    tiers = {"app": {"subnet_ids": ["subnet-1", "subnet-2"]}}
    adopted = {"networks.old": {"vpc_id": "vpc-0123", "tiers": tiers}}
    accepted({**adopted, "services": {"app": {"network": "old", "image": IMAGE}}})
