"""IAM and resource policies as typed statements; no policy is ever pieced together as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import pulumi
from pulumi_aws import iam

from lib.foundation.component import Component

Text: TypeAlias = pulumi.Input[str]
Conditions: TypeAlias = Mapping[str, Mapping[str, Text | Sequence[Text]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a policy.

    Args:
        actions: such as `logs:PutLogEvents`.
        resources: ARNs; empty in a trust policy, which has none.
        services: service principals, such as `vpc-flow-logs.amazonaws.com`.
        accounts: ARNs of principals of the IAM kind.
        conditions: operator to key to value or values.
        effect: `Allow` or `Deny`; a Deny without principals denies everybody.
        sid: what the statement is for, letters and digits.
    """

    actions: Sequence[str]
    resources: Sequence[Text] = ()
    services: Sequence[str] = ()
    accounts: Sequence[Text] = ()
    conditions: Conditions = field(default_factory=dict[str, Mapping[str, Text | Sequence[Text]]])
    effect: str = "Allow"
    sid: str = ""

    def document(self, *, principals: bool) -> dict[str, object]:
        """The statement in IAM's own form; `principals` where the policy is attached to a resource."""
        return {
            **({"Sid": self.sid} if self.sid else {}),
            "Effect": self.effect,
            **({"Principal": self._principal()} if principals else {}),
            "Action": list(self.actions),
            **({"Resource": _plain(self.resources)} if self.resources else {}),
            **({"Condition": self.conditions} if self.conditions else {}),
        }

    def _principal(self) -> object:
        if not self.services and not self.accounts:
            return {"AWS": "*"}
        return {
            **({"Service": _plain(self.services)} if self.services else {}),
            **({"AWS": _plain(self.accounts)} if self.accounts else {}),
        }


def _plain(values: Sequence[Text]) -> Text | list[Text]:
    """A list of one as that one, as AWS itself gives it back."""
    return values[0] if len(values) == 1 else list(values)


def identity_policy(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """The JSON of a policy that belongs to a role."""
    return _json(statements, principals=False)


def resource_policy(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """The JSON of a policy that belongs to a resource: a key, a bucket, a topic, or a role's trust."""
    return _json(statements, principals=True)


def _json(statements: Sequence[Statement], *, principals: bool) -> pulumi.Output[str]:
    documents = [statement.document(principals=principals) for statement in statements]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": documents})


def tls_only(*arns: Text, service: str = "s3") -> Statement:
    """Deny whatever does not come over TLS; `service` is the prefix of the actions."""
    return Statement(
        sid="TlsOnly",
        effect="Deny",
        actions=[f"{service}:*"],
        resources=arns,
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def write_to_log_group(arn: Text) -> Statement:
    """Write to the streams of one existing log group; creating groups is not among it, so a deleted one stays gone."""
    return Statement(
        actions=["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        resources=[pulumi.Output.concat(arn, ":*")],
    )


def service_role(
    parent: Component,
    name: str,
    *,
    service: str,
    source_account: str,
    source_arn: Text,
    allow: Sequence[Statement],
    tags: Mapping[str, str],
) -> tuple[iam.Role, iam.RolePolicy]:
    """A role that one AWS service may assume, on behalf of one source only, and what it may do.

    Args:
        parent: component that the role belongs to.
        name: logical name; the role's own name is left to Pulumi.
        service: service principal.
        source_account: 12-digit id of the account that the service must act for.
        source_arn: ARN pattern of the resource that the service must act for.
        allow: statements of its policy.
        tags: the role's own tags.
    """
    trust = Statement(
        actions=["sts:AssumeRole"],
        services=[service],
        conditions={
            "StringEquals": {"aws:SourceAccount": source_account},
            "ArnLike": {"aws:SourceArn": source_arn},
        },
    )
    role = iam.Role(name, assume_role_policy=resource_policy([trust]), tags=tags, opts=parent.child())
    policy = iam.RolePolicy(name, role=role.id, policy=identity_policy(allow), opts=parent.child())
    return role, policy
