"""A queue with its dead-letter queue."""

import json
from typing import Any

from lib.foundation.naming import planned
from tap.plan import Plan, Resource
from tests.support.stack import deploy_networks, policy_of, stack_args

QUEUE = "aws:sqs/queue:Queue"
DAY = 24 * 60 * 60
NETWORK = {"cidr": "10.0.0.0/16", "zones": 1, "region": "eu-west-1", "tiers": {"app": {}}}
QUEUES: dict[str, Any] = {
    "jobs": {"network": "main", "visibility_timeout_seconds": 90, "retention_days": 2, "max_receives": 7},
    "orders": {"fifo": True},
}


def deployed(**more: Any) -> Plan:
    return deploy_networks(networks={"main": NETWORK}, queues=QUEUES, **more)


def queue(name: str, plan: Plan | None = None) -> Resource:
    return (plan or deployed()).one(QUEUE, name)


def test_it_is_in_the_region_of_its_network_and_encrypted_with_the_regions_key() -> None:
    plan = deployed()
    for name, region in (("jobs", "eu-west-1"), ("orders", "us-east-1")):
        key = plan.one("aws:kms/key:Key", f"data-{region}").outputs["arn"]
        for each in (queue(name), queue(f"{name}-dead")):
            assert (each.region, each.inputs["kmsMasterKeyId"]) == (region, key)


def test_messages_are_kept_hidden_and_waited_for_as_the_settings_say() -> None:
    inputs = queue("jobs").inputs
    assert (inputs["visibilityTimeoutSeconds"], inputs["messageRetentionSeconds"]) == (90, 2 * DAY)
    assert inputs["receiveWaitTimeSeconds"] == 20
    assert queue("jobs-dead").inputs["messageRetentionSeconds"] == 14 * DAY


def test_what_nobody_can_deal_with_goes_to_the_dead_letter_queue_and_from_there_nowhere() -> None:
    dead = queue("jobs-dead").outputs["arn"]
    assert json.loads(queue("jobs").inputs["redrivePolicy"]) == {"deadLetterTargetArn": dead, "maxReceiveCount": 7}
    assert "redrivePolicy" not in queue("jobs-dead").inputs


def test_no_other_queue_may_leave_its_dead_letters_there() -> None:
    allowed = deployed().one("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "jobs").inputs
    assert allowed["queueUrl"] == queue("jobs-dead").outputs["url"]
    assert json.loads(allowed["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [queue("jobs").outputs["arn"]],
    }


def test_both_are_spoken_to_over_tls_only() -> None:
    for name in ("jobs", "jobs-dead"):
        found = deployed().one("aws:sqs/queuePolicy:QueuePolicy", name)
        assert found.inputs["queueUrl"] == queue(name).outputs["url"]
        assert policy_of(found) == [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["sqs:*"],
                "Resource": [queue(name).outputs["arn"]],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ]


def test_a_fifo_queue_has_a_fifo_queue_for_its_dead_letters_and_both_names_say_so() -> None:
    for name in ("orders", "orders-dead"):
        inputs = queue(name).inputs
        assert (inputs["fifoQueue"], inputs["contentBasedDeduplication"]) == (True, True)
        assert inputs["name"] == f"shop-{name}-dev.fifo"
    assert not {"fifoQueue", "contentBasedDeduplication"} & set(queue("jobs").inputs)


def test_production_protects_both() -> None:
    assert [queue(name).options.protect for name in ("jobs", "jobs-dead")] == [False, False]
    prod = deployed(environment="prod", environment_suffix="prod")
    assert [queue(name, prod).options.protect for name in ("jobs", "jobs-dead")] == [True, True]


def test_its_outputs_say_where_both_are() -> None:
    assert {name: value for name, value in deployed().exports.items() if name.startswith("jobs_")} == {
        "jobs_queue_url": queue("jobs").outputs["url"],
        "jobs_queue_arn": queue("jobs").outputs["arn"],
        "jobs_dead_letter_queue_url": queue("jobs-dead").outputs["url"],
        "jobs_dead_letter_queue_arn": queue("jobs-dead").outputs["arn"],
    }


def test_their_names_were_planned() -> None:
    names = {
        each.name for each in planned(stack_args(networks={"main": NETWORK}, queues=QUEUES)) if each.type == "queue"
    }
    assert {each.inputs["name"] for each in deployed().of(QUEUE)} == names
