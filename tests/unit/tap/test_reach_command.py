"""`python -m tap reach`."""

import dataclasses

import pytest
from typer.testing import CliRunner

from tap.cli import app
from tap.engine.run import Run
from tap.plan import Resource
from tests.support.reach_world import ANYWHERE, PORT, Entry, open_world, plan_of

PROGRAM = "import pulumi\npulumi.export('nothing', 1)\n"


def tap(*arguments):
    return CliRunner().invoke(app, ["reach", *map(str, arguments)])


@pytest.fixture
def recorded(monkeypatch):
    """Makes programs run into a world, or into problems, without running."""

    def record(world=None, *, problems=(), more=()):
        plan = plan_of(world or open_world())
        plan = dataclasses.replace(plan, resources=(*plan.resources, *more))
        run = Run(plan=plan, error="", problems=tuple(problems), failures=(), logs=(), output="")
        monkeypatch.setattr("tap.engine.run.record_program", lambda *_: run)

    record()
    return record


@pytest.mark.usefixtures("recorded")
def test_what_passes_is_shown_table_by_table():
    result = tap("a.one", "b.one", PORT)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "a.one to b.one on tcp 443 passes (1 of 1 pairs of subnets connect).",
        "a-one-zone to b-one-zone:",
        "  1. security group a-one: tcp 443 out to 10.1.0.0/26",
        "  2. ACL a-one of a-one-zone: tcp 443 out to 10.1.0.0/26",
        "  3. route table a-one: 10.1.0.0/26 by peering pcx-ab",
        "  4. ACL b-one of b-one-zone: tcp 443 in from 10.0.0.0/26",
        "  5. security group b-one: tcp 443 in from 10.0.0.0/26",
        "  6. ACL b-one of b-one-zone: answers out to 10.0.0.0/26",
        "  7. route table b-one: answers to 10.0.0.0/26 by peering pcx-ab",
        "  8. ACL a-one of a-one-zone: answers in from 10.1.0.0/26",
    ]


def test_what_is_blocked_is_shown_with_every_blocker_and_fails(recorded):
    world = open_world()
    world.places["a.one"].rules = []
    world.places["b.one"].routes = {}
    recorded(world)
    result = tap("a.one", "b.one", PORT)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "a.one to b.one on tcp 443 is blocked (0 of 1 pairs of subnets connect).",
        "Blocked, a-one-zone to b-one-zone:",
        "  Security group a-one lets tcp 443 out to none of 10.1.0.0/26.",
        "  Route table b-one of b-one-zone has no route for answers to 10.0.0.0/26.",
    ]


def test_what_passes_in_part_fails_too(recorded):
    world = open_world()
    half = Entry(50, egress=False, allow=False, protocol="-1", ports=(0, 0), cidr="10.0.0.0/27")
    world.places["b.one"].entries.append(half)
    recorded(world)
    result = tap("a.one", "b.one", PORT)
    assert result.exit_code == 1
    first = "a.one to b.one on tcp 443 passes only in part (0 of 1 pairs of subnets connect)."
    assert result.stdout.splitlines()[0] == first


@pytest.mark.usefixtures("recorded")
def test_udp_is_asked_for_by_name():
    result = tap("a.one", "b.one", 53, "--protocol", "udp")
    assert result.exit_code == 1
    assert result.stdout.startswith("a.one to b.one on udp 53 is blocked")


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Ask either for SRC DST PORT, such as payment.app analytics.api 443, or for --matrix."),
        (("a.one", "b.one"), "Ask either for SRC DST PORT"),
        (("a.one", "b.one", 443, "--matrix"), "Ask either for SRC DST PORT"),
        (("a.none", "b.one", 443), "a.none: is not in this Plan. There are: a.one,"),
        (("a.one", "b.one", 443, "--config-file", "none.yaml"), "none.yaml"),
        (("a.one", "b.one", 443, "--assume-vpc", "vpc-1=x"), "--assume-vpc vpc-1=x: write it as"),
    ],
)
def test_what_cannot_be_asked_is_told_and_ends_with_two(arguments, message):
    result = tap(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not result.stdout


def test_a_program_that_does_not_end_well_cannot_be_asked_about(recorded):
    recorded(problems=["The settings have 1 problem:", "networks: is missing."])
    result = tap("--matrix")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "The settings have 1 problem:\nnetworks: is missing.\n"


def test_the_matrix_shows_what_is_open(recorded):
    world = open_world()
    world.places["c.one"].entries = [
        Entry(1, egress=False, allow=True, protocol="tcp", ports=(PORT, PORT), cidr=ANYWHERE)
    ]
    recorded(world, more=[Resource("n", "tap:networking:Network", "old", custom=False, inputs={})])
    result = tap("--matrix")
    assert result.exit_code == 0, result.output
    rows = [line.split("│")[1:-1] for line in result.stdout.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["a.one", "443", "a.one, a.s3, a.two, b.one, internet"],
        ["a.two", "443", "a.one, a.two, b.one, internet"],
        ["b.one", "443", "a.one, a.two, b.one"],
        ["c.one", "443", "c.one"],
        ["internet", "443", "a.two"],
    ]
    told = " ".join(result.stdout.split())
    assert "All other pairs, 14 of 28, are closed on every port that a rule mentions: 443 tcp, 1024 tcp" in told
    assert "Adopted, so not looked at: old." in told


def test_the_projects_own_program_is_what_is_asked_about(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: TapStack\nruntime: python\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    result = tap("payment.app", "analytics.api", 443, "--cwd", tmp_path)
    assert result.exit_code == 2
    assert result.stderr == "payment.app: is not in this Plan. There are: internet.\n"
