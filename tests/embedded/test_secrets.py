"""Secrets and parameters, made by their recipes and looked at with boto3."""

import pytest

from tests.embedded.looks import Looks
from tests.embedded.making import WEST, Aws

CHECKS = Looks()
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
PARAMETER = "aws:ssm/parameter:Parameter"


@CHECKS.of(SECRET)
def secret(aws: Aws) -> None:
    key = aws.make("aws:kms/key:Key")
    state = aws.make(
        SECRET,
        name=f"/shop/{aws.stack}/looked-at",
        description="For a look",
        kmsKeyId=key.outputs["arn"],
        recoveryWindowInDays=0,
        replicas=[{"region": WEST, "kmsKeyId": "alias/data"}],
        forceOverwriteReplicaSecret=True,
        tags={"Name": "looked-at"},
    )
    client = aws.client("secretsmanager")
    found = client.describe_secret(SecretId=state.id)
    assert (found["ARN"], found["Name"]) == (state.outputs["arn"], f"/shop/{aws.stack}/looked-at")
    assert (found["Description"], found["KmsKeyId"]) == ("For a look", key.outputs["arn"])
    assert [replica["Region"] for replica in found["ReplicationStatus"]] == [WEST]
    assert {tag["Key"]: tag["Value"] for tag in found["Tags"]} == {"Name": "looked-at"}


@CHECKS.of(VERSION)
def secret_version(aws: Aws) -> None:
    name = f"/shop/{aws.stack}/value"
    made = aws.make(SECRET, name=name, replicas=[{"region": WEST}])
    state = aws.make(VERSION, secretId=made.id, secretString="hush")
    assert state.id == f"{made.id}|{state.outputs['versionId']}"
    for region in (None, WEST):
        client = aws.client("secretsmanager", *([region] if region else []))
        found = client.get_secret_value(SecretId=name)
        assert (found["SecretString"], found["VersionId"]) == ("hush", state.outputs["versionId"])


@CHECKS.of(PARAMETER)
def parameter(aws: Aws) -> None:
    key = aws.make("aws:kms/key:Key")
    ssm = aws.client("ssm")
    name = f"/shop/{aws.stack}/app-config"
    plain = aws.make(PARAMETER, name=name, type="String", insecureValue='{"a": 1}', description="Settings")
    found = ssm.get_parameter(Name=name)["Parameter"]
    assert (found["Type"], found["Value"], found["ARN"]) == ("String", '{"a": 1}', plain.outputs["arn"])
    token = f"/shop/{aws.stack}/token"
    aws.make(
        PARAMETER,
        "token",
        name=token,
        type="SecureString",
        value="hush",
        keyId=key.id,
        tags={"Name": "token"},
    )
    assert ssm.get_parameter(Name=token, WithDecryption=True)["Parameter"]["Value"] == "hush"
    (described,) = ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [token]}])["Parameters"]
    assert (described["Type"], described["KeyId"]) == ("SecureString", key.id)
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=token)["TagList"]
    assert tags == [{"Key": "Name", "Value": "token"}]


@pytest.mark.parametrize("type_", sorted(CHECKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    CHECKS[type_](aws)
