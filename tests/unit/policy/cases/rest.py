"""Cases of the rules on keys, secrets, logs, identities, topics and queues."""

from tests.unit.policy.cases.case import allow, breaks, document, made, needs, passes

ANYBODY = document(allow(Principal="*", Action="kms:Decrypt", Resource="*"))
NAMED = document(allow(Principal={"AWS": "arn:aws:iam::1:root"}, Action="kms:*", Resource="*"))
BOUND = document(allow(Principal="*", Action="kms:Decrypt", Condition={"StringEquals": {"kms:CallerAccount": "1"}}))
OWNER = {"StringEquals": {"AWS:SourceOwner": "1"}}


def key(**given):
    return made("kms:Key", **given)


def secret(**given):
    return made("secretsmanager:Secret", **given)


def parameter(**given):
    return made("ssm:Parameter", **given)


def inline(*statements):
    return made("iam:RolePolicy", policy=document(*statements))


def trusted(**given):
    return made("iam:Role", assumeRolePolicy=document({"Effect": "Allow", "Action": "sts:AssumeRole", **given}))


LOGS = "cloudwatch:LogGroup"
NETWORK_INTERFACES = ["ec2:CreateNetworkInterface", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface"]

CASES = [
    *needs(
        "KMS.3",
        "kms:Key",
        {"deletionWindowInDays": 30},
        ({"deletionWindowInDays": 7}, "is gone 7 days after its deletion, not 30"),
    ),
    passes("KMS.3", key()),
    *needs("KMS.4", "kms:Key", {"enableKeyRotation": True}, ({"enableKeyRotation": False}, "is not rotated")),
    passes("KMS.4", key(customerMasterKeySpec="RSA_2048")),
    passes("KMS.5", key(policy=NAMED), key(policy=BOUND), key()),
    breaks("KMS.5", "lets everybody do kms:Decrypt", key(policy=ANYBODY)),
    passes("CKV_AWS_149", secret(kmsKeyId="key", replicas=[{"region": "us-west-2", "kmsKeyId": "key"}])),
    breaks("CKV_AWS_149", "has no customer key", secret()),
    breaks(
        "CKV_AWS_149", "has no customer key in us-west-2", secret(kmsKeyId="key", replicas=[{"region": "us-west-2"}])
    ),
    passes(
        "CKV2_AWS_34", parameter(name="/app/level", type="String"), parameter(name="/app/token", type="SecureString")
    ),
    passes("CKV2_AWS_34", parameter(name="/app/token-url", type="String")),
    breaks("CKV2_AWS_34", "has the name of a secret, and type String", parameter(name="/app/api-key", type="String")),
    passes("CKV_AWS_337", parameter(type="SecureString", keyId="arn:key"), parameter(type="String")),
    breaks("CKV_AWS_337", "has no customer key", parameter(type="SecureString")),
    breaks("CKV_AWS_337", "has no customer key", parameter(type="SecureString", keyId="alias/aws/ssm")),
    *needs("CKV_AWS_158", LOGS, {"kmsKeyId": "key"}, ({"kmsKeyId": None}, "has no kmsKeyId")),
    *needs("CKV_AWS_66", LOGS, {"retentionInDays": 30}, ({"retentionInDays": 0}, "keeps its logs for ever")),
    *needs(
        "CloudWatch.16",
        LOGS,
        {"retentionInDays": 365},
        ({"retentionInDays": 180}, "has retentionInDays 180, less than 365"),
    ),
    *needs("CloudTrail.2", "cloudtrail:Trail", {"kmsKeyId": "key"}, ({"kmsKeyId": None}, "has no kmsKeyId")),
    *needs(
        "CloudTrail.4",
        "cloudtrail:Trail",
        {"enableLogFileValidation": True},
        ({"enableLogFileValidation": False}, "has no enableLogFileValidation"),
    ),
    passes(
        "IAM.1", inline(allow()), made("iam:RolePolicyAttachment", policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    ),
    passes("IAM.1", inline(allow(Effect="Deny", Action="*"))),
    breaks("IAM.1", "allows every action", inline(allow(Action="*"))),
    breaks("IAM.1", "allows every action", inline({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
    breaks(
        "IAM.1",
        "attaches AdministratorAccess",
        made("iam:RolePolicyAttachment", policyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
    ),
    passes("IAM.21", inline(allow(Action=["s3:Get*"])), inline(allow(Effect="Deny", Action="s3:*"))),
    breaks("IAM.21", "allows s3:*", inline(allow(Action=["s3:GetObject", "s3:*"]))),
    breaks(
        "IAM.21",
        "allows all but what it names",
        inline({"Effect": "Allow", "NotAction": "iam:PassRole", "Resource": "x"}),
    ),
    breaks("IAM.21", "allows s3:*", made("iam:Policy", policy={"Statement": allow(Action="s3:*")})),
    passes("CKV_AWS_355", inline(allow(), allow(Action="ecr:GetAuthorizationToken", Resource="*"))),
    passes(
        "CKV_AWS_355", inline(allow(Action=["ec2messages:GetMessages", "ssmmessages:OpenDataChannel"], Resource="*"))
    ),
    breaks(
        "CKV_AWS_355",
        "allows ssm:GetParameter on every resource",
        inline(allow(Action="ssm:GetParameter", Resource="*")),
    ),
    passes("CKV_AWS_355", inline(allow(Action=NETWORK_INTERFACES, Resource="*"), allow(Effect="Deny", Resource="*"))),
    breaks(
        "CKV_AWS_355",
        "allows s3:GetObject on every resource",
        inline(allow(Action=["s3:GetObject", "ec2:DescribeVpcs"], Resource="*")),
    ),
    breaks(
        "CKV_AWS_355",
        "allows s3:GetObject on every resource",
        inline({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "x"}),
    ),
    passes("CKV_AWS_60", trusted(Principal={"Service": "ec2.amazonaws.com"})),
    passes("CKV_AWS_60", trusted(Principal={"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
    breaks("CKV_AWS_60", "can be assumed by everybody", trusted(Principal={"AWS": ["*"]})),
    *needs(
        "SNS.1",
        "sns:Topic",
        {"kmsMasterKeyId": "key"},
        ({"kmsMasterKeyId": None}, "has no customer key"),
        ({"kmsMasterKeyId": "alias/aws/sns"}, "has no customer key"),
    ),
    passes("SNS.4", made("sns:Topic"), made("sns:TopicPolicy", policy=document(allow(Principal="*", Condition=OWNER)))),
    breaks(
        "SNS.4",
        "lets everybody do sns:Publish",
        made("sns:TopicPolicy", policy=document(allow(Principal="*", Action="sns:Publish"))),
    ),
    *needs("SQS.1", "sqs:Queue", {"sqsManagedSseEnabled": True}, ({"sqsManagedSseEnabled": False}, "is not encrypted")),
    passes("SQS.1", made("sqs:Queue", kmsMasterKeyId="key")),
    passes(
        "SQS.3",
        made("sqs:Queue"),
        made("sqs:QueuePolicy", policy=document(allow(Principal={"AWS": "arn:aws:iam::1:root"}))),
    ),
    breaks(
        "SQS.3",
        "lets everybody do sqs:SendMessage",
        made("sqs:QueuePolicy", policy=document(allow(Principal="*", Action="sqs:SendMessage"))),
    ),
]
