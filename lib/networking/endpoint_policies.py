"""Policies of VPC endpoints: who may go through, and to whose things.

They keep credentials of other accounts from being used from inside the network, and things of the stack's account from
being carried to other accounts. What AWS itself keeps for everybody stays in reach: image layers, packages, documents.
Services that are not named here take no policy, or are called in ways that no account stands behind; their endpoints
keep AWS's default.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:ResourceAccount),
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (layers),
https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-minimum-s3-permissions.html (agent's buckets),
https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html (packages).
"""

import pulumi

from lib.foundation.environment import partition
from lib.foundation.policies import Conditions, Statement, resource_policy

# What is asked for belongs to an account.
OF_AN_ACCOUNT = ("dynamodb", "ecr.api", "ecr.dkr", "kms", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm")
# Nothing of an account's is asked for, or nothing that the request tells.
BY_AN_ACCOUNT = ("ec2messages", "events", "monitoring", "ssmmessages")
# Amazon Linux 2023 and 2, layers of images in ECR, and what the agents of Systems Manager and CloudWatch fetch.
AWS_BUCKETS = (
    "al2023-repos-{region}-de612dc2",
    "amazonlinux-2-repos-{region}",
    "prod-{region}-starport-layer-bucket",
    "amazon-ssm-{region}",
    "amazon-ssm-packages-{region}",
    "aws-ssm-{region}",
    "aws-ssm-document-attachments-{region}",
    "patch-baseline-snapshot-{region}",
    "amazoncloudwatch-agent-{region}",
)
PULL = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
)


def endpoint_policy(service: str, *, region: str, account_id: str) -> pulumi.Output[str] | None:
    """The policy of a service's endpoint; None where it keeps AWS's default.

    Args:
        service: short name of the service, such as `ecr.api`.
        region: region of the endpoint.
        account_id: account that the network's workloads belong to.
    """
    own: Conditions = {"StringEquals": {"aws:PrincipalAccount": account_id}}
    if service in BY_AN_ACCOUNT:
        return resource_policy([Statement(sid="OwnAccount", actions=["*"], resources=["*"], conditions=own)])
    if service not in OF_AN_ACCOUNT:
        return None
    inside: Conditions = {"StringEquals": {"aws:PrincipalAccount": account_id, "aws:ResourceAccount": account_id}}
    return resource_policy(
        [
            Statement(sid="OwnAccount", actions=["*"], resources=["*"], conditions=inside),
            *_kept_by_others(service, region, own),
        ]
    )


def _kept_by_others(service: str, region: str, own: Conditions) -> list[Statement]:
    """What is read through the endpoint and belongs to AWS, or in ECR to whoever shares an image."""
    arn = f"arn:{partition(region)}"
    if service in ("ecr.api", "ecr.dkr"):
        return [Statement(sid="PullImages", actions=PULL, resources=["*"], conditions=own)]
    if service == "ssm":
        documents = [f"{arn}:ssm:{region}::document/*", f"{arn}:ssm:{region}::parameter/aws/*"]
        read = ["ssm:DescribeDocument", "ssm:GetDocument", "ssm:GetParameter", "ssm:GetParameters"]
        return [Statement(sid="DocumentsOfAws", actions=read, resources=documents, conditions=own)]
    if service == "s3":
        # Packages are fetched without credentials, layers with those of ECR: no account of ours stands behind either.
        buckets = [f"{arn}:s3:::{bucket.format(region=region)}/*" for bucket in AWS_BUCKETS]
        return [Statement(sid="BucketsOfAws", actions=["s3:GetObject"], resources=buckets)]
    return []
