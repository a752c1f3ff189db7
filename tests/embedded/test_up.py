"""`tap up` and `tap down` on another small project, whole: the program in its process, the server, the files."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tap import outputs
from tap.cli import app
from tap.embedded import server
from tap.embedded.connection import KEYS

# Topics alone: importing pulumi_aws.ec2 takes longer than all the rest.
PROGRAM = """
import pulumi
import pulumi_aws as aws
import pulumi_random as random

config = pulumi.Config()
if config.require("topic") == "nonsense":
    raise pulumi.RunError("topic: nonsense is no name")
print("the program says so")
pulumi.log.warn("and warns")
opts = pulumi.ResourceOptions(provider=aws.Provider("east", region="us-east-1"))
topic = aws.sns.Topic("main", name=config.require("topic"), opts=opts)
aws.sns.TopicSubscription("ops", topic=topic.arn, protocol="email", endpoint="ops@example.com", opts=opts)
aws.sns.Topic("other", name="other", opts=opts)
password = random.RandomPassword("master", length=20)
pulumi.export("topic_arn", topic.arn)
pulumi.export("subnet_ids", [])
pulumi.export("count", 1)
pulumi.export("shape", {"b": 1, "a": [topic.name]})
pulumi.export("password", password.result)
"""
PROJECT = """
name: small
runtime: python
config:
  topic: {type: string, default: alarms}
"""


@dataclass
class Project:
    """The project in its folder, and the outputs folder that commands on it use."""

    folder: Path
    outputs: Path

    def tap(self, command: str, *arguments: str) -> Result:
        return CliRunner().invoke(app, [command, "--cwd", str(self.folder), *arguments])

    def files(self) -> set[str]:
        return {path.name for path in self.outputs.iterdir()} & {outputs.OUTPUTS_FILE, outputs.DEPLOYMENT_FILE}

    def values(self) -> dict[str, object]:
        return json.loads((self.outputs / outputs.OUTPUTS_FILE).read_text())


def topics(endpoint: str) -> set[str]:
    """The names of the topics that stand on an embedded AWS."""
    client = boto3.client("sns", endpoint_url=endpoint, region_name="us-east-1", **KEYS)
    return {topic["TopicArn"].split(":")[-1] for topic in client.list_topics()["Topics"]}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    made = Project(tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("outputs"))
    (made.folder / "__main__.py").write_text(PROGRAM)
    (made.folder / "Pulumi.yaml").write_text(PROJECT)
    yield made
    server.stop(made.outputs)


@pytest.fixture
def project(folders: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("TAP_OUTPUTS", str(folders.outputs))
    monkeypatch.setenv("COLUMNS", "200")
    outputs.remove(folders.outputs)
    return folders


def test_up_writes_flat_sorted_outputs_and_what_they_stand_on(project: Project) -> None:
    result = project.tap("up")
    assert result.exit_code == 0, result.output
    values = project.values()
    assert list(values) == ["count", "shape", "subnet_ids", "topic_arn"]
    assert (values["count"], values["subnet_ids"]) == (1, [])
    assert json.loads(str(values["shape"])) == {"a": ["alarms"], "b": 1}
    record = outputs.read_record(project.outputs)
    assert record is not None
    assert (record.engine, record.aws, record.stack, record.blueprint) == ("tap", "embedded", "dev", "")
    assert topics(record.endpoint) == {"alarms", "other"}


def test_up_tells_what_the_program_said_its_outputs_and_last_where_it_ran_and_how_to_go_on(project: Project) -> None:
    told = project.tap("up").output
    assert "the program says so" in told
    assert "warning: and warns" in told
    assert str(project.values()["topic_arn"]) in told
    assert "4 resources of stack dev" in told
    assert "1 secret or empty not written" in told
    engine, aws, look, real = told.rstrip().splitlines()[-4:]
    assert "Engine: tap" in engine
    assert "the embedded one (moto) at http://127.0.0.1:" in aws
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:" in look
    assert real.endswith("pulumi up --stack dev")


def test_a_second_up_is_on_the_same_server_emptied(project: Project) -> None:
    project.tap("up")
    first = server.running(project.outputs)
    assert first is not None
    project.tap("up", "--set", "topic=renamed")
    assert server.running(project.outputs) == first
    assert topics(first.endpoint) == {"renamed", "other"}


def test_wrong_settings_are_told_and_leave_the_last_deployment_standing(project: Project) -> None:
    project.tap("up")
    before = project.values()
    result = project.tap("up", "--set", "topic=nonsense")
    assert result.exit_code == 1
    assert "topic: nonsense is no name" in result.output
    assert "Traceback" not in result.output
    assert project.values() == before
    standing = server.running(project.outputs)
    assert standing is not None
    assert topics(standing.endpoint) == {"alarms", "other"}


def test_a_failed_deployment_tells_all_exits_with_1_and_leaves_no_outputs(project: Project) -> None:
    project.tap("up")
    result = project.tap("up", "--set", "topic=no name")
    assert result.exit_code == 1
    assert "aws:sns/topic:Topic main in us-east-1: CreateTopic: InvalidParameter" in result.output
    skipped = (
        "aws:sns/topicSubscription:TopicSubscription ops in us-east-1: skipped: depends on aws:sns/topic:Topic main"
    )
    assert skipped in result.output
    assert "1 failed, 1 skipped; no outputs were written" in result.output
    assert project.files() == set()
    standing = server.running(project.outputs)
    assert standing is not None
    assert topics(standing.endpoint) == {"other"}


def test_down_stops_the_server_says_so_and_keeps_the_outputs(project: Project) -> None:
    project.tap("up")
    running = server.running(project.outputs)
    assert running is not None
    assert f"{running.endpoint} is stopped" in project.tap("down").output
    assert server.running(project.outputs) is None
    assert project.files() == {outputs.OUTPUTS_FILE, outputs.DEPLOYMENT_FILE}
    again = project.tap("down")
    assert (again.exit_code, again.output.strip()) == (0, "No embedded AWS was running.")


def test_a_server_that_does_not_start_is_told_with_its_log(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAP_OUTPUTS", str(tmp_path))
    monkeypatch.setattr(server, "HOST", "tap.embedded.no_such_module")
    result = project.tap("up")
    assert result.exit_code == 1
    assert "did not start" in result.output
    assert "no_such_module" in result.output


def test_a_project_elsewhere_keeps_its_outputs_beside_itself(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAP_OUTPUTS")
    elsewhere = Project(tmp_path / "copy", tmp_path / "copy" / "cfn-outputs")
    shutil.copytree(project.folder, elsewhere.folder, ignore=shutil.ignore_patterns("__pycache__"))
    try:
        assert elsewhere.tap("up").exit_code == 0
        assert elsewhere.files() == {outputs.OUTPUTS_FILE, outputs.DEPLOYMENT_FILE}
    finally:
        server.stop(elsewhere.outputs)
