"""The picture of a Plan: whole, in its right places, and text that Mermaid takes."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tap.cli import app
from tap.engine.run import Run
from tap.picture import picture
from tap.picture.chart import Chart
from tap.plan import UNKNOWN, Plan, Resource
from tap.recording import ExistingVpc
from tests.support.deploy import deploy
from tests.support.stack import deploy_blueprint, deploy_networks

OPENS = re.compile(r'subgraph (\w+)\["(.*)"\]')
NODE = re.compile(r'(\w+)(?:\[|\(\[|\[\(|\{\{|\[\[)"(.*)"(?:\]|\]\)|\)\]|\}\}|\]\])')
EDGE = re.compile(r'(\w+) (-->|<-->|-\.->|<-\.->)(?:\|"(.*)"\|)? (\w+)')
TIER = "tap:networking:TierSubnets"
KINDS = {
    "HTTP API": "aws:apigatewayv2/api:Api",
    "bucket": "aws:s3/bucket:Bucket",
    "cache": "aws:elasticache/replicationGroup:ReplicationGroup",
    "database": "aws:rds/cluster:Cluster",
    "fleet": "aws:autoscaling/group:Group",
    "function": "aws:lambda/function:Function",
    "load balancer": "aws:lb/loadBalancer:LoadBalancer",
    "queue": "aws:sqs/queue:Queue",
    "service": "aws:ecs/service:Service",
    "table": "aws:dynamodb/table:Table",
    "topic": "aws:sns/topic:Topic",
}


@dataclass
class Read:
    """A picture read again: labels of subgraphs and nodes, where each lies, and the edges by label."""

    labels: dict[str, str] = field(default_factory=dict[str, str])
    inside: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    edges: list[tuple[str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str]])

    def first_line(self, id_: str) -> str:
        return self.labels[id_].partition("<br/>")[0]

    def around(self, id_: str) -> tuple[str, ...]:
        """Labels of the subgraphs around, the outermost first."""
        return tuple(self.labels[group] for group in self.inside[id_])

    def id(self, first_line: str, outermost: str = "") -> str:
        """The one node that begins with this, below a region where one is named."""
        (found,) = [
            id_
            for id_ in self.labels
            if self.first_line(id_) == first_line and (not outermost or self.around(id_)[:1] == (outermost,))
        ]
        return found

    def lines(self, label: str = "") -> set[tuple[str, str, str]]:
        """Edges of a label: from, arrow, to."""
        return {
            (self.first_line(source), arrow, self.first_line(target))
            for source, arrow, said, target in self.edges
            if said == label
        }


def read(text: str) -> Read:
    """Reads what Mermaid would, and refuses what it would not take."""
    head, *lines = text.splitlines()
    assert head == "flowchart LR"
    found, open_groups = Read(), list[str]()
    for line in (line.strip() for line in lines):
        if opens := OPENS.fullmatch(line):
            assert opens[1] not in found.labels
            found.labels[opens[1]], found.inside[opens[1]] = opens[2], tuple(open_groups)
            open_groups.append(opens[1])
        elif line == "end":
            open_groups.pop()
        elif edge := EDGE.fullmatch(line):
            assert {edge[1], edge[4]} <= set(found.labels), line
            found.edges.append((edge[1], edge[2], edge[3] or "", edge[4]))
        else:
            node = NODE.fullmatch(line)
            assert node, f"not Mermaid: {line}"
            assert node[1] not in found.labels
            assert not re.search(r'["`]|<(?!br/>)', node[2]), node[2]
            found.labels[node[1]], found.inside[node[1]] = node[2], tuple(open_groups)
    assert not open_groups
    assert "end" not in found.labels
    return found


@pytest.fixture(scope="module")
def recovery() -> Plan:
    return deploy_blueprint("multi-region-dr")


@pytest.fixture(scope="module")
def payments() -> Plan:
    return deploy_blueprint("payment-processing")


@pytest.fixture(scope="module")
def fleet() -> Plan:
    return deploy_blueprint("high-availability")


@pytest.fixture(scope="module")
def peered() -> Plan:
    tiers = {"web": {"kind": "public"}, "app": {}}
    allow = [{"from": "one.app", "to": "two.app", "port": 443}]
    return deploy_networks(
        vpcs={"vpc-old": ExistingVpc("10.7.0.0/16", "us-west-2")},
        networks={
            "one": {"cidr": "10.0.0.0/16", "zones": 2, "tiers": tiers, "nat": "per-zone"},
            "two": {"cidr": "10.1.0.0/16", "zones": 1, "region": "us-west-2", "tiers": {"app": {}}},
            "old": {"region": "us-west-2", "vpc_id": "vpc-old", "tiers": {"api": {}}},
        },
        peerings={
            "one-two": {"between": ["one", "two"], "allow": allow},
            "old-two": {"between": ["old", "two"], "allow": [{"from": "two.app", "to": "old.api", "port": 443}]},
        },
    )


@pytest.fixture(scope="module")
def all_plans(recovery: Plan, payments: Plan, fleet: Plan, peered: Plan) -> tuple[Plan, ...]:
    return recovery, payments, fleet, peered


def networks_and_tiers(plan: Plan) -> Iterator[tuple[str, str, list[Resource]]]:
    for tier in plan.of(TIER):
        network = plan.at(tier.parent).name
        yield (
            network,
            tier.name.removeprefix(f"{network}-"),
            [r for r in plan.children(tier.urn) if ":Subnet" in r.type],
        )


def test_every_tier_is_there_with_its_zones_and_blocks_in_its_region(all_plans: tuple[Plan, ...]) -> None:
    for plan in all_plans:
        drawn = read(picture(plan))
        seen = Counter((*drawn.around(id_), label) for id_, label in drawn.labels.items())
        for network, tier, subnets in networks_and_tiers(plan):
            (vpc,) = (r for r in plan.of("aws:ec2/vpc:Vpc") if r.id == subnets[0].inputs["vpcId"])
            label = "<br/>".join(
                sorted(f"{each.inputs['availabilityZone']} {each.inputs['cidrBlock']}" for each in subnets)
            )
            assert seen[str(subnets[0].region), f"{network} {vpc.inputs['cidrBlock']}", tier, label] == 1


def test_nothing_of_another_region_is_in_a_regions_subgraph(all_plans: tuple[Plan, ...]) -> None:
    for plan in all_plans:
        drawn = read(picture(plan))
        regions = {resource.region for resource in plan.resources if resource.region}
        placed = {(type_, r.name): r.region for type_ in KINDS.values() for r in plan.of(type_)}
        found = 0
        for id_, label in drawn.labels.items():
            region = (*drawn.around(id_), "")[0]
            assert {zone[:-1] for zone in re.findall(r"[a-z]{2}-[a-z]+-\d[a-z]\b", label)} <= {region}
            kind, _, name = drawn.first_line(id_).rpartition(" ")
            if kind in KINDS and not label.endswith("replica"):
                found += 1
                assert region == placed[KINDS[kind], name]
        assert found
        assert {drawn.labels[id_] for id_ in drawn.labels if not drawn.inside[id_]} >= regions


def test_every_peering_ties_two_networks_adopted_ones_too(peered: Plan) -> None:
    drawn = read(picture(peered))
    assert drawn.lines("peering one-two") == {("one 10.0.0.0/16", "<-->", "two 10.1.0.0/16")}
    assert drawn.lines("peering old-two") == {("old", "<-->", "two 10.1.0.0/16")}
    assert drawn.around(drawn.id("adopted vpc-old")) == ("us-west-2", "old")


def test_default_routes_lead_to_the_gateways_of_their_network(peered: Plan) -> None:
    lines = read(picture(peered)).lines()
    web, app_tier = "us-east-1a 10.0.0.0/22", "us-east-1a 10.0.4.0/22"
    assert {
        ("internet", "<-->", "internet gateway"),
        (web, "<-->", "internet gateway"),
        (app_tier, "-->", "2 NAT gateways"),
        ("2 NAT gateways", "-->", "internet gateway"),
    } <= lines
    assert not [line for line in lines if line[0].startswith("us-west-2a")]


def test_one_nat_gateway_for_all_zones_of_a_region_is_in_its_network() -> None:
    plan = deploy_networks(
        networks={
            "one": {
                "cidr": "10.0.0.0/16",
                "zones": 1,
                "tiers": {"web": {"kind": "public"}, "app": {}},
                "nat": "regional",
            }
        }
    )
    drawn = read(picture(plan))
    assert drawn.labels[drawn.id("NAT gateway")] == "NAT gateway<br/>in all zones"
    assert drawn.around(drawn.id("NAT gateway")) == ("us-east-1", "one 10.0.0.0/16")


def test_every_replication_is_there(recovery: Plan) -> None:
    drawn = read(picture(recovery))
    assert drawn.lines("replicates") == {
        ("database orders-primary", "-.->", "database orders-dr"),
        ("table items", "<-.->", "table items"),
        ("bucket documents", "-.->", "bucket documents-us-west-2"),
        ("secrets", "-.->", "secrets"),
    }
    assert drawn.lines("copies") == {("backup vault", "-.->", "backup vault")}
    for source, arrow, _, target in drawn.edges:
        if arrow in ("-.->", "<-.->") and drawn.first_line(source).split()[0] in ("database", "table", "bucket"):
            assert (drawn.around(source)[0], drawn.around(target)[0]) == ("us-east-1", "us-west-2")


def test_a_database_says_who_writes_and_on_what(recovery: Plan, payments: Plan) -> None:
    drawn = read(picture(recovery))
    assert drawn.labels[drawn.id("database orders-primary")].endswith(", writer<br/>1 of db.r6g.large")
    assert ", copy that can take over<br/>" in drawn.labels[drawn.id("database orders-dr")]
    assert drawn.around(drawn.id("database orders-dr"))[-1] == "database"
    serverless = read(picture(payments))
    assert serverless.labels[serverless.id("database payments-main")].endswith("1 of db.serverless, 0.5 to 2 ACU each")


def test_a_name_follows_health_checks_to_the_api_of_each_region(recovery: Plan) -> None:
    drawn = read(picture(recovery))
    (name,) = [label for label in drawn.labels.values() if label.startswith("name ")]
    assert drawn.lines("PRIMARY, while healthy") == {(name, "-->", "HTTP API orders-primary")}
    assert drawn.lines("SECONDARY, while healthy") == {(name, "-->", "HTTP API orders-dr")}
    assert drawn.lines("asks") == {
        ("health check orders-primary", "-.->", "HTTP API orders-primary"),
        ("health check orders-dr", "-.->", "HTTP API orders-dr"),
    }
    assert drawn.around(drawn.id("health check orders-dr")) == ("Route 53, global",)
    assert drawn.around(drawn.id("HTTP API orders-dr")) == ("us-west-2",)


def test_a_workload_leads_to_the_data_of_its_own_region(recovery: Plan) -> None:
    drawn = read(picture(recovery))
    for region, network in (("us-east-1", "primary"), ("us-west-2", "dr")):
        function = drawn.id(f"function orders-{network}", region)
        assert drawn.around(function)[-1] == "private"
        assert {drawn.around(target)[0] for source, _, _, target in drawn.edges if source == function} == {region}
    assert ("function orders-dr", "-->", "table items") in drawn.lines()


def test_a_service_stands_behind_its_load_balancer_before_its_data(payments: Plan) -> None:
    drawn = read(picture(payments))
    assert {
        ("internet", "-->", "load balancer app"),
        ("load balancer app", "-->", "service app"),
        ("service app", "-->", "database payments-main"),
        ("service app", "-->", "cache sessions"),
        ("service app", "-->", "queue payments"),
    } <= drawn.lines()
    assert drawn.labels[drawn.id("queue payments")] == "queue payments<br/>dead letters after 5 tries"
    assert drawn.around(drawn.id("load balancer app"))[-1] == "public"
    assert drawn.labels[drawn.id("service app")].startswith("service app<br/>2 tasks, 2 to ")
    # A bucket of logs belongs to what it is a log of.
    assert not [label for label in drawn.labels.values() if label.startswith("bucket")]


def test_a_fleet_stands_behind_its_load_balancer_before_its_bucket(fleet: Plan) -> None:
    drawn = read(picture(fleet))
    assert {("load balancer web", "-->", "fleet web"), ("fleet web", "-->", "bucket backups")} <= drawn.lines()
    assert drawn.labels[drawn.id("fleet web")] == "fleet web<br/>2 to 6 of t4g.small"
    assert drawn.labels[drawn.id("3 NAT gateways")].count("<br/>") == 3


def test_a_topic_counts_what_tells_it(peered: Plan) -> None:
    drawn = read(picture(peered))
    topics = [drawn.labels[drawn.id("topic alarms-us-west-2")]]
    told = [alarm for alarm in peered.of("MetricAlarm") if alarm.region == "us-west-2"]
    assert topics == [f"topic alarms-us-west-2<br/>{len(told)} alarms<br/>2 event rules"]


def test_what_a_preview_does_not_know_is_left_out() -> None:
    networks = {"one": {"cidr": "10.0.0.0/16", "zones": 1, "tiers": {"web": {"kind": "public"}, "app": {}}}}
    drawn = picture(deploy_networks(networks=networks, preview=True))
    assert repr(UNKNOWN) not in drawn
    read(drawn)


def test_a_program_without_the_librarys_components_is_drawn_too() -> None:
    def program() -> None:
        import pulumi
        from pulumi_aws import Provider, ec2, sqs

        here = pulumi.ResourceOptions(provider=Provider("here", region="eu-west-1"))
        vpc = ec2.Vpc("own", cidr_block="10.0.0.0/16", opts=here)
        ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone="eu-west-1a", opts=here)
        sqs.Queue("jobs", opts=here)

    drawn = read(picture(deploy(program)))
    assert drawn.around(drawn.id("eu-west-1a 10.0.0.0/24")) == ("eu-west-1", "own 10.0.0.0/16", "a")
    assert drawn.around(drawn.id("queue jobs")) == ("eu-west-1",)


def test_ids_are_unique_and_labels_hold_any_character() -> None:
    chart = Chart()
    chart.group("u::end", 'a "b" <c> & `d` #1;')
    chart.group("empty", "left out")
    chart.node("x::a-b", "one", inside="u::end")
    chart.node("x::a_b", "two", "lines", inside="u::end")
    chart.node("x::a_b", "drawn once", inside="u::end")
    for _ in range(2):
        chart.edge("x::a-b", "x::a_b", 'say "so"')
    assert chart.text().splitlines() == [
        "flowchart LR",
        '  subgraph n_end["a #quot;b#quot; #lt;c#gt; #amp; #96;d#96; #35;1;"]',
        '    n_a_b["one"]',
        '    n_a_b_2["two<br/>lines"]',
        "  end",
        '  n_a_b -->|"say #quot;so#quot;"| n_a_b_2',
    ]
    with pytest.raises(KeyError):
        chart.edge("x::a-b", "nowhere")


def test_the_command_prints_the_picture_or_writes_it(
    monkeypatch: pytest.MonkeyPatch, peered: Plan, tmp_path: Path
) -> None:
    def here(*_: object) -> Run:
        return Run(plan=peered, error="", problems=(), failures=(), logs=(), output="")

    monkeypatch.setattr("tap.engine.run.record_program", here)
    assert CliRunner().invoke(app, ["picture"]).stdout == picture(peered)
    written = CliRunner().invoke(app, ["picture", "--output", str(tmp_path / "picture.mmd")])
    assert (written.exit_code, written.output) == (0, "")
    assert (tmp_path / "picture.mmd").read_text(encoding="utf-8") == picture(peered)


def test_the_command_tells_wrong_options_and_settings(monkeypatch: pytest.MonkeyPatch, peered: Plan) -> None:
    def refused(*_: object) -> Run:
        return Run(plan=peered, error="", problems=("networks.a: is wrong",), failures=(), logs=(), output="")

    wrong = CliRunner().invoke(app, ["picture", "--assume-vpc", "nonsense"])
    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("--assume-vpc ")
    monkeypatch.setattr("tap.engine.run.record_program", refused)
    result = CliRunner().invoke(app, ["picture"])
    assert (result.exit_code, result.stderr, result.stdout) == (1, "networks.a: is wrong\n", "")
