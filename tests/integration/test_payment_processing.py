"""The deployed `payment-processing`: a payment service in its network, its database, cache, queue and secrets."""

from collections.abc import Callable
from ipaddress import IPv4Network

import pytest

from tests.support.cluster_faults import (
    POSTGRES,
    insight_faults,
    instance_faults,
    place_faults,
    protection_faults,
    retention_faults,
)
from tests.support.data_view import (
    ClusterView,
    credentials_faults,
    document,
    key_faults,
    production,
    secret_faults,
    tag_faults,
    vault_faults,
)
from tests.support.embedded import deploy_beside
from tests.support.live import Live
from tests.support.network_view import ANYWHERE, NetworkView, Rule
from tests.support.policies import services, statements
from tests.support.service_view import ServiceView
from tests.support.ways_out import WayOut, ways_out

TIERS = ("public", "private", "database")
VALKEY = 6379


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("payment-processing")


@pytest.fixture(scope="module")
def network(live: Live) -> NetworkView:
    return NetworkView(live, "main")


@pytest.fixture(scope="module")
def payments(live: Live, network: NetworkView) -> ClusterView:
    return ClusterView(live, "payments", network.region)


def test_each_tier_spans_the_same_zones(network: NetworkView) -> None:
    zones = {tier: network.zones(tier) for tier in TIERS}
    assert zones["public"] == zones["private"] == zones["database"]
    assert len(zones["public"]) >= (3 if production(network.live) else 2)


def test_subnets_do_not_overlap_and_leave_each_tier_room_for_further_zones(network: NetworkView) -> None:
    (whole,) = map(IPv4Network, network.blocks())
    blocks = {tier: sorted(map(IPv4Network, network.subnet_blocks(tier))) for tier in TIERS}
    every = [block for tier in TIERS for block in blocks[tier]]
    assert all(block.subnet_of(whole) for block in every)
    assert not any(one.overlaps(other) for one in every for other in every if one is not other)
    assert sum(block.num_addresses for block in every) < whole.num_addresses


def test_private_subnets_leave_by_nat(network: NetworkView) -> None:
    found = ways_out(network, "private")
    assert set(found) == network.zones("private")
    (through,) = {way.zone for ways in found.values() for way in ways} if network.live.defaults else (None,)
    for zone, ways in found.items():
        if network.live.defaults:
            assert ways == [WayOut(ANYWHERE, "nat", through)]
        elif production(network.live):
            assert ways == [WayOut(ANYWHERE, "nat", zone)]
        else:
            assert [(way.destination, way.by) for way in ways] == [(ANYWHERE, "nat")]


def test_public_subnets_lead_to_the_internet_and_database_subnets_nowhere(network: NetworkView) -> None:
    for ways in ways_out(network, "public").values():
        assert ways == [WayOut(ANYWHERE, "internet")]
    assert set(ways_out(network, "database")) == network.zones("database")
    assert [ways for ways in ways_out(network, "database").values() if ways] == []


def test_all_traffic_is_recorded(network: NetworkView) -> None:
    assert network.flow_log()["TrafficType"] == "ALL"


def test_secrets_are_read_by_an_endpoint_in_the_private_subnets(network: NetworkView) -> None:
    name = f"com.amazonaws.{network.region}.secretsmanager"
    (endpoint,) = [found for found in network.of_vpc("vpc_endpoints") if found["ServiceName"] == name]
    assert (endpoint["VpcEndpointType"], endpoint["PrivateDnsEnabled"]) == ("Interface", True)
    assert set(endpoint["SubnetIds"]) == set(network.output("private_subnet_ids"))


def test_the_database_is_reached_from_the_private_tier_and_by_its_migrations_only(network: NetworkView) -> None:
    rules = network.rules(network.output("database_security_group_id"))
    assert Rule(False, "tcp", POSTGRES, POSTGRES, network.output("private_security_group_id")) in rules
    # The cache lives in the same tier.
    assert {(rule.egress, rule.from_port, rule.to_port) for rule in rules} == {
        (False, port, port) for port in (POSTGRES, VALKEY)
    }
    assert all(rule.peer.startswith("sg-") for rule in rules)


def test_the_database_is_aurora_postgresql_in_the_database_subnets(network: NetworkView, payments: ClusterView) -> None:
    assert place_faults(payments, network) == {}
    assert payments.cluster()["DatabaseName"] == payments.output("name")


def test_the_database_has_the_major_version_of_the_blueprint(live: Live, payments: ClusterView) -> None:
    if not live.defaults:
        pytest.skip("this stack's settings may say another version")
    assert payments.cluster()["EngineVersion"].partition(".")[0] == "16"


def test_the_database_is_encrypted_and_speaks_tls_only(payments: ClusterView) -> None:
    assert protection_faults(payments) == {}


def test_the_database_keeps_backups_and_its_log(payments: ClusterView) -> None:
    assert retention_faults(payments) == {}


def test_the_database_can_be_deleted_with_the_stack_except_in_production(live: Live, payments: ClusterView) -> None:
    if not live.defaults and not production(live):
        pytest.skip("this stack's settings may protect it")
    assert payments.cluster()["DeletionProtection"] is production(live)


def test_the_environment_says_how_many_instances_there_are(live: Live, payments: ClusterView) -> None:
    instances = payments.instances()
    assert len(instances) >= {"prod": 3, "staging": 2}.get(live.outputs["environment"], 1)
    if live.defaults:
        assert [instance["DBInstanceClass"] for instance in instances] == ["db.serverless"]


def test_a_serverless_database_has_bounds(live: Live, payments: ClusterView) -> None:
    if "db.serverless" not in {instance["DBInstanceClass"] for instance in payments.instances()}:
        pytest.skip("the database is provisioned")
    capacity = payments.cluster()["ServerlessV2ScalingConfiguration"]
    assert 0 <= capacity["MinCapacity"] <= capacity["MaxCapacity"]
    if live.defaults:
        assert (capacity["MinCapacity"], capacity["MaxCapacity"]) == (0.5, 2.0)


def test_instances_are_private_and_monitored_and_stand_in_different_zones(
    network: NetworkView, payments: ClusterView
) -> None:
    assert instance_faults(payments, network) == {}


def test_performance_insights_are_encrypted(live: Live, payments: ClusterView) -> None:
    if live.embedded:
        pytest.skip("moto says nothing of performance insights")
    assert insight_faults(payments) == {}


def test_the_master_user_s_credentials_are_in_their_secret_only(live: Live, network: NetworkView) -> None:
    assert credentials_faults(live, "payments", network.region) == {}


def test_the_signing_key_is_generated_and_in_its_secret_only(live: Live, network: NetworkView) -> None:
    assert secret_faults(live, "signing_key", network.region) == {}


def test_the_configuration_is_a_document_of_the_environment(live: Live, network: NetworkView) -> None:
    found, content = document(live, "app_config", network.region)
    _, _, suffix, name = found["Name"].split("/")
    assert (suffix, name) == (live.outputs["environment_suffix"], "app-config")
    assert found["Type"] == "String"
    assert content["log_level"] in ("debug", "info", "warn")
    if live.defaults:
        assert content["log_level"] == "debug"


@pytest.fixture(scope="module")
def app(live: Live, network: NetworkView) -> ServiceView:
    return ServiceView(live, "app", network.region)


def test_tasks_run_in_the_private_subnets_without_public_addresses(network: NetworkView, app: ServiceView) -> None:
    placed = app.network()
    assert set(placed["subnets"]) == set(network.output("private_subnet_ids"))
    assert placed["securityGroups"] == [network.output("private_security_group_id")]
    assert placed["assignPublicIp"] == "DISABLED"
    assert app.service()["launchType"] == "FARGATE"


def test_as_many_tasks_run_as_are_wanted(app: ServiceView) -> None:
    service = app.service()
    least, most = app.bounds()
    assert least <= service["desiredCount"] <= most
    assert least >= 2
    assert service["runningCount"] >= least


def test_the_service_grows_with_its_load(app: ServiceView) -> None:
    assert app.metrics() >= {"ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"}


def test_the_load_balancer_faces_the_internet_and_is_reached_by_http_and_https_alone(
    network: NetworkView, app: ServiceView
) -> None:
    balancer, group = app.balancer(), network.output("public_security_group_id")
    assert (balancer["Scheme"], balancer["Type"]) == ("internet-facing", "application")
    zones = {zone["SubnetId"] for zone in balancer["AvailabilityZones"]}
    assert zones == set(network.output("public_subnet_ids"))
    assert balancer["SecurityGroups"] == [group]
    entries = [rule for rule in network.rules(group) if not rule.egress]
    assert {(rule.from_port, rule.to_port, rule.peer) for rule in entries} == {
        (80, 80, ANYWHERE),
        (443, 443, ANYWHERE),
    }


def test_tasks_are_reached_through_the_load_balancer_alone(network: NetworkView, app: ServiceView) -> None:
    port = app.targets()["Port"]
    entries = [rule for rule in network.rules(network.output("private_security_group_id")) if not rule.egress]
    assert entries == [Rule(False, "tcp", port, port, network.output("public_security_group_id"))]
    (target,) = app.service()["loadBalancers"]
    assert (target["containerPort"], target["targetGroupArn"]) == (port, app.output("target_group_arn"))


def test_with_a_certificate_http_only_redirects_and_without_one_it_is_served(live: Live, app: ServiceView) -> None:
    listeners = app.listeners()
    (first,) = listeners[80]["DefaultActions"]
    if 443 in listeners:
        assert (first["Type"], first["RedirectConfig"]["StatusCode"]) == ("redirect", "HTTP_301")
        assert listeners[443]["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-")
        assert app.output("url").startswith("https://")
    else:
        assert not production(live)
        assert (first["Type"], first["TargetGroupArn"]) == ("forward", app.output("target_group_arn"))
        assert app.output("url") == f"http://{app.output('load_balancer_dns_name')}"


def test_the_load_balancer_drops_what_is_malformed_and_logs_what_it_serves(app: ServiceView) -> None:
    attributes = app.balancer_attributes()
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert attributes["routing.http.desync_mitigation_mode"] in ("defensive", "strictest")
    assert attributes["access_logs.s3.enabled"] == "true"
    (delivery,) = statements(app.access_log_policy())
    assert services(delivery) == {"logdelivery.elasticloadbalancing.amazonaws.com"}


def test_health_is_asked_for_at_the_service_s_path(app: ServiceView) -> None:
    targets = app.targets()
    assert (targets["HealthCheckPath"], targets["Matcher"]["HttpCode"]) == ("/health", "200")
    assert targets["TargetType"] == "ip"


def test_the_container_is_of_the_image_and_can_change_nothing(live: Live, app: ServiceView) -> None:
    container = app.container()
    assert container["readonlyRootFilesystem"] is True
    assert container.get("privileged", False) is False
    assert container["linuxParameters"]["capabilities"]["drop"] == ["ALL"]
    if live.defaults:
        assert container["image"].endswith("/payments:1.0.0")


def test_the_container_knows_its_secrets_by_reference_only(live: Live, app: ServiceView) -> None:
    container = app.container()
    secrets = {secret["name"]: secret["valueFrom"] for secret in container["secrets"]}
    credentials = live.outputs["payments_secret_arn"]
    assert secrets["SIGNING_KEY"] == live.outputs["signing_key_secret_arn"]
    assert secrets["PAYMENTS_DATABASE_PASSWORD"] == f"{credentials}:password::"
    environment = {variable["name"]: variable["value"] for variable in container["environment"]}
    assert environment["PAYMENTS_DATABASE_HOST"] == live.outputs["payments_endpoint"]
    assert environment["APP_CONFIG_PARAMETER"] == live.outputs["app_config_parameter_name"]
    assert not [name for name in environment if "PASSWORD" in name or "TOKEN" in name or name in secrets]


def test_starting_a_task_and_being_one_are_two_roles(live: Live, app: ServiceView) -> None:
    task, execution = app.allowed("task"), app.allowed("execution")
    assert app.task()["taskRoleArn"] != app.task()["executionRoleArn"]
    assert live.outputs["signing_key_secret_arn"] in execution["secretsmanager:GetSecretValue"]
    assert "secretsmanager:GetSecretValue" not in task
    assert not [action for action in (*task, *execution) if "*" in action]
    for role in ("task", "execution"):
        (trust,) = app.trusted(role)
        assert services(trust) == {"ecs-tasks.amazonaws.com"}
        assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": live.outputs["account_id"]}


def test_the_service_s_log_is_encrypted_and_kept(network: NetworkView, app: ServiceView) -> None:
    group = app.log_group()
    assert key_faults(network.live, group["kmsKeyId"], network.region, "logs") == {}
    assert group["retentionInDays"] >= (365 if production(network.live) else 30)
    assert app.container()["logConfiguration"]["options"]["awslogs-group"] == group["logGroupName"]


def test_the_cluster_is_seen_into(app: ServiceView) -> None:
    settings = {entry["name"]: entry["value"] for entry in app.cluster()["settings"]}
    assert settings["containerInsights"] in ("enabled", "enhanced")


def test_all_data_bears_all_tags(live: Live, payments: ClusterView) -> None:
    region = payments.region
    arns = [
        *payments.arns(),
        live.outputs["payments_secret_arn"],
        live.outputs["signing_key_secret_arn"],
        document(live, "app_config", region)[0]["ARN"],
    ]
    assert tag_faults(live, region, arns, "PCI-DSS") == {}


def test_production_has_a_backup_vault_and_the_others_need_none(live: Live, network: NetworkView) -> None:
    if not production(live):
        pytest.skip("backups are production's")
    assert vault_faults(live, network.region, "PCI-DSS") == {}


@pytest.fixture(scope="module")
def prod(spare_aws: str) -> Live:
    """The same stack as production."""
    return deploy_beside(spare_aws, "payment-processing", "environment=prod", "environmentSuffix=prod")


def test_production_is_the_stricter_one(prod: Live) -> None:
    network = NetworkView(prod, "main")
    cluster = ClusterView(prod, "payments", network.region)
    assert prod.outputs["environment"] == "prod"
    assert len(network.zones("private")) == len(network.output("nat_gateway_ids")) == 3
    assert len(cluster.instances()) == 3
    assert cluster.cluster()["DeletionProtection"] is True
    assert retention_faults(cluster) == {}
    assert instance_faults(cluster, network) == {}


def test_production_s_data_is_backed_up(prod: Live) -> None:
    assert vault_faults(prod, NetworkView(prod, "main").region, "PCI-DSS") == {}


def test_production_speaks_https_alone_and_lets_nobody_into_its_containers(prod: Live) -> None:
    app = ServiceView(prod, "app", NetworkView(prod, "main").region)
    listeners = app.listeners()
    assert sorted(listeners) == [80, 443]
    assert listeners[80]["DefaultActions"][0]["Type"] == "redirect"
    assert app.balancer_attributes()["deletion_protection.enabled"] == "true"
    assert app.cluster().get("configuration", {}) == {}
    assert not [action for action in app.allowed("task") if action.startswith("ssmmessages:")]
    assert app.bounds()[0] >= 3
    assert app.log_group()["retentionInDays"] == 365
