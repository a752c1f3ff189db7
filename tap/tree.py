"""A Plan as a tree: regions, in them the components, in those the resources, with counts; and its networks' usage."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from tap.plan import Plan, Resource
from tap.usage import NetworkUsage, usage

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"
NOWHERE = "no region"


def render(plan: Plan) -> RenderableType:
    """The whole Plan, for a Rich console.

    Counts are of what a provider would create: no components, no providers, nothing that is only read. Values are not
    shown, so no secret can be.
    """
    counted = [resource for resource in plan.resources if is_created(resource)]
    regions = sorted(
        {resource.region or NOWHERE for resource in counted}, key=lambda region: (region == NOWHERE, region)
    )
    heading = Text.assemble((f"{plan.project} {plan.stack}", "bold"), f": {count(len(counted), 'resource')}")
    if regions:
        heading.append(f" in {', '.join(regions)}")
    parts: list[RenderableType] = [heading]
    for region in regions:
        parts += [Text(), _region(plan, region, [r for r in counted if (r.region or NOWHERE) == region])]
    if networks := usage(plan):
        parts += [Text(), _usage(networks)]
    if "failover_expected_seconds" in plan.exports:
        parts += [Text(), _failover(plan)]
    if plan.exports:
        parts += [Text(), Text(f"{count(len(plan.exports), 'output')}: {', '.join(sorted(plan.exports))}")]
    return Group(*parts)


def is_created(resource: Resource) -> bool:
    """Whether a provider would create something for it."""
    return resource.custom and not resource.read and not resource.type.startswith(PROVIDER_PREFIX)


def _region(plan: Plan, region: str, resources: Iterable[Resource]) -> Tree:
    """One region's tree: what lies in it, under its parents."""
    shown = {resource.urn: resource for resource in resources}
    counts: dict[str, int] = {}
    nodes: dict[str, Resource] = {}
    everything = {resource.urn: resource for resource in plan.resources}
    for resource in shown.values():
        at = resource
        while True:
            nodes[at.urn] = at
            counts[at.urn] = counts.get(at.urn, 0) + 1
            if at.parent not in everything or everything[at.parent].type == STACK_TYPE:
                break
            at = everything[at.parent]
    children: dict[str, list[Resource]] = {}
    for node in nodes.values():
        children.setdefault(node.parent if node.parent in nodes else "", []).append(node)

    root = Tree(Text.assemble((region, "bold cyan"), f"  {count(len(shown), 'resource')}"))

    def grow(tree: Tree, parent: str) -> None:
        for node in sorted(children.get(parent, ()), key=lambda node: (not node.custom, node.type, node.name)):
            grow(tree.add(_label(node, counts[node.urn])), node.urn)

    grow(root, "")
    return root


def _usage(networks: Iterable[NetworkUsage]) -> Table:
    """One line a network: its blocks, and how much of them is in subnets."""
    table = Table.grid(padding=(0, 2), pad_edge=False)
    for network in networks:
        addresses = network.addresses
        share = f"{addresses.used} of {addresses.total} addresses in {count(network.subnets, 'subnet')}"
        blocks = Text(", ".join(network.blocks))
        table.add_row(Text(network.name, "bold"), blocks, f"{share} ({addresses.percent:.1f} %)")
    return table


def _failover(plan: Plan) -> Text:
    """How long a failover takes as far as DNS goes: checks until a region is unhealthy, then answers that linger."""
    seconds = plan.exports["failover_expected_seconds"]
    rehearsed = plan.exports["failover_rehearses_dns_only"]
    note = "; its DNS answers are rehearsed alone" if rehearsed else ""
    return Text.assemble((str(plan.exports["failover_name"]), "bold"), f"  fails over within about {seconds} s{note}")


def _label(resource: Resource, count: int) -> Text:
    type_ = resource.type.split(":")[-1]
    if resource.custom:
        label = Text.assemble((type_, "green"), f" {resource.name}")
        if resource.options.protect:
            label.append(" protected", "yellow")
        return label
    return Text.assemble((resource.name, "bold"), (f" {type_}", "dim"), f"  {count}")


def count(number: int, noun: str) -> str:
    """So many of something: `1 alarm`, `2 alarms`."""
    return f"{number} {noun}{'s' * (number != 1)}"
