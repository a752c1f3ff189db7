"""Every AWS name that a stack gives out was planned, so that one too long is a settings error."""

from typing import Any

from lib.foundation.naming import LIMITS, planned
from tests.support.stack import deploy_networks, stack_args

TIERS = {"app": {"kind": "private"}, "db": {"kind": "isolated"}}
NETWORK = {"cidr": "10.0.0.0/16", "zones": 1, "tiers": TIERS}


def settings_with_every_kind_of_name() -> dict[str, Any]:
    networks = {
        "near": {
            **NETWORK,
            "zones": 2,
            "flow_logs": {"destination": "s3"},
            "database_subnet_group": "db",
            "endpoints": ["secretsmanager"],
            "security_groups": {"alb": {"description": "Load balancer", "tier": "app"}},
            "tiers": {**TIERS, "web": {"kind": "public"}},
            "nat": "single",
            "allow": [
                {"from": "app", "to": "internet", "port": 443},
                {"from": "internet", "to": "web", "port": 80},
                {"from": "web", "to": "app", "port": 8080},
            ],
        },
        "far": {**NETWORK, "zones": 2, "cidr": "10.1.0.0/16", "region": "us-west-2"},
        "third": {**NETWORK, "cidr": "10.2.0.0/16"},
    }
    return {
        "networks": networks,
        "peerings": {"link": {"between": ["near", "far"], "allow": [{"from": "near.app", "to": "far.app", "port": 1}]}},
        "meshes": {"all": {"members": ["near", "third"]}},
        "databases": {
            "orders": {
                "network": "near",
                "secondary_networks": ["far"],
                "tier": "db",
                "engine_version": "16",
                "instance_class": "db.r6g.large",
                "migrations": "migrations/payments",
            }
        },
        "tables": {"items": {"network": "near", "hash_key": "id"}},
        "buckets": {"documents": {"network": "near", "replicate_to": "far"}},
        "secrets": {"api-key": {"network": "near"}},
        "parameters": {"app-config": {"network": "near", "value": "x"}},
        "caches": {"sessions": {"network": "near", "tier": "db"}},
        "queues": {"jobs": {"fifo": True}},
        "services": {"front": {"network": "near", "tier": "app", "image": "shop:1", "load_balancer": {}}},
        "fleets": {"workers": {"network": "near", "tier": "app"}},
        "backup": {"network": "near", "copy_to": "far"},
    }


# What is named is planned; a selection of restore tests alone has no name of its own, but that of a kind of data.
OF_A_KIND = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
NAMED = {
    "aws:autoscaling/group:Group": ("auto-scaling-group", "name"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("launch-template", "name"),
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": ("scaling-role-suffix", "customSuffix"),
    "aws:s3/bucket:Bucket": ("bucket", "bucket"),
    "aws:cloudwatch/eventRule:EventRule": ("event-rule", "name"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("alarm", "name"),
    "aws:cloudwatch/logGroup:LogGroup": ("log-group", "name"),
    "aws:ec2/securityGroup:SecurityGroup": ("security-group", "name"),
    "aws:rds/subnetGroup:SubnetGroup": ("db-subnet-group", "name"),
    "aws:sns/topic:Topic": ("topic", "name"),
    "aws:cloudtrail/trail:Trail": ("trail", "name"),
    "aws:kms/alias:Alias": ("key-alias", "name"),
    "aws:backup/plan:Plan": ("backup-plan", "name"),
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": ("restore-plan", "name"),
    "aws:backup/selection:Selection": ("backup-plan", "name"),
    "aws:backup/vault:Vault": ("backup-vault", "name"),
    "aws:dynamodb/table:Table": ("table", "name"),
    "aws:elasticache/parameterGroup:ParameterGroup": ("cache-parameter-group", "name"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("replication-group", "replicationGroupId"),
    "aws:elasticache/subnetGroup:SubnetGroup": ("cache-subnet-group", "name"),
    "aws:ecs/cluster:Cluster": ("ecs-service", "name"),
    "aws:ecs/service:Service": ("ecs-service", "name"),
    "aws:ecs/taskDefinition:TaskDefinition": ("ecs-service", "family"),
    "aws:lambda/function:Function": ("function", "name"),
    "aws:lb/loadBalancer:LoadBalancer": ("load-balancer", "name"),
    "aws:rds/cluster:Cluster": ("db-cluster", "clusterIdentifier"),
    "aws:rds/clusterInstance:ClusterInstance": ("db-instance", "identifier"),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": ("db-cluster-parameter-group", "name"),
    "aws:rds/globalCluster:GlobalCluster": ("global-cluster", "globalClusterIdentifier"),
    "aws:secretsmanager/secret:Secret": ("secret", "name"),
    "aws:sqs/queue:Queue": ("queue", "name"),
    "aws:ssm/parameter:Parameter": ("parameter", "name"),
}


def test_every_name_that_is_given_out_was_planned() -> None:
    settings = settings_with_every_kind_of_name()
    longest: dict[str, int] = {}
    for name in planned(stack_args(**settings)):
        longest[name.type] = max(longest.get(name.type, 0), len(name.name))
    plan = deploy_networks(**settings)
    for token, (kind, key) in NAMED.items():
        given = [len(resource.inputs[key]) for resource in plan.of(token)]
        assert given, token
        assert max(given) <= longest[kind] <= LIMITS[kind], token


def test_no_type_of_name_goes_unplanned() -> None:
    plan = deploy_networks(**settings_with_every_kind_of_name())
    named = {resource.type for resource in plan.resources if "name" in resource.inputs}
    assert named <= {*NAMED, OF_A_KIND}
