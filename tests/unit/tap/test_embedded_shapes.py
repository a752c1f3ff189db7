"""How Pulumi values become parameters, on botocore's own models; no server needed."""

import boto3
import pytest
from botocore.model import StructureShape
from hypothesis import given
from hypothesis import strategies as st

from tap.embedded.connection import KEYS
from tap.embedded.shapes import matching_member, structure
from tap.engine.answers import AnswerError

SESSION = boto3.session.Session()


def shape(service: str, operation: str) -> StructureShape:
    client = SESSION.client(service, region_name="us-east-1", **KEYS)  # type: ignore[call-overload]
    found = client.meta.service_model.operation_model(operation).input_shape
    assert isinstance(found, StructureShape)
    return found


ALARM = shape("cloudwatch", "PutMetricAlarm")


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("okActions", "OKActions"),
        ("dimensions", "Dimensions"),
        ("evaluateLowSampleCountPercentiles", "EvaluateLowSampleCountPercentile"),
        ("metric", "Metrics"),
        ("colour", None),
    ],
)
def test_names_meet_whatever_their_case_and_number(name: str, member: str | None) -> None:
    assert matching_member(ALARM, name) == member


def test_an_exact_name_wins_over_a_plural() -> None:
    endpoint = shape("ec2", "CreateVpcEndpoint")
    assert matching_member(endpoint, "subnetIds") == "SubnetIds"
    assert matching_member(shape("ec2", "DescribeVpcAttribute"), "vpcId") == "VpcId"


def test_values_take_on_the_type_of_their_member() -> None:
    values = {"threshold": "5", "period": 60.0, "alarmActions": "arn", "actionsEnabled": "false", "metricName": 5}
    assert structure(ALARM, values) == {
        "Threshold": 5.0,
        "Period": 60,
        "AlarmActions": ["arn"],
        "ActionsEnabled": False,
        "MetricName": "5",
    }


def test_a_map_becomes_a_list_of_pairs_and_pairs_stay_pairs() -> None:
    pairs = [{"Name": "Rule", "Value": "r"}]
    assert structure(ALARM, {"dimensions": {"Rule": "r"}}) == {"Dimensions": pairs}
    assert structure(ALARM, {"dimensions": [{"name": "Rule", "value": "r"}]}) == {"Dimensions": pairs}


def test_a_list_of_one_becomes_the_structure_and_a_scalar_the_only_member_of_one() -> None:
    encryption = shape("s3", "PutBucketEncryption")
    rule = {"applyServerSideEncryptionByDefault": [{"sseAlgorithm": "AES256"}]}
    assert structure(encryption, {"serverSideEncryptionConfiguration": {"rules": rule}}) == {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        }
    }
    assert structure(shape("ec2", "ModifyVpcAttribute"), {"enableDnsSupport": True}) == {
        "EnableDnsSupport": {"Value": True}
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"period": "soon"}, "period: not a value of type integer"),
        ({"threshold": True, "actionsEnabled": "maybe"}, "actionsEnabled: not a value of type boolean"),
        ({"metrics": [{"id": "a", "metricStat": [1, 2]}]}, r"metrics\[0\].metricStat: exactly one entry"),
        ({"metrics": [{"colour": 1}]}, r"metrics\[0\].colour is not mapped"),
        ({"metricName": ["a", "b"]}, "metricName: exactly one value was expected"),
        ({"evaluationWindow": 5}, "evaluationWindow: a structure was expected"),
    ],
)
def test_what_does_not_fit_is_told_by_its_path(values: dict[str, object], told: str) -> None:
    with pytest.raises(AnswerError, match=told):
        structure(ALARM, values)


def test_what_is_no_map_where_a_map_is_meant_is_told() -> None:
    with pytest.raises(AnswerError, match="attributes: a map was expected"):
        structure(shape("sns", "CreateTopic"), {"attributes": "x"})


@given(st.dictionaries(st.sampled_from(sorted(ALARM.members)), st.none()))
def test_none_is_never_sent(values: dict[str, None]) -> None:
    assert structure(ALARM, values) == {}
