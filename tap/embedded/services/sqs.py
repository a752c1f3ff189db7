"""Recipes of SQS queues and their policies."""

from tap.embedded.recipe import Recipe

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
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": Recipe(
        "sqs.set_queue_attributes", id="{queueUrl}", attributes=("redriveAllowPolicy",)
    ),
}
