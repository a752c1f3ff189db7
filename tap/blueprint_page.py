"""The page of a blueprint: what it is, its knobs, what its Plan holds, and what that costs."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from lib.args.blueprint import Blueprint
from lib.args.environment import DEFAULT, profile_of
from lib.args.fields import field_at, known_keys, model_of
from lib.args.layers import merge
from lib.args.profiles import PROFILES
from lib.args.stack import TapStackArgs
from tap.cost import cost
from tap.examples import examples
from tap.markdown import MARK, code, diagram, page, split_default, table
from tap.picture import picture
from tap.plan import Plan, Resource
from tap.prices import prices
from tap.tree import NOWHERE, is_created
from tap.usage import NETWORK, usage

ROOT = Path(__file__).resolve().parent.parent
# What stands in this process's environment is not to change what the page says.
OUTSIDE = ("AWS_", "PULUMI_", "TAP_", "ENVIRONMENT_SUFFIX")
TIER = "tap:networking:TierSubnets"
ANYWHERE = "0.0.0.0/0"
COMPARED = (DEFAULT, "staging", "prod")


@cache
def recorded(blueprint: str) -> Plan:
    """The Plan of a blueprint with its examples, in the stack `dev`.

    Raises:
        ValueError: it can't be deployed like that; the message has every problem.
    """
    from tap.engine.project import stack_config
    from tap.engine.run import record_program
    from tap.recording import Recording

    environ = {key: value for key, value in os.environ.items() if not key.startswith(OUTSIDE)}
    config = stack_config(ROOT, DEFAULT, blueprint=blueprint, overrides=examples(blueprint))
    run = record_program(ROOT, config, Recording(), environ=environ)
    if not run.ok:
        raise ValueError("\n".join(run.problems))
    return run.plan


def blueprint_page(blueprint: Blueprint, plan: Plan) -> str:
    """The page of a blueprint.

    Args:
        blueprint: its file, read.
        plan: what it comes to as it stands.
    """
    given = " ".join(f"{key}={value}" for key, value in blueprint.head.examples.items())
    command = f"make up BLUEPRINT={blueprint.name}" + (f" SET='{given}'" if given else "")
    operations = f"What can fail, how one notices and what to do: [operations](../operations/{blueprint.name}.md)."
    parts = [f"# `{blueprint.name}`", MARK, blueprint.head.description, code(command), operations]
    parts += [f"As it stands in {code(DEFAULT)}:", diagram(picture(plan))]
    if blueprint.head.parameters:
        parts += ["## Parameters", table(("parameter", "setting", "default", "meaning"), _parameters(blueprint))]
    if differences := [*_differences(blueprint)]:
        parts += ["## Environments", "What differs; an empty cell is the setting's default."]
        parts.append(table(("setting", *COMPARED), differences))
    parts += ["## Networks", table(("network", "region", "blocks", "addresses in use"), _networks(plan))]
    if tiers := [*_tiers(plan)]:
        parts.append(table(("tier", "subnets", "default route"), tiers))
    if peerings := [*_peerings(plan)]:
        parts += ["## Peerings", table(("peering", "requester", "accepter", "routes"), peerings)]
    parts += ["## Cost", *_cost(plan)]
    parts += ["## Resources", _resources(plan), "## Outputs", ", ".join(map(code, sorted(plan.exports)))]
    return page(parts)


def _parameters(blueprint: Blueprint) -> Iterator[tuple[str, ...]]:
    settings = blueprint.environment_settings(DEFAULT)
    for name, paths in blueprint.head.parameters.items():
        path = paths[0].split(".")
        meaning, default = _described(path)
        value = value_at(settings, path)
        yield (code(name), " ".join(map(code, paths)), default if value is None else _written(value), meaning)


def _described(path: list[str]) -> tuple[str, str]:
    """What the setting at a path means and what it is unless stated; empty below a map of names."""
    section = model_of(field_at(TapStackArgs, path[:-1]))
    field = known_keys(section).get(path[-1]) if section else None
    return split_default(field.description or "") if field else ("", "")


def value_at(settings: Any, path: Iterable[str]) -> Any:
    """What nested settings say at a path; None where they say nothing."""
    for key in path:
        settings = cast("Mapping[str, Any]", settings).get(key) if isinstance(settings, Mapping) else None
    return settings


def _written(value: Any) -> str:
    return " ".join(map(code, cast("list[Any]", value))) if isinstance(value, list) else code(value)


def _differences(blueprint: Blueprint) -> Iterator[tuple[str, ...]]:
    """The settings that are not the same in all environments, by profile or by overlay; empty where there is none."""
    settings = [
        dict(_leaves(merge(PROFILES[profile_of(name)], blueprint.environment_settings(name)))) for name in COMPARED
    ]
    for path in sorted({path for each in settings for path in each}):
        values = [_told(each.get(path)) for each in settings]
        if len(set(values)) > 1:
            yield code(path), *values


def _leaves(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting that is no map, by its path."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _leaves(cast("Mapping[str, Any]", value), f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _told(value: Any) -> str:
    # Entries such as exceptions are too long for a cell; their file has them.
    if isinstance(value, list) and any(isinstance(entry, Mapping) for entry in cast("list[Any]", value)):
        return f"{len(cast('list[Any]', value))} entries"
    return "" if value is None else _written(value)


def _cost(plan: Plan) -> Iterator[str]:
    """What the Plan costs: a sentence that says whose prices they are, and a table."""
    found, from_ = cost(plan), prices()
    yield (
        f"Roughly, in US dollars a month of 730 hours: list prices of {from_.region} ({from_.date}, from secondary "
        f"sources) wherever the resources are, for the least that runs in {code(DEFAULT)}. `python -m tap cost` does "
        "the same for any stack."
    )
    rows = [(line.what, f"{line.number:g}", f"{line.each:.2f}", f"{line.usd:.2f}") for line in found.lines]
    yield table(("paid every month", "number", "each", "USD"), [*rows, ("sum", "", "", f"{found.usd:.2f}")])
    yield "Paid by use, and not in the sum: " + "; ".join(map(str, found.uses)) + "."
    if found.unpriced:
        yield f"Not priced: {', '.join(found.unpriced)}."


def _networks(plan: Plan) -> Iterator[tuple[str, ...]]:
    used = {network.name: network for network in usage(plan)}
    for network in plan.of(NETWORK):
        of = used.get(network.name)
        blocks = " ".join(map(code, of.blocks)) if of else "adopted"
        share = f"{of.addresses.used} of {of.addresses.total} ({of.addresses.percent:.1f} %)" if of else ""
        yield code(network.name), _region(plan, network.urn), blocks, share


def _region(plan: Plan, urn: str) -> str:
    return next((resource.region for resource in _inside(plan, urn) if resource.region), "")


def _inside(plan: Plan, urn: str) -> Iterator[Resource]:
    """Everything below a component."""
    for child in plan.children(urn):
        yield child
        yield from _inside(plan, child.urn)


def _tiers(plan: Plan) -> Iterator[tuple[str, ...]]:
    for tier in plan.of(TIER):
        children = list(plan.children(tier.urn))
        network = plan.at(tier.parent).name
        subnets = {
            child.inputs["availabilityZone"]: child.inputs["cidrBlock"]
            for child in children
            if child.type.endswith(":Subnet")
        }
        blocks = ", ".join(f"{code(block)} in {zone}" for zone, block in sorted(subnets.items()))
        yield code(f"{network}.{tier.name.removeprefix(f'{network}-')}"), blocks, _default_route(children)


def _default_route(resources: list[Resource]) -> str:
    gateways = {
        "internet gateway" if "gatewayId" in resource.inputs else "NAT gateway"
        for resource in resources
        if resource.inputs.get("destinationCidrBlock") == ANYWHERE
    }
    return ", ".join(sorted(gateways)) or "none"


def _peerings(plan: Plan) -> Iterator[tuple[str, ...]]:
    # What lies in a network names its VPC, be that created or adopted.
    networks = {
        inside.inputs["vpcId"]: code(network.name)
        for network in plan.of(NETWORK)
        for inside in _inside(plan, network.urn)
        if "vpcId" in inside.inputs
    }
    for connection in plan.of("VpcPeeringConnection"):
        sides = [networks[connection.inputs[key]] for key in ("vpcId", "peerVpcId")]
        routes = [child for child in plan.children(connection.parent) if child.type.endswith(":Route")]
        yield code(connection.name), *sides, str(len(routes))


def _resources(plan: Plan) -> str:
    """How many resources of each type there are in each region."""
    counts = Counter((r.type.split(":")[-1], r.region or NOWHERE) for r in plan.resources if is_created(r))
    regions = sorted({region for _, region in counts}, key=lambda region: (region == NOWHERE, region))
    rows = [
        (type_, *(str(counts[type_, region] or "") for region in regions)) for type_ in sorted({t for t, _ in counts})
    ]
    total = ("all", *(str(sum(n for (_, at), n in counts.items() if at == region)) for region in regions))
    return table(("type", *regions), [*rows, total])
