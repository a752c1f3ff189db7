"""What is measured, and what refuses a figure."""

import json
from pathlib import Path

import pytest

from bench import benchmarks
from bench.measuring import Measured, MeasurementError, by_type
from lib.args.loading import blueprint_names
from tests.support.stack import deploy_networks, stack_args


def measured(**resources: int) -> Measured:
    return Measured(seconds=1.0, processor=0.5, peak=100.0, resources=resources)


def test_every_blueprint_is_measured():
    assert set(blueprint_names()) < benchmarks.benchmarks().keys()


def test_a_bare_script_that_registers_other_resources_is_refused(monkeypatch):
    monkeypatch.setattr(benchmarks, "alone", lambda *_: None)
    monkeypatch.setattr(benchmarks, "in_turns", lambda *_: [[measured(Vpc=2, Eip=1)], [measured(Vpc=1, Eip=1)]])
    with pytest.raises(MeasurementError, match=r"\{'Vpc': \(2, 1\)\}"):
        benchmarks.over_bare("vpc-peering", 1)


def test_the_first_round_is_not_counted_and_programs_take_turns(monkeypatch):
    taken: list[str] = []

    def run(_function: object, root: Path, _config: object) -> Measured:
        taken.append(root.name)
        return measured(Vpc=len(taken))

    monkeypatch.setattr(benchmarks, "alone", run)
    one, other = benchmarks.in_turns([(Path("ours"), None), (Path("bare"), None)], 2)  # type: ignore[list-item]
    assert taken == ["ours", "bare"] * 3
    assert [run.resources for run in one] == [{"Vpc": 3}, {"Vpc": 5}]
    assert [run.resources for run in other] == [{"Vpc": 4}, {"Vpc": 6}]


@pytest.mark.parametrize("size", [4, 8])
def test_meshed_networks_are_good_settings_in_two_regions(size):
    settings = json.loads(benchmarks.mesh_config(size).values["TapStack:settings"])
    args = stack_args(**settings)
    assert {network.region for network in args.networks.values()} == {"us-east-1", "us-west-2"}
    assert len(args.meshes["all"].allow) == size * (size - 1) // 2


def test_resources_are_counted_by_type_without_the_stack():
    counted = by_type(deploy_networks(networks={"one": {"cidr": "10.0.0.0/16", "tiers": {"app": {}}}}))
    assert counted["aws:ec2/vpc:Vpc"] == 1
    assert counted["tap:stack:TapStack"] == 1
    assert "pulumi:pulumi:Stack" not in counted
