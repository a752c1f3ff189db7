"""Each API call of the default stack's deployment fails once: what is told, what goes on, and what is left out.

Every call is covered, by the resource (or the look-up) that makes it and its place among that resource's calls. Calls
fail together in one deployment where none of their resources depends on another of them, so that each failure is still
told by itself; look-ups fail one at a time, since the program ends there. The stack is deployed in this process, under
a suffix of its own each time, on the embedded AWS; the command as a whole fails once on either kind of call.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
from botocore.awsrequest import AWSResponse
from typer.testing import CliRunner

from lib.tap_stack import TapStack, TapStackArgs
from tap import outputs
from tap.cli import app
from tap.embedded import deployment as embedded_deployment
from tap.embedded import server
from tap.embedded.aws import EmbeddedAws
from tap.embedded.connection import Connection
from tap.engine.answers import Provider, State
from tap.engine.deployment import Deployment
from tap.plan import Resource
from tests.embedded.making import run
from tests.support.deploy import lean

ROOT = Path(__file__).resolve().parents[2]
BLUEPRINT = "vpc-peering"
WHOLE = "t00"
MESSAGE = "an injected failure"


@dataclass(frozen=True, order=True)
class Call:
    """An API call of a deployment.

    Args:
        maker: URN of the resource that is made with it, or token of the look-up.
        operation: its name, as AWS writes it.
        number: its place among the maker's calls.
    """

    maker: str
    operation: str
    number: int


@dataclass
class Making:
    """What a thread is making, and how many calls it took so far."""

    maker: str
    calls: int = 0


def refusal() -> tuple[AWSResponse, dict[str, Any]]:
    """What botocore makes of an answer of AWS that refuses a call."""
    return AWSResponse("", 400, {}, None), {"Error": {"Code": "InternalError", "Message": MESSAGE}}


class BreakingAws(EmbeddedAws):
    """The embedded AWS, which refuses some calls as AWS would.

    Args:
        connection: a connection of its own.
        refused: calls to refuse.
    """

    def __init__(self, connection: "WatchedConnection", refused: Iterable[Call] = ()) -> None:
        super().__init__(connection)
        self.made: list[Call] = []
        self._refused = frozenset(refused)
        self._here = threading.local()
        self._looked_up: dict[str, Making] = {}
        connection.watch(self._before)

    def create(self, resource: Resource, provider: Provider | None) -> State:
        self._here.making = Making(resource.urn)
        return super().create(resource, provider)

    def invoke(
        self, token: str, args: Mapping[str, Any], provider: Provider | None, region: str | None
    ) -> Mapping[str, Any]:
        where = f"{token} in {region}"
        self._here.making = self._looked_up.setdefault(where, Making(where))
        return super().invoke(token, args, provider, region)

    def _before(self, model: Any, **_: Any) -> Any:
        making: Making = self._here.making
        call = Call(making.maker, model.name, making.calls)
        making.calls += 1
        self.made.append(call)
        return refusal() if call in self._refused else None


class WatchedConnection(Connection):
    """Tells of each call before it is sent."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self._watch: Any = None
        self._watched: set[int] = set()

    def watch(self, before: Any) -> None:
        self._watch = before

    def client(self, service: str, region: str | None = None, role_arn: str = "") -> Any:
        client = super().client(service, region, role_arn)
        if id(client) not in self._watched:
            self._watched.add(id(client))
            client.meta.events.register("before-call", self._before)
        return client

    def _before(self, **about: Any) -> Any:
        return self._watch(**about)


@dataclass
class Whole:
    """The deployment that nothing keeps from success."""

    connection: WatchedConnection
    deployment: Deployment
    calls: list[Call]
    resources: dict[str, Resource] = field(init=False)

    def __post_init__(self) -> None:
        self.resources = {resource.urn: resource for resource in self.deployment.plan().resources}

    def dependents(self, urn: str) -> set[str]:
        """A resource and whatever depends on it, over any number of others."""
        found = {urn}
        while more := {
            name
            for name, resource in self.resources.items()
            if name not in found and found.intersection((*resource.dependencies, resource.parent, resource.provider))
        }:
            found |= more
        return found

    def rounds(self) -> list[dict[str, Call]]:
        """The calls that make resources, by their URNs: in one round none is made from what another one makes."""
        rounds: list[dict[str, Call]] = []
        for call in sorted(self.calls):
            if call.maker not in self.resources:
                continue
            lost = self.dependents(call.maker)
            for others in rounds:
                if not lost & set(others) and not any(call.maker in self.dependents(other) for other in others):
                    others[call.maker] = call
                    break
            else:
                rounds.append({call.maker: call})
        return rounds


def deploy(connection: WatchedConnection, suffix: str, refused: Iterable[Call] = ()) -> tuple[Deployment, list[Call]]:
    """The default stack under a suffix; the calls in `refused` fail."""
    aws = BreakingAws(connection, refused)

    def program() -> None:
        args = TapStackArgs.from_blueprint(BLUEPRINT, environment_suffix=suffix, tags={"Owner": "tests"})
        for key, value in TapStack("tapstack", args).outputs.items():
            pulumi.export(key, value)

    with lean():
        return run(program, aws, suffix), aws.made


def under(suffix: str, urns: Iterable[str]) -> set[str]:
    """URNs of the whole deployment as they are in one under another suffix, which is its stack's name too."""
    return {urn.replace(WHOLE, suffix) for urn in urns}


@pytest.fixture(scope="module")
def whole(connection: Connection) -> Whole:
    watched = WatchedConnection(connection.endpoint)
    deployment, calls = deploy(watched, WHOLE)
    assert deployment.problems() == []
    return Whole(watched, deployment, calls)


def test_each_call_that_makes_a_resource_is_told_when_it_fails_and_costs_only_what_depends_on_it(whole: Whole) -> None:
    refused: set[Call] = set()
    for number, calls in enumerate(whole.rounds(), start=1):
        suffix = f"t{number:02}"
        refused_here = [replace(call, maker=call.maker.replace(WHOLE, suffix)) for call in calls.values()]
        deployment, _ = deploy(whole.connection, suffix, refused_here)
        expected = {
            f"{made.type} {made.name} in {made.region}: {call.operation}: InternalError: {MESSAGE}"
            for call in calls.values()
            for made in [whole.resources[call.maker]]
        }
        assert {str(failure) for failure in deployment.failures if not failure.skipped} == expected
        lost = under(suffix, set().union(*map(whole.dependents, calls)))
        assert {failure.resource.urn for failure in deployment.failures} == lost
        assert all("skipped: " in str(failure) for failure in deployment.failures if failure.skipped)
        stands = {resource.urn for resource in deployment.plan().resources if resource.custom and resource.id}
        assert stands == under(suffix, (urn for urn, made in whole.resources.items() if made.custom)) - lost
        assert len(deployment.problems()) == len(lost)
        refused |= set(calls.values())
    assert refused == {call for call in whole.calls if call.maker in whole.resources}
    assert len(refused) > 100


def test_each_call_of_a_look_up_that_fails_ends_the_program_before_anything_is_made(whole: Whole) -> None:
    look_ups = [call for call in whole.calls if call.maker not in whole.resources]
    assert {call.operation for call in look_ups} == {"GetCallerIdentity", "DescribeAvailabilityZones"}
    for number, call in enumerate(look_ups):
        with pytest.raises(Exception, match=MESSAGE) as raised:
            deploy(whole.connection, f"u{number:02}", [call])
        assert f"{call.maker}: {call.operation}: InternalError: {MESSAGE}" in str(raised.value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where `tap up` keeps its server and writes its outputs."""
    made = tmp_path_factory.mktemp("outputs")
    yield made
    server.stop(made)


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        (
            "CreateVpcPeeringConnection",
            [
                "aws:ec2/vpcPeeringConnection:VpcPeeringConnection payment-analytics in us-east-1: "
                "CreateVpcPeeringConnection: InternalError: an injected failure",
                "skipped: depends on aws:ec2/vpcPeeringConnection:VpcPeeringConnection payment-analytics",
                "1 failed, ",
                " skipped; no outputs were written",
            ],
        ),
        (
            "GetCallerIdentity",
            ["getCallerIdentity in us-east-1: GetCallerIdentity: InternalError: an injected failure"],
        ),
    ],
)
def test_up_that_fails_tells_it_exits_with_1_and_leaves_no_outputs(
    operation: str, told: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class RefusingConnection(WatchedConnection):
        def __init__(self, endpoint: str) -> None:
            super().__init__(endpoint)
            self.watch(lambda model, **_: refusal() if model.name == operation else None)

    monkeypatch.setenv("TAP_OUTPUTS", str(folder))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(embedded_deployment, "Connection", RefusingConnection)
    (folder / outputs.OUTPUTS_FILE).write_text("{}")
    result = CliRunner().invoke(app, ["up", "--cwd", str(ROOT), "--blueprint", BLUEPRINT])
    assert result.exit_code == 1, result.output
    for line in told:
        assert line in result.output
    assert not {outputs.OUTPUTS_FILE, outputs.DEPLOYMENT_FILE} & {path.name for path in folder.iterdir()}
