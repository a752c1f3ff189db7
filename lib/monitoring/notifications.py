"""The topic that everything in a region sends its alarms to."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import sns

from lib.args.placement import Place
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.keys import Key, serve_messages
from lib.foundation.policies import Statement, resource_policy


class Notifications(Component):
    """An SNS topic, encrypted with a customer key of its own, that EventBridge and CloudWatch alarms publish to.

    Args:
        place: the region and account.
        env: environment of the stack, within that account.
        emails: addresses to subscribe.
        https: HTTPS endpoints to subscribe.
    """

    topic_arn: pulumi.Output[str]

    def __init__(
        self,
        place: Place,
        env: Environment,
        *,
        emails: Sequence[str],
        https: Sequence[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name, region = f"alarms-{place.key}", place.region
        super().__init__("tap:monitoring:Notifications", name, opts)
        topic_name = env.names.topic(region)
        # Known beforehand, so that the key's policy can name the topic that is encrypted with the key.
        arn = f"arn:{partition(region)}:sns:{region}:{env.account_id}:{topic_name}"
        key = Key(
            f"messages-{place.key}",
            env,
            purpose="messages",
            region=region,
            serves=serve_messages(arn),
            opts=self.child(),
        )
        topic = sns.Topic(
            name, name=topic_name, kms_master_key_id=key.arn, tags=env.tags("Topic", topic_name), opts=self.child()
        )
        sns.TopicPolicy(
            name, arn=topic.arn, policy=resource_policy(_publishers(topic.arn, region, env)), opts=self.child()
        )
        for protocol, endpoints in (("email", emails), ("https", https)):
            for endpoint in endpoints:
                sns.TopicSubscription(
                    f"{name}-{endpoint}", topic=topic.arn, protocol=protocol, endpoint=endpoint, opts=self.child()
                )
        self.topic_arn = topic.arn
        self.register_outputs({"topic_arn": topic.arn})


def _publishers(topic_arn: pulumi.Output[str], region: str, env: Environment) -> list[Statement]:
    """Leave to publish, and only over TLS.

    The statement for EventBridge has no condition: with one on the source, deliveries to an encrypted topic fail.
    """
    alarms = f"arn:{partition(region)}:cloudwatch:{region}:{env.account_id}:alarm:*"
    return [
        Statement(sid="Events", actions=["sns:Publish"], resources=[topic_arn], services=["events.amazonaws.com"]),
        Statement(
            sid="Alarms",
            actions=["sns:Publish"],
            resources=[topic_arn],
            services=["cloudwatch.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceAccount": env.account_id}, "ArnLike": {"aws:SourceArn": alarms}},
        ),
        Statement(
            sid="TlsOnly",
            effect="Deny",
            actions=["sns:Publish"],
            resources=[topic_arn],
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
    ]
