"""Phase 2 of the settings: what only AWS knows, all look-ups together, before any resource but the providers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from lib.args.network import NetworkArgs
from lib.args.problems import Problem, SettingsError
from lib.args.stack import TapStackArgs
from lib.foundation.naming import Names
from lib.foundation.regions import Regions
from lib.networking.adopted import Adoption, adopt, named
from lib.networking.cidr import CidrPlan, overlapping
from lib.networking.layout import Layout, draw, zone_count
from lib.networking.pairs import pairs


@dataclass(frozen=True, slots=True)
class Discovery:
    """The account, and the layout of every network."""

    account_id: str
    layouts: Mapping[str, Layout]


def discover(args: TapStackArgs, regions: Regions, found: Iterable[Problem] = ()) -> Discovery:
    """Look up what the settings depend on.

    Args:
        args: settings of the stack.
        regions: its providers.
        found: problems that other look-ups found, to be told together with these.

    Raises:
        SettingsError: everything that is wrong in AWS's eyes.
    """
    account_id = _account(args, regions, found)
    places = {name: regions.place_of(network) for name, network in args.networks.items()}
    zones = {place: _zones(regions.at(place)) for place in sorted(set(places.values()), key=lambda place: place.key)}
    layouts: dict[str, Layout] = {}
    adoptions: dict[str, Adoption] = {}
    problems = list(found)
    for name, network in sorted(args.networks.items()):
        place = places[name]
        if network.vpc_id:
            adoptions[name] = adopt(name, network, place.region, pulumi.InvokeOptions(provider=regions.of(network)))
            problems += adoptions[name].problems
            layout = adoptions[name].layout
        else:
            layout, unmet = _created(name, network, place.region, zones[place])
            problems += unmet
        if layout:
            layouts[name] = layout
    problems += [*_overlaps(layouts, adoptions), *_routed_already(args, regions, layouts, adoptions)]
    if problems:
        raise SettingsError(problems)
    _warn_of_missing_tables(args, layouts)
    return Discovery(account_id, layouts)


def _account(args: TapStackArgs, regions: Regions, found: Iterable[Problem]) -> str:
    """The stack's own account.

    Raises:
        SettingsError: a role can't be assumed, or leads to that very account. Nothing can be looked up then where
            such a role leads.
    """
    own = _caller(regions.provider(args.region))
    problems: list[Problem] = []
    for name, network in sorted(args.networks.items()):
        path, role = f"networks.{name}.role_arn", network.role_arn
        if role is None:
            continue
        try:
            other = _caller(regions.of(network))
        # The SDK raises a bare Exception for whatever the provider says.
        except Exception as failure:  # noqa: BLE001  # pylint: disable=broad-exception-caught
            reason = str(failure).partition("\n")[0] or "no reason given"
            remedy = "Let the role trust the stack's own credentials, or name another."
            problems.append(Problem(path, f"could not be assumed: {reason}", role, remedy))
            continue
        if other == own:
            remedy = "Remove it, or name a role of the network's account."
            problems.append(Problem(path, f"leads to the stack's own account, {own}", role, remedy))
    if problems:
        raise SettingsError([*found, *problems])
    return own


def _caller(provider: aws.Provider) -> str:
    return aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider)).account_id


def _zones(provider: aws.Provider) -> tuple[str, ...]:
    """Zones that need no opt-in, sorted by name. Not filtered by state: a zone in trouble must keep its subnets."""
    found = aws.get_availability_zones(
        filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
        opts=pulumi.InvokeOptions(provider=provider),
    )
    return tuple(sorted(found.names))


def _created(
    name: str, args: NetworkArgs, region: str, zones: tuple[str, ...]
) -> tuple[Layout | None, Iterable[Problem]]:
    path = f"networks.{name}.zones"
    listed = args.zones if isinstance(args.zones, tuple) else None
    have = f"{region} has {', '.join(zones)}"
    if listed is None and zone_count(args) > len(zones):
        return None, [Problem(path, f"{have}", zone_count(args), f"Ask for {len(zones)} zones or fewer.")]
    if listed is not None and (missing := sorted(set(listed) - set(zones))):
        return None, [Problem(path, f"{have}", ", ".join(missing), "Name zones that the region has.")]
    chosen = listed or zones[: zone_count(args)]
    cidr = args.cidr or ""
    if unmet := CidrPlan(cidr, args.tiers, args.secondary_cidrs).problems(chosen):
        return None, [Problem(path, problem.rule, problem.value, problem.remedy) for problem in unmet]
    return draw(name, args, cidr, region, chosen), []


def _overlaps(layouts: Mapping[str, Layout], adoptions: Mapping[str, Adoption]) -> Iterable[Problem]:
    """Overlaps with a block that only AWS knew of; those between stated blocks were found in phase 1."""
    ordered = sorted(layouts)
    for index, name in enumerate(ordered):
        for other in ordered[:index]:
            if name in adoptions or other in adoptions:
                for block, there in overlapping(layouts[name].cidrs, layouts[other].cidrs):
                    rule = f"overlaps {there} of network {other}"
                    yield Problem(f"networks.{name}", rule, block, "Give one of them another block.")


def _routed_already(
    args: TapStackArgs, regions: Regions, layouts: Mapping[str, Layout], adoptions: Mapping[str, Adoption]
) -> Iterable[Problem]:
    """Routes of adopted networks that already lead elsewhere for a peer's block; the stack's own are no problem."""
    names = Names(args.application, args.environment_suffix)
    for pair in pairs(args):
        for name, peer in ((pair.requester, pair.accepter), (pair.accepter, pair.requester)):
            own = pulumi.InvokeOptions(provider=regions.of(args.networks[name]))
            for table in adoptions[name].tables if name in adoptions and peer in layouts else ():
                for block in sorted(set(table.destinations) & set(layouts[peer].cidrs)):
                    connection = table.destinations[block]
                    if not (connection and named(connection, names.peering(pair.name), own)):
                        rule = f"route table {table.id} has a route to {block} of network {peer} already"
                        remedy = "Delete that route, or leave the peering to whoever made it."
                        yield Problem(f"networks.{name}.vpc_id", rule, args.networks[name].vpc_id, remedy)


def _warn_of_missing_tables(args: TapStackArgs, layouts: Mapping[str, Layout]) -> None:
    for name in sorted({name for pair in pairs(args) for name in (pair.requester, pair.accepter)}):
        existing = layouts[name].existing
        if existing and not any(existing.route_tables.values()):
            pulumi.log.warn(
                f"Network {name} ({existing.vpc_id}) has no route tables: nothing will be routed to its peers."
            )
