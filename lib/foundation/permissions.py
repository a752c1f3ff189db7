"""What a role may do, each in one typed way, and nothing next to it."""

from collections.abc import Sequence

import pulumi

from lib.foundation.environment import dns_suffix
from lib.foundation.policies import Statement, Text, write_to_log_group

NETWORK_INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)


def use_key(key_arn: Text, *, service: str, region: str, encrypts: bool = False) -> Statement:
    """Use a customer key through one service alone.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service.

    Args:
        key_arn: the key.
        service: the service's name in `kms:ViaService`, such as `secretsmanager`, `ssm`, `s3`, `sqs`, `dynamodb`.
        region: the key's region.
        encrypts: whether new content is written, not only read.
    """
    actions = ["kms:Decrypt", *(["kms:GenerateDataKey"] if encrypts else [])]
    via = {"StringEquals": {"kms:ViaService": f"{service}.{region}.{dns_suffix(region)}"}}
    return Statement(actions=actions, resources=[key_arn], conditions=via)


def read_secrets(arns: Sequence[Text]) -> Statement:
    """Read the values of these secrets."""
    return Statement(actions=["secretsmanager:GetSecretValue"], resources=arns)


def read_parameters(arns: Sequence[Text]) -> Statement:
    """Read these parameters, or those below a path where an ARN ends in `/*`."""
    return Statement(actions=["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"], resources=arns)


def decrypt_environment(key_arn: Text, function_arn: Text) -> Statement:
    """Decrypt the environment variables of one function, which Lambda does with the function's role."""
    context = {"StringEquals": {"kms:EncryptionContext:aws:lambda:FunctionArn": function_arn}}
    return Statement(actions=["kms:Decrypt"], resources=[key_arn], conditions=context)


def send(queue_arn: Text) -> Statement:
    """Send to a queue, as a function does with events that it failed on."""
    return Statement(actions=["sqs:SendMessage"], resources=[queue_arn])


def receive_and_send(queue_arns: Sequence[Text]) -> Statement:
    """Send to queues, and receive from them."""
    actions = [
        *("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"),
        *("sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
    ]
    return Statement(actions=actions, resources=queue_arns)


def use_table(table_arn: Text) -> Statement:
    """Read and write the items of a table and of its indexes."""
    actions = [
        *("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem"),
        *("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"),
    ]
    return Statement(actions=actions, resources=[table_arn, pulumi.Output.concat(table_arn, "/index/*")])


def get_and_put_items(table_arn: Text) -> Statement:
    """Read and put items of a table one by one."""
    return Statement(actions=["dynamodb:GetItem", "dynamodb:PutItem"], resources=[table_arn])


def use_bucket_prefix(bucket_arn: Text, prefix: str) -> list[Statement]:
    """Read and write objects below a prefix of a bucket, and list just those."""
    return [
        Statement(
            actions=["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
            resources=[pulumi.Output.concat(bucket_arn, f"/{prefix}/*")],
        ),
        Statement(
            actions=["s3:ListBucket"],
            resources=[bucket_arn],
            conditions={"StringLike": {"s3:prefix": f"{prefix}/*"}},
        ),
    ]


def publish_metrics(namespace: str) -> Statement:
    """Publish metrics to one namespace; the action takes no resource.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html.
    """
    namespaces = {"StringEquals": {"cloudwatch:namespace": namespace}}
    return Statement(actions=["cloudwatch:PutMetricData"], resources=["*"], conditions=namespaces)


def open_sessions() -> Statement:
    """Let an instance be reached by Session Manager and Run Command, which hand it no more than its own messages.

    None of the actions takes a resource. AWS's own policy for this, AmazonSSMManagedInstanceCore, would let the
    instance read every parameter of the account beside.
    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/
    getting-started-create-iam-instance-profile.html.
    """
    actions = [
        "ssm:UpdateInstanceInformation",
        *("ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"),
        *("ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
        *("ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage"),
        *("ec2messages:GetEndpoint", "ec2messages:GetMessages", "ec2messages:SendReply"),
    ]
    return Statement(actions=actions, resources=["*"])


def trace() -> Statement:
    """Send traces to X-Ray; neither action takes a resource.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html.
    """
    return Statement(actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"])


def attach_to_network(function_arn: Text) -> list[Statement]:
    """Let Lambda make and remove a function's network interfaces, and keep the function's own code from doing so.

    Describing interfaces takes no resource, and their ids are not known beforehand.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html.
    """
    return [
        Statement(actions=NETWORK_INTERFACES, resources=["*"]),
        Statement(
            effect="Deny",
            actions=NETWORK_INTERFACES,
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": function_arn}},
        ),
    ]


def pull_image(repository_arn: Text) -> list[Statement]:
    """Pull images of one repository of ECR.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/security-iam-awsmanpol.html.
    """
    return [
        # Its token is for all registries that the caller may read, so that the action takes no resource.
        Statement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        Statement(
            actions=["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
            resources=[repository_arn],
        ),
    ]


def answer_exec(log_group_arn: Text, log_groups: Text) -> list[Statement]:
    """Let a task take part in sessions of ECS Exec, and write what happens in them to one log group.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html.

    Args:
        log_group_arn: the log group of the sessions.
        log_groups: ARN pattern of the groups among which the agent looks for it.
    """
    return [
        # Channels are made by the session and have no ARN.
        Statement(
            actions=[
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            resources=["*"],
        ),
        Statement(actions=["logs:DescribeLogGroups"], resources=[log_groups]),
        write_to_log_group(log_group_arn),
    ]
