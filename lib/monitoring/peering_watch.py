"""Watches a peering in one region of an account: whatever API call breaks it is told at once.

CloudWatch has no metric of a peering, so what fires is the call that breaks it, seen by EventBridge through CloudTrail.
Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html ($or),
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html (FailedInvocations).
"""

from collections.abc import Sequence

import pulumi

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.monitoring.delivery import deliver


class PeeringWatch(Component):
    """An EventBridge rule on the calls that break one peering, to the region's topic, and an alarm on its failures.

    Args:
        name: `<peering>-<region>`, followed by the account where it is not the stack's own.
        peering: name of the peering.
        region: region that the rule lives in.
        env: environment of the stack.
        connection_id: the peering connection.
        route_table_ids: tables in this region with routes to the peer.
        destinations: blocks of the networks on the far sides of those routes.
        security_group_ids: groups in this region whose rules let the peer in or out.
        topic_arn: topic of this region and account.
    """

    def __init__(
        self,
        name: str,
        peering: str,
        region: str,
        env: Environment,
        *,
        connection_id: pulumi.Input[str],
        route_table_ids: Sequence[pulumi.Input[str]],
        destinations: Sequence[str],
        security_group_ids: Sequence[pulumi.Input[str]],
        topic_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:monitoring:PeeringWatch", name, opts)
        deliver(
            self,
            name,
            env,
            rule_name=env.names.peering_rule(peering, region),
            description=f"Calls that break the peering {peering}",
            pattern={
                "source": ["aws.ec2"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventSource": ["ec2.amazonaws.com"],
                    "errorCode": [{"exists": False}],
                    "$or": _breaking_calls(connection_id, route_table_ids, destinations, security_group_ids),
                },
            },
            topic_arn=topic_arn,
            alarm_name=env.names.peering_alarm(peering, region),
            alarm_description=f"News of the peering {peering} could not be delivered to the topic",
        )
        self.register_outputs({})


def _breaking_calls(
    connection_id: pulumi.Input[str],
    route_table_ids: Sequence[pulumi.Input[str]],
    destinations: Sequence[str],
    security_group_ids: Sequence[pulumi.Input[str]],
) -> list[dict[str, object]]:
    """Patterns of the calls, narrowed to the stack's own ids.

    CloudTrail writes the id of a peering connection below the request's name in some calls and directly in others.
    """
    deletion, rejection = "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection"
    own = {"vpcPeeringConnectionId": [connection_id]}
    calls: list[dict[str, object]] = [{"eventName": [deletion, rejection], "requestParameters": own}]
    for call in (deletion, rejection):
        nested = {f"{call}Request": {"VpcPeeringConnectionId": [connection_id]}}
        calls.append({"eventName": [call], "requestParameters": nested})
    if route_table_ids:
        routes = {"routeTableId": list(route_table_ids), "destinationCidrBlock": list(destinations)}
        calls.append({"eventName": ["DeleteRoute", "ReplaceRoute"], "requestParameters": routes})
    if security_group_ids:
        revoked = ["RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"]
        calls.append({"eventName": revoked, "requestParameters": {"groupId": list(security_group_ids)}})
    return calls
