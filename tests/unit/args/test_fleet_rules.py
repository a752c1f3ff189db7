"""Rules on fleets."""

from typing import Any

import pytest

from lib.args.rules.fleets import image_architecture, type_architecture
from tests.support.settings import accepted, refused

X86 = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
OUT: dict[str, Any] = {
    "networks.payment.nat": "single",
    "networks.payment.allow": [
        {"from": "internet", "to": "lb", "port": 443},
        {"from": "internet", "to": "lb", "port": 80},
        {"from": "lb", "to": "app", "port": 8080},
        {"from": "app", "to": "internet", "port": 443},
    ],
}


def web(**changes: Any) -> dict[str, Any]:
    """A change of the good settings: they get a fleet, with these changes to it."""
    return {**OUT, "fleets.web": {"network": "payment", "tier": "app", **changes}}


def balanced(**changes: Any) -> dict[str, Any]:
    return web(**{"port": 8080, "load_balancer": {"security_group": "lb"}, **changes})


def test_a_fleet_is_accepted_with_nothing_said_and_with_everything() -> None:
    assert accepted(web()).fleets["web"].image_is_pinned is False
    full = accepted(
        balanced(
            min=0,
            desired=0,
            max=1,
            image="ami-0a1b2c3d4e5f67890",
            instance_type="m7i.large",
            scaling={"requests_per_target": 100},
        )
    )
    assert full.fleets["web"].image_is_pinned is True


def test_the_least_is_not_above_the_most() -> None:
    assert refused(web(min=7, desired=9)) == [
        "fleets.web.min: must not be above max, 6 (got 7). Lower it, or raise max."
    ]


@pytest.mark.parametrize("desired", [1, 7])
def test_a_fleet_starts_between_its_least_and_its_most(desired: int) -> None:
    assert refused(web(desired=desired)) == [
        f"fleets.web.desired: must be between min, 2, and max, 6 (got {desired}). "
        "Choose a number between them, or leave it out to start with min."
    ]


def test_one_zone_is_not_enough() -> None:
    one = {**web(), "networks.payment.zones": 1, "networks.payment.tiers.database": {"kind": "isolated"}}
    assert refused(one) == [
        "fleets.web.network: needs 2 zones, and its tier in network payment has 1 (got payment). "
        "Set zones: 2 or more there."
    ]


@pytest.mark.parametrize(
    ("tier", "told"),
    [
        ({"subnet_ids": ["subnet-1"]}, True),
        ({"cidrs": ["10.0.8.0/24"]}, True),
        ({"subnet_ids": ["subnet-1", "subnet-2"]}, False),
        ({}, False),
    ],
)
def test_in_an_adopted_network_the_subnets_that_are_listed_count(tier: dict[str, Any], told: bool) -> None:
    adopted = {"vpc_id": "vpc-1", "tiers": {"app": tier}}
    settings = {"networks.old": adopted, "fleets.web": {"network": "old"}}
    if told:
        assert refused(settings) == [
            "fleets.web.network: needs 2 zones, and its tier in network old has 1 (got old). "
            "List two of its subnets or more."
        ]
    else:
        assert accepted(settings)


def test_an_instance_type_runs_an_image_for_its_processors_only() -> None:
    assert refused(web(instance_type="t3.small")) == [
        "fleets.web.instance_type: is of architecture x86_64, and its image is for arm64 (got t3.small). "
        "Choose a type such as t4g.small, or an image for x86_64."
    ]
    assert refused(web(image=X86)) == [
        "fleets.web.instance_type: is of architecture arm64, and its image is for x86_64 (got t4g.small). "
        "Choose a type such as t3.small, or an image for arm64."
    ]
    assert accepted(web(image=X86, instance_type="t3.small"))


@pytest.mark.parametrize(
    ("instance_type", "architecture"),
    [
        ("a1.large", "arm64"),
        ("t4g.nano", "arm64"),
        ("c6gn.large", "arm64"),
        ("x2gd.metal", "arm64"),
        ("is4gen.medium", "arm64"),
        ("g5g.xlarge", "arm64"),
        ("hpc7g.16xlarge", "arm64"),
        ("r8gd.large", "arm64"),
        ("t3a.small", "x86_64"),
        ("m5.large", "x86_64"),
        ("g4dn.xlarge", "x86_64"),
        ("g6.xlarge", "x86_64"),
        ("m7i-flex.large", "x86_64"),
        ("u7i-12tb.224xlarge", "x86_64"),
        ("mac2.metal", None),
        ("p6e-gb200.36xlarge", None),
        ("u-6tb1.metal", None),
    ],
)
def test_the_name_of_a_type_tells_its_architecture(instance_type: str, architecture: str | None) -> None:
    assert type_architecture(instance_type) == architecture


@pytest.mark.parametrize(
    ("image", "architecture"),
    [
        (X86, "x86_64"),
        ("/aws/service/bottlerocket/aws-ecs-2/arm64/latest/image_id", "arm64"),
        ("/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id", "x86_64"),
        ("/images/base", None),
        ("ami-0a1b2c3d4e5f67890", None),
    ],
)
def test_the_path_of_an_image_s_parameter_tells_its_architecture(image: str, architecture: str | None) -> None:
    assert image_architecture(image) == architecture


def test_what_is_neither_a_type_nor_an_image_is_told_with_an_example() -> None:
    assert refused(web(instance_type="large", image="al2023")) == [
        "fleets.web.instance_type: must be a type of instances (got large). Use a type such as t4g.small.",
        "fleets.web.image: must be the path of a parameter, or an image's id (got al2023). "
        "Use a path such as /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64, "
        "or an id such as ami-0a1b2c3d4e5f67890.",
    ]


def test_a_load_balancer_needs_a_port_to_send_requests_to() -> None:
    told = refused(web(load_balancer={"security_group": "lb"}))
    assert (
        "fleets.web.port: needs the port that its load balancer sends requests to. Set it, such as port: 8080." in told
    )


def test_an_unknown_network_or_tier_is_told_once() -> None:
    assert len(refused(web(network="paymnt"))) == 1
    assert len(refused(web(tier="ap"))) == 1
