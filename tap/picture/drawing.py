"""A Plan drawn: regions, in them networks, in those tiers with what lives there; and what ties them together."""

from collections import Counter

from tap.picture.chart import Chart
from tap.picture.networks import draw_networks
from tap.picture.places import Places, draw_regions, maps
from tap.picture.stores import draw_stores
from tap.picture.workloads import API, draw_workloads
from tap.plan import Plan, Resource
from tap.tree import count

DNS = "dns"
CHECK = "aws:route53/healthCheck:HealthCheck"


def picture(plan: Plan) -> str:
    """The topology of a Plan as a Mermaid flowchart.

    It groups: a tier is one node with its subnets, a network's endpoints are one, alarms are counted. Rules, roles,
    keys and logs are not drawn. Values that a preview does not know yet are left out.
    """
    chart = Chart()
    places = Places(plan)
    draw_regions(chart, plan)
    draw_networks(chart, plan, places)
    draw_stores(chart, plan, places)
    draw_workloads(chart, plan, places)
    _topics(chart, plan)
    _failover(chart, plan)
    return chart.text()


def _topics(chart: Chart, plan: Plan) -> None:
    """Topics, each with how many alarms and event rules tell it."""
    told: Counter[object] = Counter()
    for alarm in plan.of("MetricAlarm"):
        told.update(each for each in alarm.inputs.get("alarmActions", []) if isinstance(each, str))
    rules: Counter[object] = Counter(target.inputs.get("arn") for target in plan.of("EventTarget"))
    for topic in plan.of("aws:sns/topic:Topic"):
        arn = topic.outputs.get("arn")
        lines = [count(told[arn], "alarm")] + ([count(rules[arn], "event rule")] if rules[arn] else [])
        chart.node(topic.urn, f"topic {topic.name}", *lines, inside=topic.region or "", shape="queue")


def _failover(chart: Chart, plan: Plan) -> None:
    """Names that move: their failover records, the health checks that move them, and the APIs that are asked."""
    zones = {zone.outputs.get("zoneId"): str(zone.inputs.get("name")) for zone in plan.of("aws:route53/zone:Zone")}
    for record in plan.of("aws:route53/record:Record"):
        for policy in maps(record.inputs.get("failoverRoutingPolicies")):
            chart.group(DNS, "Route 53, global")
            parts = (str(record.inputs.get("name")), zones.get(record.inputs.get("zoneId")))
            name = ".".join(filter(None, parts))
            chart.node(f"{DNS}-{name}", f"name {name}", inside=DNS, shape="rounded")
            for check in plan.of(CHECK):
                if check.id == record.inputs.get("healthCheckId"):
                    _check(chart, plan, check, name, str(policy.get("type")))


def _check(chart: Chart, plan: Plan, check: Resource, name: str, role: str) -> None:
    """A health check with what it asks, and the line that it lets the name follow."""
    said = f"{check.inputs.get('resourcePath')} every {check.inputs.get('requestInterval')} s"
    chart.node(check.urn, f"health check {check.name}", said, inside=DNS)
    for api in plan.of(API):
        if any(api.urn in urns for urns in check.property_dependencies.values()):
            chart.edge(f"{DNS}-{name}", api.urn, f"{role}, while healthy")
            chart.edge(check.urn, api.urn, "asks", "-.->")
