"""The function of migrations and its invocation, made by their recipes."""

import io
import itertools
import json
import zipfile
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tap.embedded.services.lambda_ import NOT_RUN
from tap.engine.answers import AnswerError
from tests.embedded.looks import Looks
from tests.embedded.making import EAST, Aws

LOOKS = Looks()
FUNCTION = "aws:lambda/function:Function"
INVOCATION = "aws:lambda/invocation:Invocation"
NAMES = (f"function{number}" for number in itertools.count())
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def function(aws: Aws, **inputs: Any) -> Any:
    role = aws.make("aws:iam/role:Role", next(NAMES), assumeRolePolicy=json.dumps(TRUST)).outputs["arn"]
    return aws.make(FUNCTION, role=role, runtime="python3.13", handler="index.handler", **inputs)


@LOOKS.of(FUNCTION)
def its_package_network_key_and_log(aws: Aws) -> None:
    code = pulumi.AssetArchive({"a.py": pulumi.StringAsset("a = 1")})
    vpc = aws.vpc()
    group = aws.make("aws:ec2/securityGroup:SecurityGroup", vpcId=vpc.id, name=f"{aws.stack}-migrate", description="d")
    subnet = aws.subnet(vpc)
    key = aws.make("aws:kms/key:Key").outputs["arn"]
    state = function(
        aws,
        name=f"{aws.stack}-migrate",
        code=code,
        architectures=["arm64"],
        timeout=900,
        memorySize=256,
        kmsKeyArn=key,
        environment={"variables": {"SECRET_ARN": "arn"}},
        vpcConfig={"subnetIds": [subnet.id], "securityGroupIds": [group.id]},
        loggingConfig={"logFormat": "JSON", "logGroup": "/aws/lambda/x"},
        reservedConcurrentExecutions=2,
        sourceCodeHash="x",
        tags={"Name": "migrate"},
    )
    client = aws.client("lambda")
    found = client.get_function(FunctionName=state.id)
    settings = found["Configuration"]
    assert (settings["Runtime"], settings["Handler"], settings["Timeout"]) == ("python3.13", "index.handler", 900)
    assert (settings["Architectures"], settings["MemorySize"], settings["KMSKeyArn"]) == (["arm64"], 256, key)
    assert settings["Environment"]["Variables"] == {"SECRET_ARN": "arn"}
    assert (settings["VpcConfig"]["SubnetIds"], settings["VpcConfig"]["SecurityGroupIds"]) == ([subnet.id], [group.id])
    assert found["Tags"]["Name"] == "migrate"
    assert found["Concurrency"]["ReservedConcurrentExecutions"] == 2
    assert state.outputs["arn"] == settings["FunctionArn"] == f"arn:aws:lambda:{EAST}:123456789012:function:{state.id}"
    assert state.outputs["invokeArn"].endswith(f"{state.outputs['arn']}/invocations")
    assert state.outputs["name"] == state.id == f"{aws.stack}-migrate"


def packed(aws: Aws, monkeypatch: pytest.MonkeyPatch, code: Any) -> bytes:
    sent: list[bytes] = []
    call = aws.connection.call

    def hear(service: str, operation: str, params: dict[str, Any], *more: Any) -> Any:
        if operation == "create_function":
            sent.append(params["Code"]["ZipFile"])
        return call(service, operation, params, *more)

    monkeypatch.setattr(aws.connection, "call", hear)
    function(aws, name=f"{aws.stack}-{next(NAMES)}", code=code)
    return sent[0]


def test_the_same_files_are_packed_to_the_same_bytes(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b.py").write_text("b = 1\n")
    files = {"b.py": pulumi.FileAsset(str(tmp_path / "b.py")), "a.py": pulumi.StringAsset("a = 1")}
    first = packed(aws, monkeypatch, pulumi.AssetArchive(files))
    (tmp_path / "b.py").touch()
    second = packed(aws, monkeypatch, pulumi.AssetArchive(dict(reversed(files.items()))))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {name: file.read(name) for name in file.namelist()} == {"a.py": b"a = 1", "b.py": b"b = 1\n"}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (pulumi.FileArchive("folder"), "code of another kind than an AssetArchive is not mapped"),
        (pulumi.AssetArchive({"x": pulumi.RemoteAsset("http://x")}), "RemoteAsset inside an archive is not mapped"),
    ],
)
def test_code_that_cannot_be_packed_is_an_error(aws: Aws, code: Any, told: str) -> None:
    with pytest.raises(AnswerError, match=told):
        function(aws, code=code)


@LOOKS.of(INVOCATION)
def told_as_not_run(aws: Aws) -> None:
    state = aws.make(
        INVOCATION,
        functionName="no-such-function",
        input="{}",
        triggers={"001_a.sql": "a"},
        lifecycleScope="CREATE_ONLY",
    )
    assert json.loads(state.outputs["result"]) == {"not_run": NOT_RUN}
    assert state.outputs["triggers"] == {"001_a.sql": "a"}
    assert state.id.startswith("no-such-function-")


@pytest.mark.parametrize("type_", sorted(LOOKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    LOOKS[type_](aws)
