"""What only AWS knows, held against the settings before any resource is made."""

from typing import Any

import pytest
from pytest_mock import MockerFixture

from lib.args.problems import SettingsError
from tap.recording import ExistingVpc, Recording
from tests.support.stack import deploy_networks, deploy_stack, stack_args

TIERS = {"app": {"kind": "private"}}


def refused(**network: Any) -> list[str]:
    with pytest.raises(SettingsError) as error:
        deploy_networks(networks={"main": {"cidr": "10.0.0.0/16", "tiers": TIERS, **network}})
    return [str(problem) for problem in error.value.problems]


def test_more_zones_than_the_region_has_are_refused() -> None:
    assert refused(zones=3, region="us-west-1") == [
        "networks.main.zones: us-west-1 has us-west-1a, us-west-1c (got 3). Ask for 2 zones or fewer."
    ]


def test_zones_that_the_region_lacks_are_named() -> None:
    assert refused(zones=["us-west-1a", "us-west-1b"], region="us-west-1") == [
        "networks.main.zones: us-west-1 has us-west-1a, us-west-1c (got us-west-1b). Name zones that the region has."
    ]


def test_zones_are_taken_in_the_order_of_their_names() -> None:
    plan = deploy_networks(networks={"main": {"cidr": "10.0.0.0/16", "tiers": TIERS, "region": "us-west-1"}})
    assert [subnet.inputs["availabilityZone"] for subnet in plan.of("Subnet")] == ["us-west-1a", "us-west-1c"]


def test_a_zone_that_has_no_place_in_a_small_network_is_refused_once_its_letter_is_known() -> None:
    class Far(Recording):
        """A region whose only zones are e and f."""

        def invoke(self, token: str, args: Any, provider: Any, region: str | None) -> Any:
            answer = super().invoke(token, args, provider, region)
            return {**answer, "names": ["us-east-1f", "us-east-1e"]} if "AvailabilityZones" in token else answer

    with pytest.raises(SettingsError) as error:
        deploy_stack(stack_args(networks={"main": {"cidr": "10.0.0.0/24", "tiers": TIERS}}), answers=Far())
    assert [str(problem) for problem in error.value.problems] == [
        f"networks.main.zones: a /24 has room for zones a to d (got us-east-1{zone}). "
        "Choose another zone or a larger network."
        for zone in "ef"
    ]


def test_an_adopted_network_without_route_tables_is_warned_of(mocker: MockerFixture) -> None:
    warn = mocker.patch("pulumi.log.warn")

    class Bare(Recording):
        """An AWS that tells no route tables."""

        def invoke(self, token: str, args: Any, provider: Any, region: str | None) -> Any:
            answer = super().invoke(token, args, provider, region)
            return {**answer, "ids": []} if "getRouteTables" in token else answer

    networks = {
        "hub": {"cidr": "10.0.0.0/16", "zones": 1, "tiers": TIERS},
        "old": {"vpc_id": "vpc-old", "tiers": TIERS},
    }
    peerings = {"link": {"between": ["hub", "old"], "allow": [{"from": "hub.app", "to": "old.app", "port": 443}]}}
    plan = deploy_stack(
        stack_args(networks=networks, peerings=peerings), answers=Bare(vpcs={"vpc-old": ExistingVpc("10.7.0.0/16")})
    )
    assert plan.exports["old_route_count"] == 0
    (message,) = warn.call_args.args
    assert message == "Network old (vpc-old) has no route tables: nothing will be routed to its peers."
