"""What runs, in a picture: services, fleets, functions and APIs, what stands before them and what they use."""

from collections.abc import Iterable, Iterator

from tap.picture.chart import Chart
from tap.picture.networks import INTERNET
from tap.picture.places import Places, mapping, maps, texts
from tap.picture.stores import TABLE, replica_key
from tap.plan import Plan, Resource

API, FUNCTION = "aws:apigatewayv2/api:Api", "aws:lambda/function:Function"
FLEET, SERVICE = "aws:autoscaling/group:Group", "aws:ecs/service:Service"
# Where a workload says what it uses: input of the resource that says it.
SAID_IN = {
    FUNCTION: "environment",
    "aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions",
    "aws:ec2/launchTemplate:LaunchTemplate": "userData",
}


def draw_workloads(chart: Chart, plan: Plan, places: Places) -> None:
    """Everything that runs, in its tier; load balancers and APIs before it, and lines to the data that it uses."""
    _services(chart, plan, places)
    _fleets(chart, plan, places)
    _functions(chart, plan, places)
    _load_balancers(chart, plan, places)
    _apis(chart, plan)
    for workload in (*plan.of(SERVICE), *plan.of(FLEET), *plan.of(FUNCTION)):
        _uses(chart, plan, workload)


def _services(chart: Chart, plan: Plan, places: Places) -> None:
    tasks = {task.outputs.get("arn"): task for task in plan.of("TaskDefinition")}
    for service in plan.of(SERVICE):
        network = mapping(service.inputs.get("networkConfiguration"))
        place = places.of(service, texts(network.get("subnets")), texts(network.get("securityGroups")))
        task = tasks.get(service.inputs.get("taskDefinition"))
        sizes = [f"CPU {task.inputs.get('cpu')}, memory {task.inputs.get('memory')} MiB"] if task else []
        count = f"{service.inputs.get('desiredCount')} tasks{_range(plan, service)}"
        chart.node(service.urn, f"service {service.name}", count, *sizes, inside=place)


def _range(plan: Plan, service: Resource) -> str:
    """How far a service's number of tasks may move: `, 2 to 10`."""
    for target in plan.of("aws:appautoscaling/target:Target"):
        if any(service.urn in urns for urns in target.property_dependencies.values()):
            return f", {target.inputs.get('minCapacity')} to {target.inputs.get('maxCapacity')}"
    return ""


def _fleets(chart: Chart, plan: Plan, places: Places) -> None:
    templates = {template.id: template for template in plan.of("LaunchTemplate")}
    for fleet in plan.of(FLEET):
        template = templates.get(mapping(fleet.inputs.get("launchTemplate")).get("id"))
        kind = str(template.inputs.get("instanceType")) if template else "instances"
        size = f"{fleet.inputs.get('minSize')} to {fleet.inputs.get('maxSize')} of {kind}"
        place = places.of(fleet, texts(fleet.inputs.get("vpcZoneIdentifiers")))
        chart.node(fleet.urn, f"fleet {fleet.name}", size, inside=place)


def _functions(chart: Chart, plan: Plan, places: Places) -> None:
    for function in plan.of(FUNCTION):
        network = mapping(function.inputs.get("vpcConfig"))
        place = places.of(function, texts(network.get("subnetIds")), texts(network.get("securityGroupIds")))
        chart.node(function.urn, f"function {function.name}", inside=place)


def _load_balancers(chart: Chart, plan: Plan, places: Places) -> None:
    targets = dict(_targets(plan))
    for balancer in plan.of("aws:lb/loadBalancer:LoadBalancer"):
        place = places.of(balancer, texts(balancer.inputs.get("subnets")), texts(balancer.inputs.get("securityGroups")))
        listeners = [
            listener
            for listener in plan.of("aws:lb/listener:Listener")
            if listener.inputs.get("loadBalancerArn") == balancer.outputs.get("arn")
        ]
        open_on = ", ".join(sorted(f"{each.inputs.get('protocol')} {each.inputs.get('port')}" for each in listeners))
        chart.node(balancer.urn, f"load balancer {balancer.name}", open_on, inside=place, shape="hexagon")
        if balancer.inputs.get("internal") is False:
            chart.node(INTERNET, "internet", shape="rounded")
            chart.edge(INTERNET, balancer.urn)
        for listener in listeners:
            for action in maps(listener.inputs.get("defaultActions")):
                for workload in targets.get(str(action.get("targetGroupArn")), ()):
                    chart.edge(balancer.urn, workload)


def _targets(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """The workloads behind each target group, by its ARN."""
    for group in plan.of("aws:lb/targetGroup:TargetGroup"):
        arn = str(group.outputs.get("arn"))
        services = [
            service.urn
            for service in plan.of(SERVICE)
            if any(each.get("targetGroupArn") == arn for each in maps(service.inputs.get("loadBalancers")))
        ]
        fleets = [fleet.urn for fleet in plan.of(FLEET) if arn in texts(fleet.inputs.get("targetGroupArns"))]
        yield arn, services + fleets


def _apis(chart: Chart, plan: Plan) -> None:
    for api in plan.of(API):
        chart.node(INTERNET, "internet", shape="rounded")
        chart.node(api.urn, f"HTTP API {api.name}", inside=api.region or "", shape="hexagon")
        chart.edge(INTERNET, api.urn)
    apis = {api.id: api.urn for api in plan.of(API)}
    for integration in plan.of("aws:apigatewayv2/integration:Integration"):
        api = apis.get(integration.inputs.get("apiId"))
        for urn in integration.property_dependencies.get("integrationUri", ()):
            for function in _behind(plan, urn):
                if api:
                    chart.edge(api, function)


def _behind(plan: Plan, urn: str) -> Iterable[str]:
    """The function that an integration calls: itself, or the one behind its alias."""
    found = plan.at(urn)
    named = found.property_dependencies.get("functionName", ())
    return [urn] if found.type == FUNCTION else [each for each in named if plan.at(each).type == FUNCTION]


def _uses(chart: Chart, plan: Plan, workload: Resource) -> None:
    """Lines to the data that a workload is told of, that of its own region where there is a replica."""
    told = [workload]
    for key in ("taskDefinition", "launchTemplate"):
        told += [plan.at(urn) for urn in workload.property_dependencies.get(key, ())]
    for by in told:
        for urn in by.property_dependencies.get(SAID_IN.get(by.type, ""), ()):
            used = plan.at(urn)
            near = replica_key(used, workload.region or "") if used.type == TABLE else urn
            target = near if near in chart else urn
            # Secrets and parameters are not drawn one by one.
            if target in chart:
                chart.edge(workload.urn, target)
