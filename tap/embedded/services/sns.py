"""Recipes of SNS topics, their policies and subscriptions."""

from tap.embedded.recipe import Recipe

RECIPES = {
    "aws:sns/topic:Topic": Recipe(
        "sns.create_topic",
        id="TopicArn",
        outputs={"arn": "TopicArn", "owner": "{account}"},
        attributes=(
            "contentBasedDeduplication",
            "deliveryPolicy",
            "displayName",
            "fifoTopic",
            "kmsMasterKeyId",
            "policy",
            "signatureVersion",
            "tracingConfig",
        ),
        named="name",
        longest=256,
    ),
    "aws:sns/topicPolicy:TopicPolicy": Recipe(
        "sns.set_topic_attributes",
        id="{arn}",
        outputs={"owner": "{account}"},
        renames={"arn": "topicArn", "policy": "attributeValue"},
        send={"AttributeName": "Policy"},
    ),
    "aws:sns/topicSubscription:TopicSubscription": Recipe(
        "sns.subscribe",
        id="SubscriptionArn",
        outputs={"arn": "SubscriptionArn", "ownerId": "{account}"},
        renames={"topic": "topicArn"},
        ignores=("confirmationTimeoutInMinutes", "endpointAutoConfirms"),
        attributes=(
            "deliveryPolicy",
            "filterPolicy",
            "filterPolicyScope",
            "rawMessageDelivery",
            "redrivePolicy",
            "subscriptionRoleArn",
        ),
        send={"ReturnSubscriptionArn": True},
    ),
}
