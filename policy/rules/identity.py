"""Rules on IAM policies and roles, and on the policies of topics and queues."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from policy.resource import Resource
from policy.rule import Rule, control
from policy.stack import Stack
from policy.statement import statements

POLICIES = ("iam:Policy", "iam:RolePolicy", "iam:UserPolicy", "iam:GroupPolicy")
ATTACHMENTS = ("iam:RolePolicyAttachment", "iam:UserPolicyAttachment", "iam:GroupPolicyAttachment")
ADMINISTRATORS = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
# Actions that take no resource, or none that could be named: for these AWS asks for `*`.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
WITHOUT_RESOURCE = (
    *("autoscaling:Describe*", "cloudwatch:GetMetricData", "cloudwatch:PutMetricData", "dynamodb:ListTables"),
    *("ec2:Describe*", "ecr:GetAuthorizationToken", "kms:ListAliases", "logs:DescribeLogGroups", "rds:Describe*"),
    *("s3:ListAllMyBuckets", "ssm:DescribeParameters", "ssmmessages:*Channel", "sts:GetCallerIdentity"),
    *("tag:GetResources", "xray:GetSampling*", "xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    # What the agent of Systems Manager says and hears.
    # https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
    *("ec2messages:*Message*", "ec2messages:GetEndpoint", "ec2messages:SendReply", "ssm:UpdateInstanceInformation"),
    # What Lambda needs to run in a VPC, on any network interface: no more than what AWS's own policy has.
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    *("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"),
    *("ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"),
)


def _is_no_administrator(resource: Resource, _: Stack) -> Iterable[str]:
    if resource.kind in ATTACHMENTS:
        policy = str(resource.get("policyArn")).rsplit("/", 1)[-1]
        if policy in ADMINISTRATORS:
            yield f"attaches {policy}"
        return
    for statement in statements(resource, "policy"):
        if statement.effect == "Allow" and "*" in statement.actions:
            yield "allows every action"


def _actions_are_named(policy: Resource, _: Stack) -> Iterable[str]:
    for statement in statements(policy, "policy"):
        if statement.effect == "Allow":
            wide = [action for action in statement.actions if action.endswith(":*")]
            if wide or statement.inverted:
                yield f"allows {', '.join(wide) or 'all but what it names'}"


def _resources_are_named(policy: Resource, _: Stack) -> Iterable[str]:
    for statement in statements(policy, "policy"):
        if statement.effect != "Allow" or "*" not in statement.resources:
            continue
        if wide := [action for action in statement.actions if not _takes_no_resource(action)]:
            yield f"allows {', '.join(wide)} on every resource"


def _takes_no_resource(action: str) -> bool:
    return any(fnmatchcase(action.lower(), each.lower()) for each in WITHOUT_RESOURCE)


def _trust_is_named(role: Resource, _: Stack) -> Iterable[str]:
    for statement in statements(role, "assumeRolePolicy"):
        if statement.is_open:
            yield "can be assumed by everybody"


def _is_closed(resource: Resource, _: Stack) -> Iterable[str]:
    for statement in statements(resource, "policy"):
        if statement.is_open:
            yield f"lets everybody do {', '.join(statement.actions)}"


def _topic_is_encrypted(topic: Resource, _: Stack) -> Iterable[str]:
    key = topic.get("kmsMasterKeyId")
    if not key or str(key).startswith("alias/aws/"):
        yield "has no customer key"


def _queue_is_encrypted(queue: Resource, _: Stack) -> Iterable[str]:
    if not queue.get("kmsMasterKeyId") and not queue.get("sqsManagedSseEnabled"):
        yield "is not encrypted"


RULES = (
    Rule(
        id="IAM.1",
        title="No policy allows everything.",
        kinds=(*POLICIES, *ATTACHMENTS),
        check=_is_no_administrator,
        remedy="Name the actions.",
        document=control("IAM.1"),
        also=("CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_274", "iam_inline_policy_no_administrative_privileges"),
    ),
    Rule(
        id="IAM.21",
        title="No policy allows all actions of a service.",
        kinds=POLICIES,
        check=_actions_are_named,
        remedy="Name the actions.",
        document=control("IAM.21"),
        also=("iam_policy_no_full_access_to_kms", "iam_inline_policy_no_full_access_to_kms"),
    ),
    Rule(
        id="CKV_AWS_355",
        title="Policies name the resources that they are about.",
        kinds=POLICIES,
        check=_resources_are_named,
        remedy="Name the resources; only actions that take none may have *.",
        document="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        also=("CKV_AWS_290",),
    ),
    Rule(
        id="CKV_AWS_60",
        title="Roles say who may assume them.",
        kinds=("iam:Role",),
        check=_trust_is_named,
        remedy="Name the service or the principals in assumeRolePolicy.",
        document="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        also=("CKV_AWS_61",),
    ),
    Rule(
        id="SNS.1",
        title="A customer key encrypts topics.",
        kinds=("sns:Topic",),
        check=_topic_is_encrypted,
        remedy="Set kmsMasterKeyId to a key whose policy lets in the services that publish.",
        document=control("SNS.1"),
        also=("CKV_AWS_26", "sns_topics_kms_encryption_at_rest_enabled"),
    ),
    Rule(
        id="SNS.4",
        title="No topic's policy lets everybody in.",
        kinds=("sns:Topic", "sns:TopicPolicy"),
        check=_is_closed,
        remedy="Name principals, or bind the statement to an account.",
        document=control("SNS.4"),
        also=("CKV_AWS_169", "sns_topics_not_publicly_accessible"),
    ),
    Rule(
        id="SQS.1",
        title="Queues are encrypted.",
        kinds=("sqs:Queue",),
        check=_queue_is_encrypted,
        remedy="Set kmsMasterKeyId.",
        document=control("SQS.1"),
        also=("CKV_AWS_27", "sqs_queues_server_side_encryption_enabled"),
    ),
    Rule(
        id="SQS.3",
        title="No queue's policy lets everybody in.",
        kinds=("sqs:Queue", "sqs:QueuePolicy"),
        check=_is_closed,
        remedy="Name principals, or bind the statement to an account.",
        document=control("SQS.3"),
        also=("CKV_AWS_168", "sqs_queues_not_publicly_accessible"),
    ),
)
