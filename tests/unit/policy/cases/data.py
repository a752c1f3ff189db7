"""Cases of the rules on databases, tables, caches, backups and buckets."""

from tests.unit.policy.cases.case import allow, breaks, document, made, needs, passes

CLUSTER, INSTANCE, CACHE = "rds:Cluster", "rds:ClusterInstance", "elasticache:ReplicationGroup"
NO_TLS = "takes connections without TLS (parameter rds.force_ssl is not 1)"


def parameters(name="rds.force_ssl", value="1"):
    return made("rds:ClusterParameterGroup", parameters=[{"name": name, "value": value}])


def cluster(*groups, engine="aurora-postgresql"):
    return made(CLUSTER, "db", {"dbClusterParameterGroupName": groups}, engine=engine)


TABLE = {
    "pointInTimeRecovery": {"enabled": True},
    "deletionProtectionEnabled": True,
    "serverSideEncryption": {"kmsKeyArn": "key"},
}
REPLICA = {
    "regionName": "us-west-2",
    "pointInTimeRecovery": True,
    "deletionProtectionEnabled": True,
    "kmsKeyArn": "key",
}


def table(**given):
    return made("dynamodb:Table", **{**TABLE, **given})


def replica(**given):
    return table(replicas=[{**REPLICA, **given}])


plan = made("backup:Plan", "plan")
bucket = made("s3:Bucket", "data")
logs = made("s3:Bucket", "logs")


def beside(kind, **given):
    return made(f"s3:{kind}", "beside", {"bucket": bucket}, **given)


def access_block(**given):
    four = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    return beside("BucketPublicAccessBlock", **{**dict.fromkeys(four, True), **given})


def encryption(algorithm="aws:kms", key="key", bucket_key=True):
    default = {"sseAlgorithm": algorithm, "kmsMasterKeyId": key}
    rule = {"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": bucket_key}
    return beside("BucketServerSideEncryptionConfiguration", rules=[rule])


ARNS = ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]
TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ARNS,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def policy(*statements):
    return beside("BucketPolicy", policy=document(*statements))


def life_cycle(**given):
    rule = {"status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}, **given}
    return beside("BucketLifecycleConfiguration", rules=[rule])


takes_access_logs = made("s3:BucketLogging", "other", {"targetBucket": bucket})
UNFINISHED = "keeps the parts of uploads that nobody finished"
FOR_EVER = "keeps everything for ever: it has no life cycle"

CASES = [
    *needs(
        "RDS.2",
        INSTANCE,
        {"publiclyAccessible": False},
        ({"publiclyAccessible": True}, "has publiclyAccessible true, not false"),
    ),
    *needs(
        "RDS.6",
        INSTANCE,
        {"monitoringInterval": 60},
        ({"monitoringInterval": 0}, "has monitoringInterval 0, less than 1"),
        ({"monitoringInterval": None}, "has monitoringInterval unset, less than 1"),
    ),
    *needs(
        "RDS.7", CLUSTER, {"deletionProtection": True}, ({"deletionProtection": False}, "has no deletionProtection")
    ),
    breaks("RDS.7", "has no deletionProtection", made("rds:GlobalCluster")),
    *needs(
        "RDS.12",
        CLUSTER,
        {"iamDatabaseAuthenticationEnabled": True},
        ({"iamDatabaseAuthenticationEnabled": False}, "has no iamDatabaseAuthenticationEnabled"),
    ),
    *needs(
        "RDS.16", CLUSTER, {"copyTagsToSnapshot": True}, ({"copyTagsToSnapshot": False}, "has no copyTagsToSnapshot")
    ),
    *needs(
        "RDS.17", INSTANCE, {"copyTagsToSnapshot": True}, ({"copyTagsToSnapshot": None}, "has no copyTagsToSnapshot")
    ),
    *needs(
        "RDS.24", CLUSTER, {"masterUsername": "dbowner"}, ({"masterUsername": "postgres"}, "has master user postgres")
    ),
    passes("RDS.24", made(CLUSTER, globalClusterIdentifier="global")),
    *needs("RDS.27", CLUSTER, {"storageEncrypted": True}, ({"storageEncrypted": False}, "has no storageEncrypted")),
    *needs("CKV_AWS_327", CLUSTER, {"kmsKeyId": "key"}, ({"kmsKeyId": ""}, "has no kmsKeyId")),
    *needs(
        "RDS.37",
        CLUSTER,
        {"engine": "aurora-postgresql", "enabledCloudwatchLogsExports": ["postgresql"]},
        ({"enabledCloudwatchLogsExports": []}, "does not export its postgresql log"),
        ({"engine": "aurora-mysql"}, "does not export its audit log"),
    ),
    passes("RDS.37", made(CLUSTER, engine="neptune")),
    *needs(
        "CKV_AWS_133",
        CLUSTER,
        {"backupRetentionPeriod": 7},
        ({"backupRetentionPeriod": 6}, "has backupRetentionPeriod 6, less than 7"),
    ),
    passes("rds_instance_transport_encrypted", parameters(), cluster(parameters())),
    passes("rds_instance_transport_encrypted", cluster(engine="neptune")),
    passes(
        "rds_instance_transport_encrypted",
        parameters("require_secure_transport", "ON"),
        cluster(parameters(), engine="aurora-mysql"),
    ),
    breaks("rds_instance_transport_encrypted", NO_TLS, parameters(value="0"), cluster(parameters())),
    breaks("rds_instance_transport_encrypted", NO_TLS, parameters(), cluster()),
    passes("DynamoDB.2", table(), replica()),
    breaks("DynamoDB.2", "has no point-in-time recovery", table(pointInTimeRecovery={"enabled": False})),
    breaks("DynamoDB.2", "has no point-in-time recovery in us-west-2", replica(pointInTimeRecovery=False)),
    breaks("DynamoDB.2", "has no point-in-time recovery", made("dynamodb:TableReplica")),
    passes("DynamoDB.2", made("dynamodb:TableReplica", pointInTimeRecovery=True)),
    passes("DynamoDB.6", table(), replica()),
    breaks("DynamoDB.6", "has no deletion protection", table(deletionProtectionEnabled=False)),
    breaks("DynamoDB.6", "has no deletion protection in us-west-2", replica(deletionProtectionEnabled=None)),
    passes("CKV_AWS_119", table(), replica(), made("dynamodb:TableReplica", kmsKeyArn="key")),
    breaks("CKV_AWS_119", "has no customer key", table(serverSideEncryption={"enabled": True})),
    breaks("CKV_AWS_119", "has no customer key in us-west-2", replica(kmsKeyArn="")),
    *needs(
        "ElastiCache.1",
        CACHE,
        {"snapshotRetentionLimit": 1},
        ({"snapshotRetentionLimit": 0}, "has snapshotRetentionLimit 0, less than 1"),
    ),
    *needs(
        "ElastiCache.3",
        CACHE,
        {"automaticFailoverEnabled": True},
        ({"automaticFailoverEnabled": False}, "has no automaticFailoverEnabled"),
    ),
    *needs(
        "ElastiCache.4",
        CACHE,
        {"atRestEncryptionEnabled": True},
        ({"atRestEncryptionEnabled": False}, "has no atRestEncryptionEnabled"),
    ),
    *needs(
        "ElastiCache.5",
        CACHE,
        {"transitEncryptionEnabled": True},
        ({"transitEncryptionEnabled": False}, "has no transitEncryptionEnabled"),
    ),
    *needs("ElastiCache.6", CACHE, {"authToken": "x"}, ({"authToken": None}, "lets anybody in who reaches it")),
    passes("ElastiCache.6", made(CACHE, userGroupIds=["users"])),
    *needs("CKV_AWS_166", "backup:Vault", {"kmsKeyArn": "key"}, ({"kmsKeyArn": None}, "has no kmsKeyArn")),
    passes("tap-backup-selection", plan, made("backup:Selection", refs={"planId": plan}, resources=["*"])),
    passes("tap-backup-selection", plan, made("backup:Selection", refs={"planId": plan}, selectionTags=[{"key": "a"}])),
    breaks("tap-backup-selection", "backs nothing up", plan),
    breaks(
        "tap-backup-selection", "backs nothing up", plan, made("backup:Selection", refs={"planId": plan}, resources=[])
    ),
    passes("S3.2", bucket, policy(TLS, allow(Principal={"Service": "logging.s3.amazonaws.com"}))),
    passes("S3.2", bucket, policy(allow(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))),
    breaks("S3.2", "lets everybody do s3:GetObject", bucket, policy(allow(Principal={"AWS": "*"}))),
    breaks(
        "S3.2",
        "lets everybody do s3:GetObject",
        bucket,
        policy(allow(Principal="*", Condition={"StringLike": {"aws:PrincipalArn": "*"}})),
    ),
    breaks(
        "S3.2", "lets everybody do s3:GetObject", bucket, policy(allow(NotPrincipal={"AWS": "arn:aws:iam::1:root"}))
    ),
    breaks(
        "S3.2",
        "lets everybody do s3:GetObject",
        bucket,
        policy(allow(Principal="*", Condition={"StringNotEquals": {"aws:PrincipalAccount": "1"}})),
    ),
    passes("S3.5", bucket, policy(TLS)),
    passes(
        "S3.5",
        bucket,
        policy(
            {
                **TLS,
                "Principal": {"AWS": "*"},
                "Action": ["s3:*"],
                "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
            }
        ),
    ),
    *(
        breaks("S3.5", "takes requests without TLS", bucket, policy({**TLS, **bad}))
        for bad in (
            {"Effect": "Allow"},
            {"Principal": {"AWS": "arn:aws:iam::1:root"}},
            {"Action": "s3:GetObject"},
            {"Resource": ARNS[0]},
            {"Resource": ARNS[1]},
            {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
            {"Condition": {**TLS["Condition"], "StringEquals": {"aws:PrincipalAccount": "1"}}},
            {"Action": None, "NotAction": "s3:GetObject"},
        )
    ),
    breaks("S3.5", "takes requests without TLS", bucket),
    passes("S3.8", bucket, access_block()),
    breaks("S3.8", "does not block public access by blockPublicPolicy", bucket, access_block(blockPublicPolicy=False)),
    breaks(
        "S3.8",
        "does not block public access by blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets",
        bucket,
    ),
    passes("S3.9", bucket, logs, made("s3:BucketLogging", "to", {"bucket": bucket, "targetBucket": logs})),
    passes("S3.9", bucket, made("ec2:FlowLog", refs={"logDestination": bucket})),
    passes("S3.9", bucket, made("cloudtrail:Trail", refs={"s3BucketName": bucket})),
    breaks("S3.9", "has no access log", bucket),
    passes("S3.12", bucket, beside("BucketOwnershipControls", rule={"objectOwnership": "BucketOwnerEnforced"})),
    breaks("S3.12", "takes ACLs", bucket, beside("BucketOwnershipControls", rule={"objectOwnership": "ObjectWriter"})),
    passes("S3.13", bucket, life_cycle()),
    breaks("S3.13", FOR_EVER, bucket),
    breaks("S3.13", FOR_EVER, bucket, life_cycle(status="Disabled")),
    passes("S3.14", bucket, beside("BucketVersioning", versioningConfiguration={"status": "Enabled"})),
    breaks(
        "S3.14", "is not versioned", bucket, beside("BucketVersioning", versioningConfiguration={"status": "Suspended"})
    ),
    passes("S3.17", bucket, encryption()),
    breaks("S3.17", "is not encrypted under a customer key", bucket, encryption("AES256", None)),
    breaks("S3.17", "is not encrypted under a customer key", bucket, encryption(key=None)),
    breaks(
        "S3.17", "has no bucket key, so that every object costs a call of KMS", bucket, encryption(bucket_key=False)
    ),
    passes("S3.17", bucket, encryption("AES256", None, bucket_key=False), takes_access_logs),
    passes("S3.17", bucket, encryption("AES256", None), made("lb:LoadBalancer", refs={"accessLogs": bucket})),
    breaks("S3.17", "has no default encryption", bucket, takes_access_logs),
    passes("CKV_AWS_300", bucket, life_cycle()),
    breaks("CKV_AWS_300", UNFINISHED, bucket, life_cycle(abortIncompleteMultipartUpload=None)),
    breaks("CKV_AWS_300", UNFINISHED, bucket, life_cycle(status="Disabled")),
]
