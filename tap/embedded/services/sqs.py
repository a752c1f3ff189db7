"""Recipes of SQS queues and their policies."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _redrive_allow_policy(creation: Creation) -> None:
    """Check the parameters alone: moto would forget them, and with them the policy that the queue has."""
    url = creation.given["queueUrl"]
    attributes = {"RedriveAllowPolicy": creation.given["redriveAllowPolicy"]}
    creation.pretend("sqs.set_queue_attributes", {"queueUrl": url, "attributes": attributes})
    creation.id = url


RECIPES = {
    "aws:sqs/queue:Queue": Recipe(
        "sqs.create_queue",
        id="QueueUrl",
        outputs={"url": "QueueUrl", "arn": "arn:{partition}:sqs:{region}:{account}:{name}"},
        renames={
            "name": "queueName",
            "maxMessageSize": "maximumMessageSize",
            "messageRetentionSeconds": "messageRetentionPeriod",
            "receiveWaitTimeSeconds": "receiveMessageWaitTimeSeconds",
            "visibilityTimeoutSeconds": "visibilityTimeout",
        },
        attributes=(
            "contentBasedDeduplication",
            "deduplicationScope",
            "delaySeconds",
            "fifoQueue",
            "fifoThroughputLimit",
            "kmsDataKeyReusePeriodSeconds",
            "kmsMasterKeyId",
            "maximumMessageSize",
            "messageRetentionPeriod",
            "policy",
            "receiveMessageWaitTimeSeconds",
            "redriveAllowPolicy",
            "redrivePolicy",
            "sqsManagedSseEnabled",
            "visibilityTimeout",
        ),
        named="name",
        longest=80,
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Recipe("sqs.set_queue_attributes", id="{queueUrl}", attributes=("policy",)),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": Recipe(finish=_redrive_allow_policy),
}
