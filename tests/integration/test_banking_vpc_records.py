"""The deployed `banking-vpc`: all traffic recorded in a bucket that is private, encrypted, and forgets in time."""

from collections.abc import Callable

import pytest

from tests.support.live import Live
from tests.support.network_view import NetworkView
from tests.support.policies import as_list, services, statements
from tests.support.tags import tags_by_arn, untagged


@pytest.fixture(scope="module")
def network(standing: Callable[[str], Live]) -> NetworkView:
    return NetworkView(standing("banking-vpc"), "banking")


@pytest.fixture(scope="module")
def bucket(network: NetworkView) -> str:
    """The bucket that the flow logs go to."""
    return network.flow_log()["LogDestination"].split(":::")[1].split("/")[0]


def test_all_traffic_is_recorded_in_a_bucket(network: NetworkView, bucket: str) -> None:
    log = network.flow_log()
    assert (log["FlowLogStatus"], log["TrafficType"], log["LogDestinationType"]) == ("ACTIVE", "ALL", "s3")
    assert log.get("DeliverLogsErrorMessage") is None
    assert bucket.endswith(network.live.outputs["environment_suffix"].lower().replace("_", "-"))
    assert network.live.outputs["account_id"] in bucket


def test_the_bucket_is_encrypted_with_a_customer_key_that_rotates(network: NetworkView, bucket: str) -> None:
    s3, kms = network.live.client("s3", network.region), network.live.client("kms", network.region)
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    assert (default["SSEAlgorithm"], rule["BucketKeyEnabled"]) == ("aws:kms", True)
    key = kms.describe_key(KeyId=default["KMSMasterKeyID"])["KeyMetadata"]
    assert (key["KeyManager"], key["Enabled"]) == ("CUSTOMER", True)
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
    policy = kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
    assert any("delivery.logs.amazonaws.com" in services(each) for each in statements(policy))


def test_the_bucket_is_private_and_its_content_expires(network: NetworkView, bucket: str) -> None:
    s3 = network.live.client("s3", network.region)
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert (set(block), set(block.values())) == (
        {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"},
        {True},
    )
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert [rule["Status"] for rule in rules if rule.get("Expiration", {}).get("Days")] == ["Enabled"]


def test_only_the_delivery_service_on_behalf_of_this_account_may_write_to_the_bucket(
    network: NetworkView, bucket: str
) -> None:
    policy = network.live.client("s3", network.region).get_bucket_policy(Bucket=bucket)["Policy"]
    allowed = statements(policy)
    assert {action for each in allowed for action in as_list(each["Action"])} == {"s3:PutObject", "s3:GetBucketAcl"}
    account = network.live.outputs["account_id"]
    for each in allowed:
        assert services(each) == {"delivery.logs.amazonaws.com"}
        assert each["Condition"]["StringEquals"]["aws:SourceAccount"] == account
        assert f":{account}:" in each["Condition"]["ArnLike"]["aws:SourceArn"]
    (plain,) = statements(policy, "Deny")
    assert plain["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_bucket_and_its_key_bear_all_tags(network: NetworkView, bucket: str) -> None:
    live = network.live
    (rule,) = live.client("s3", network.region).get_bucket_encryption(Bucket=bucket)[
        "ServerSideEncryptionConfiguration"
    ]["Rules"]
    arns = [
        f"arn:aws:s3:::{bucket}",
        rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"],
    ]
    tags = {arn: tags_by_arn(live, network.region, arn) for arn in arns}
    assert untagged(live, tags) == {}
    assert {own["Compliance"] for own in tags.values()} == {"PCI-DSS"}
