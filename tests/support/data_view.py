"""A deployment's data, looked at with boto3: databases, buckets, tables, secrets and parameters, and their keys.

What needs several looks is answered by `…_faults`: what is wrong, by name, and empty where nothing is.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.live import Live
from tests.support.policies import as_list, services, statements
from tests.support.tags import Tags, tags_by_arn, untagged

LOGGING = "logging.s3.amazonaws.com"


def production(live: Live) -> bool:
    """Whether the deployment's data is protected from being deleted, unless its settings say otherwise."""
    return live.outputs["environment"] == "prod"


def key_faults(live: Live, key: str, region: str, purpose: str = "data") -> dict[str, Any]:
    """What keeps a key from being the stack's own of a region and purpose, enabled and rotating."""
    if key.split(":")[3:4] != [region]:
        return {"region": key}
    kms = live.client("kms", region)
    about = kms.describe_key(KeyId=key)["KeyMetadata"]
    aliases = kms.list_aliases(KeyId=about["KeyId"])["Aliases"]
    facts = {
        "manager": about["KeyManager"] == "CUSTOMER",
        "state": about["KeyState"] == "Enabled",
        "rotation": kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"],
        "alias": [f"-{purpose}-{region}-" in alias["AliasName"] for alias in aliases] == [True],
        "tags": not untagged(live, {key: tags_by_arn(live, region, key)}),
    }
    return {name: about for name, right in facts.items() if not right}


def tags_of(live: Live, region: str, arn: str) -> Tags:
    """The tags of a resource by its ARN, those of services that hold data too."""
    service = arn.split(":")[2]
    client = live.client(service, region)
    match service:
        case "dynamodb":
            found = client.list_tags_of_resource(ResourceArn=arn)["Tags"]
        case "secretsmanager":
            found = client.describe_secret(SecretId=arn).get("Tags", [])
        case "ssm":
            path = arn.split(":parameter", 1)[1]
            found = client.list_tags_for_resource(ResourceType="Parameter", ResourceId=path)["TagList"]
        case "backup":
            return client.list_tags(ResourceArn=arn)["Tags"]
        case _:
            return tags_by_arn(live, region, arn)
    return {tag["Key"]: tag["Value"] for tag in found}


def tag_faults(live: Live, region: str, arns: Iterable[str], compliance: str) -> dict[str, Any]:
    """What is wrong with the tags of resources, a compliance other than this one included."""
    tags = {arn: tags_of(live, region, arn) for arn in arns}
    others = {arn: own.get("Compliance") for arn, own in tags.items() if own.get("Compliance") != compliance}
    return {**others, **untagged(live, tags)}


@dataclass(frozen=True)
class ClusterView:
    """One cluster of a database; `network` is its network's name where the cluster is not the database's first."""

    live: Live
    database: str
    region: str
    network: str | None = None

    def output(self, key: str) -> Any:
        """The cluster's output of that key."""
        return self.live.outputs["_".join(filter(None, (self.database, self.network, key)))]

    def client(self, service: str = "rds") -> Any:
        """The client of a service in its region."""
        return self.live.client(service, self.region)

    def cluster(self) -> dict[str, Any]:
        """The cluster."""
        (found,) = self.client().describe_db_clusters(DBClusterIdentifier=self.output("cluster_id"))["DBClusters"]
        return found

    def instances(self) -> list[dict[str, Any]]:
        """Its instances, in the order in which they take over."""
        filters = [{"Name": "db-cluster-id", "Values": [self.output("cluster_id")]}]
        found = self.client().describe_db_instances(Filters=filters)["DBInstances"]
        return sorted(found, key=lambda instance: instance["PromotionTier"])

    def parameters(self) -> dict[str, str]:
        """The parameters of its group that somebody set."""
        pages = self.client().get_paginator("describe_db_cluster_parameters")
        # moto does not know who set a parameter, and holds those only that somebody did.
        source = {} if self.live.embedded else {"Source": "user"}
        found = pages.paginate(DBClusterParameterGroupName=self.cluster()["DBClusterParameterGroup"], **source)
        return {each["ParameterName"]: each["ParameterValue"] for page in found for each in page["Parameters"]}

    def parameter_group(self) -> dict[str, Any]:
        """Its parameter group."""
        name = self.cluster()["DBClusterParameterGroup"]
        found = self.client().describe_db_cluster_parameter_groups(DBClusterParameterGroupName=name)
        return found["DBClusterParameterGroups"][0]

    def subnet_group(self) -> dict[str, Any]:
        """Its subnet group."""
        name = self.cluster()["DBSubnetGroup"]
        (found,) = self.client().describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"]
        return found

    def log_group(self) -> dict[str, Any]:
        """The log group of its PostgreSQL log."""
        name = f"/aws/rds/cluster/{self.output('cluster_id')}/postgresql"
        found = self.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        (group,) = [group for group in found if group["logGroupName"] == name]
        return group

    def arns(self) -> list[str]:
        """The ARNs of the cluster and of everything that is there for it alone."""
        instances = self.instances()
        return [
            self.output("cluster_arn"),
            *(instance["DBInstanceArn"] for instance in instances),
            *{instance["MonitoringRoleArn"] for instance in instances},
            self.parameter_group()["DBClusterParameterGroupArn"],
            self.subnet_group()["DBSubnetGroupArn"],
            self.log_group()["arn"],
        ]


@dataclass(frozen=True)
class BucketView:
    """A bucket, by its name and region."""

    live: Live
    name: str
    region: str

    @property
    def arn(self) -> str:
        """The bucket's ARN."""
        return f"arn:aws:s3:::{self.name}"

    @property
    def s3(self) -> Any:
        """The S3 client of its region."""
        return self.live.client("s3", self.region)

    def encryption(self) -> dict[str, Any]:
        """Its rule of encryption."""
        (rule,) = self.s3.get_bucket_encryption(Bucket=self.name)["ServerSideEncryptionConfiguration"]["Rules"]
        return rule

    def key(self) -> str:
        """The ARN of its key."""
        return self.encryption()["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"]

    def lifecycle(self) -> dict[str, Any]:
        """Its one lifecycle rule."""
        (rule,) = self.s3.get_bucket_lifecycle_configuration(Bucket=self.name)["Rules"]
        return rule

    def policy(self) -> str:
        """Its policy, as JSON."""
        return self.s3.get_bucket_policy(Bucket=self.name)["Policy"]

    def access_logs(self) -> "BucketView":
        """The bucket that its access logs go to."""
        target = self.s3.get_bucket_logging(Bucket=self.name)["LoggingEnabled"]
        return BucketView(self.live, target["TargetBucket"], self.region)

    def replication(self) -> dict[str, Any]:
        """Its configuration of replication."""
        return self.s3.get_bucket_replication(Bucket=self.name)["ReplicationConfiguration"]

    def faults(self) -> dict[str, Any]:
        """What keeps any bucket from being private, versioned, in its region, and open over TLS only."""
        block = self.s3.get_public_access_block(Bucket=self.name)["PublicAccessBlockConfiguration"]
        (owner,) = self.s3.get_bucket_ownership_controls(Bucket=self.name)["OwnershipControls"]["Rules"]
        denied = [
            each
            for each in statements(self.policy(), "Deny")
            if each.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            and as_list(each["Action"]) == ["s3:*"]
            and sorted(as_list(each["Resource"])) == [self.arn, f"{self.arn}/*"]
        ]
        place = self.s3.get_bucket_location(Bucket=self.name)["LocationConstraint"] or "us-east-1"
        version = self.s3.get_bucket_versioning(Bucket=self.name).get("Status")
        lifecycle = self.lifecycle()
        facts = {
            "region": (place, place == self.region),
            "public": (block, len(block) == 4 and set(block.values()) == {True}),
            "owner": (owner, owner == {"ObjectOwnership": "BucketOwnerEnforced"}),
            "TLS": (self.policy(), len(denied) == 1),
            "versions": (version, version == "Enabled"),
            "lifecycle": (lifecycle, lifecycle["Status"] == "Enabled" and not lifecycle["Filter"].get("Prefix")),
            "uploads": (lifecycle, lifecycle["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] <= 7),
        }
        return {name: found for name, (found, right) in facts.items() if not right}

    def data_faults(self) -> dict[str, Any]:
        """What keeps the bucket from being fit for data: its key, its classes of storage, its access log."""
        rule, lifecycle = self.encryption(), self.lifecycle()
        default = rule["ApplyServerSideEncryptionByDefault"]
        classes = [(move["NoncurrentDays"], move["StorageClass"]) for move in lifecycle["NoncurrentVersionTransitions"]]
        days = [*(after for after, _ in classes), lifecycle["NoncurrentVersionExpiration"]["NoncurrentDays"]]
        aging = days == ([30, 90, 365] if self.live.defaults else sorted(days))
        target = self.s3.get_bucket_logging(Bucket=self.name).get("LoggingEnabled", {})
        facts = {
            "encryption": (rule, default["SSEAlgorithm"] == "aws:kms" and rule["BucketKeyEnabled"] is True),
            "classes": (classes, [name for _, name in classes] == ["STANDARD_IA", "GLACIER"]),
            "aging": (days, aging),
            "only old versions": (lifecycle, not {"Expiration", "Transitions"} & set(lifecycle)),
            "access log": (target, target.get("TargetBucket") != self.name and target.get("TargetPrefix")),
            "allowed": (self.policy(), statements(self.policy()) == []),
        }
        faults = {name: found for name, (found, right) in facts.items() if not right}
        return {**self.faults(), **faults, **key_faults(self.live, self.key(), self.region)}

    def log_faults(self) -> dict[str, Any]:
        """What keeps the bucket from being fit for access logs, which S3 delivers without a customer's key."""
        default = self.encryption()["ApplyServerSideEncryptionByDefault"]
        allowed = statements(self.policy())
        account = self.live.outputs["account_id"]
        writers = [
            (services(each), as_list(each["Action"]), as_list(each["Resource"]), each.get("Condition"))
            for each in allowed
        ]
        wanted = {"StringEquals": {"aws:SourceAccount": account}}
        expires = self.lifecycle().get("Expiration", {}).get("Days", 0)
        facts = {
            "encryption": (default, default == {"SSEAlgorithm": "AES256"}),
            "allowed": (allowed, writers == [({LOGGING}, ["s3:PutObject"], [f"{self.arn}/*"], wanted)]),
            "expires": (expires, expires >= 1),
        }
        return {**self.faults(), **{name: found for name, (found, right) in facts.items() if not right}}


def secret_text(live: Live, region: str, secret: str) -> str:
    """The current value of a secret."""
    return live.client("secretsmanager", region).get_secret_value(SecretId=secret)["SecretString"]


def appears(live: Live, text: str) -> bool:
    """Whether a text stands anywhere in the outputs."""
    return text in json.dumps(dict(live.outputs), ensure_ascii=False)


def credentials_faults(live: Live, database: str, region: str) -> dict[str, Any]:
    """What is wrong with the secret of a database's master user: its content, its key, or a leak into the outputs."""
    arn = live.outputs[f"{database}_secret_arn"]
    content: Mapping[str, Any] = json.loads(secret_text(live, region, arn))
    outputs = live.outputs
    facts = {
        "fields": set(content) == {"username", "password", "engine", "host", "port", "dbname"},
        "user": content["username"] not in ("postgres", "admin", "root", "master"),
        "password": len(content["password"]) >= 32,
        "engine": content["engine"] == "postgres",
        "host": content["host"] == outputs[f"{database}_endpoint"],
        "port": content["port"] == outputs[f"{database}_port"],
        "name": content["dbname"] == outputs[f"{database}_name"],
        "leak": not appears(live, content["password"]),
    }
    about = live.client("secretsmanager", region).describe_secret(SecretId=arn)
    return {
        **key_faults(live, about["KmsKeyId"], region),
        **{name: "wrong" for name, right in facts.items() if not right},
    }


def secret_faults(live: Live, secret: str, region: str) -> dict[str, Any]:
    """What is wrong with a generated secret: its length, its key, or a leak into the outputs."""
    arn = live.outputs[f"{secret}_secret_arn"]
    value = secret_text(live, region, arn)
    about = live.client("secretsmanager", region).describe_secret(SecretId=arn)
    path = about["Name"].split("/")
    facts = {
        "length": len(value) >= 32,
        "leak": not appears(live, value),
        "path": len(path) == 4 and path[2] == live.outputs["environment_suffix"].lower().replace("_", "-"),
    }
    return {
        **key_faults(live, about["KmsKeyId"], region),
        **{name: about for name, right in facts.items() if not right},
    }


def document(live: Live, parameter: str, region: str) -> tuple[dict[str, Any], Any]:
    """A parameter of Parameter Store and its value, which is a JSON document."""
    found = live.client("ssm", region).get_parameter(Name=live.outputs[f"{parameter}_parameter_name"])["Parameter"]
    return found, json.loads(found["Value"])


def own_vault(live: Live, region: str) -> dict[str, Any] | None:
    """The stack's backup vault of a region, found by its tags."""
    client = live.client("backup", region)
    vaults = client.get_paginator("list_backup_vaults").paginate().build_full_result()["BackupVaultList"]
    suffix = live.outputs["environment_suffix"]
    own = [each for each in vaults if tags_of(live, region, each["BackupVaultArn"]).get("EnvironmentSuffix") == suffix]
    return client.describe_backup_vault(BackupVaultName=own[0]["BackupVaultName"]) if own else None


def backup_rule(live: Live, region: str, vault: str) -> dict[str, Any]:
    """The one rule of all backup plans of a region that fills a vault."""
    client = live.client("backup", region)
    plans = client.get_paginator("list_backup_plans").paginate().build_full_result()["BackupPlansList"]
    found = [client.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"] for plan in plans]
    (rule,) = [rule for plan in found for rule in plan["Rules"] if rule["TargetBackupVaultName"] == vault]
    return rule


def vault_faults(live: Live, region: str, compliance: str) -> dict[str, Any]:
    """What keeps the region from having a backup vault under the stack's key that the stack's plan fills."""
    vault = own_vault(live, region)
    if vault is None:
        return {"vault": "missing"}
    days = backup_rule(live, region, vault["BackupVaultName"])["Lifecycle"]["DeleteAfterDays"]
    return {
        **key_faults(live, vault["EncryptionKeyArn"], region),
        **tag_faults(live, region, [vault["BackupVaultArn"]], compliance),
        **({"days": days} if days < (35 if production(live) else 7) else {}),
    }
