"""What holds data in a picture: databases, caches, tables, buckets, queues, secrets, backups; and its replication."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tap.picture.chart import Chart
from tap.picture.places import Places, mapping, maps, texts
from tap.plan import Plan, Resource

LOG_BUCKET = "tap:storage:LogBucket"
BUCKET, CLUSTER, TABLE = "aws:s3/bucket:Bucket", "aws:rds/cluster:Cluster", "aws:dynamodb/table:Table"
QUEUE, SECRET = "aws:sqs/queue:Queue", "aws:secretsmanager/secret:Secret"


def draw_stores(chart: Chart, plan: Plan, places: Places) -> None:
    """Everything that holds data, where it lies, with lines to its copies."""
    _databases(chart, plan, places)
    _caches(chart, plan, places)
    _tables(chart, plan)
    _buckets(chart, plan)
    _queues(chart, plan)
    _secrets(chart, plan)
    _vaults(chart, plan)


def replica_key(table: Resource, region: str) -> str:
    """Key of a table's replica in a region."""
    return f"{table.urn}-{region}"


def _databases(chart: Chart, plan: Plan, places: Places) -> None:
    subnets = {group.inputs.get("name"): texts(group.inputs.get("subnetIds")) for group in plan.of("SubnetGroup")}
    together: dict[str, list[Resource]] = defaultdict(list)
    for cluster in plan.of(CLUSTER):
        place = places.of(
            cluster,
            subnets.get(cluster.inputs.get("dbSubnetGroupName"), []),
            texts(cluster.inputs.get("vpcSecurityGroupIds")),
        )
        role = "writer" if _writes(cluster) else "copy that can take over"
        version = f"{cluster.inputs.get('engine')} {cluster.inputs.get('engineVersion')}"
        chart.node(
            cluster.urn,
            f"database {cluster.name}",
            f"{version}, {role}",
            *_instances(plan, cluster),
            inside=place,
            shape="cylinder",
        )
        if "globalClusterIdentifier" in cluster.inputs:
            together[str(cluster.inputs["globalClusterIdentifier"])].append(cluster)
    for members in together.values():
        for writer in filter(_writes, members):
            for copy in members:
                if not _writes(copy):
                    chart.edge(writer.urn, copy.urn, "replicates", "-.->")


def _writes(cluster: Resource) -> bool:
    # A member that follows has its primary's users, and so none of its own.
    return "masterUsername" in cluster.inputs


def _instances(plan: Plan, cluster: Resource) -> list[str]:
    """A line of the cluster's instances: `2 of db.r6g.large`, or the capacity of serverless ones."""
    own = [
        instance
        for instance in plan.of("ClusterInstance")
        if (instance.inputs.get("clusterIdentifier"), instance.region) == (cluster.id, cluster.region)
    ]
    classes = sorted({str(instance.inputs.get("instanceClass")) for instance in own})
    if not own:
        return []
    capacity = mapping(cluster.inputs.get("serverlessv2ScalingConfiguration"))
    size = f", {capacity['minCapacity']} to {capacity['maxCapacity']} ACU each" if capacity else ""
    return [f"{len(own)} of {', '.join(classes)}{size}"]


def _caches(chart: Chart, plan: Plan, places: Places) -> None:
    subnets = {
        group.inputs.get("name"): texts(group.inputs.get("subnetIds"))
        for group in plan.of("aws:elasticache/subnetGroup:SubnetGroup")
    }
    for cache in plan.of("ReplicationGroup"):
        place = places.of(
            cache, subnets.get(cache.inputs.get("subnetGroupName"), []), texts(cache.inputs.get("securityGroupIds"))
        )
        nodes = f"{cache.inputs.get('numCacheClusters')} of {cache.inputs.get('nodeType')}"
        chart.node(
            cache.urn, f"cache {cache.name}", str(cache.inputs.get("engine")), nodes, inside=place, shape="cylinder"
        )


def _tables(chart: Chart, plan: Plan) -> None:
    for table in plan.of(TABLE):
        chart.node(table.urn, f"table {table.name}", inside=table.region or "", shape="cylinder")
        for replica in maps(table.inputs.get("replicas")):
            region = str(replica.get("regionName"))
            chart.group(region, region)
            chart.node(replica_key(table, region), f"table {table.name}", "replica", inside=region, shape="cylinder")
            # A global table takes writes in every region.
            chart.edge(table.urn, replica_key(table, region), "replicates", "<-.->")


def _buckets(chart: Chart, plan: Plan) -> None:
    """Buckets of data; those of logs belong to what they are logs of."""
    of_logs = {bucket.urn for bucket in plan.of(LOG_BUCKET)}
    for bucket in plan.of(BUCKET):
        if bucket.parent not in of_logs:
            chart.node(bucket.urn, f"bucket {bucket.name}", inside=bucket.region or "", shape="cylinder")
    names = {bucket.inputs.get("bucket"): bucket.urn for bucket in plan.of(BUCKET)}
    for replication in plan.of("BucketReplicationConfig"):
        source = names.get(replication.inputs.get("bucket"), "")
        for rule in maps(replication.inputs.get("rules")):
            arn = mapping(rule.get("destination")).get("bucket")
            target = names.get(str(arn).removeprefix("arn:aws:s3:::"), "")
            if source in chart and target in chart:
                chart.edge(source, target, "replicates", "-.->")


def _queues(chart: Chart, plan: Plan) -> None:
    """Queues, each with its dead-letter queue in one node; a function's dead letters belong to the function."""
    dead = {mapping(function.inputs.get("deadLetterConfig")).get("targetArn") for function in plan.of("Function")}
    policies = {queue.urn: _redrive(queue) for queue in plan.of(QUEUE)}
    dead |= {policy.get("deadLetterTargetArn") for policy in policies.values()}
    for queue in plan.of(QUEUE):
        if queue.outputs.get("arn") not in dead:
            tries = policies[queue.urn].get("maxReceiveCount")
            letters = [f"dead letters after {tries} tries"] if tries else []
            chart.node(queue.urn, f"queue {queue.name}", *letters, inside=queue.region or "", shape="queue")


def _redrive(queue: Resource) -> Mapping[str, Any]:
    policy = queue.inputs.get("redrivePolicy")
    return mapping(json.loads(policy)) if isinstance(policy, str) else {}


def _secrets(chart: Chart, plan: Plan) -> None:
    """One node a region with the names of its secrets, and lines to the regions that they are replicated to."""
    named: dict[str, list[str]] = defaultdict(list)
    copies: dict[tuple[str, str], None] = {}
    for secret in plan.of(SECRET):
        home = secret.region or ""
        named[home].append(secret.name)
        for replica in maps(secret.inputs.get("replicas")):
            there = str(replica.get("region"))
            named[there].append(f"{secret.name} (replica)")
            copies[home, there] = None
    for region, names in named.items():
        chart.group(region, region)
        chart.node(f"secrets-{region}", "secrets", *sorted(names), inside=region)
    for home, there in copies:
        chart.edge(f"secrets-{home}", f"secrets-{there}", "replicates", "-.->")


def _vaults(chart: Chart, plan: Plan) -> None:
    vaults = plan.of("aws:backup/vault:Vault")
    for vault in vaults:
        chart.node(vault.urn, "backup vault", inside=vault.region or "", shape="cylinder")
    names = {(vault.inputs.get("name"), vault.region): vault.urn for vault in vaults}
    arns = {vault.outputs.get("arn"): vault.urn for vault in vaults}
    for plan_ in plan.of("aws:backup/plan:Plan"):
        for rule in maps(plan_.inputs.get("rules")):
            source = names.get((rule.get("targetVaultName"), plan_.region))
            for copy in maps(rule.get("copyActions")):
                target = arns.get(copy.get("destinationVaultArn"))
                if source and target:
                    chart.edge(source, target, "copies", "-.->")
