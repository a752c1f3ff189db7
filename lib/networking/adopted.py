"""Adoption: what an existing VPC is like, looked up in its own region and held against what the settings say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from lib.args.network import NetworkArgs, TierArgs
from lib.args.problems import Problem
from lib.networking.layout import ExistingVpc, Layout, TierLayout


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table as it stands: the subnets it serves, and its routes: block to peering connection, "" for others."""

    id: str
    main: bool
    subnet_ids: frozenset[str]
    destinations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was found of one VPC: its layout and its route tables, or what is wrong with it."""

    layout: Layout | None = None
    tables: tuple[RouteTable, ...] = ()
    problems: tuple[Problem, ...] = ()


def adopt(name: str, args: NetworkArgs, region: str, opts: pulumi.InvokeOptions) -> Adoption:
    """Look an existing VPC up.

    Args:
        name: the network's name.
        args: its settings, with `vpc_id`.
        region: region that the VPC is in.
        opts: options that carry the provider of that region and account.
    """
    path = f"networks.{name}.vpc_id"
    try:
        vpc = ec2.get_vpc(id=args.vpc_id, opts=opts)
    # The SDK raises a bare Exception for whatever the provider says.
    except Exception as failure:  # noqa: BLE001  # pylint: disable=broad-exception-caught
        return Adoption(problems=(_failed_look_up(path, args.vpc_id, region, str(failure)),))
    problems = [*_dns_problems(path, vpc, region), *_cidr_problems(name, args, vpc, region)]
    tiers: dict[str, TierLayout] = {}
    for tier, settings in sorted(args.tiers.items()):
        blocks = _blocks(vpc.id, settings, opts)
        if missing := set(settings.cidrs or ()) - set(blocks.values()):
            problems.append(_no_subnet(name, tier, sorted(missing), vpc.id, region))
        tiers[tier] = TierLayout(tier, settings.kind, blocks)
    if problems:
        return Adoption(problems=tuple(problems))
    tables = tuple(_table(table, opts) for table in sorted(ec2.get_route_tables(vpc_id=vpc.id, opts=opts).ids))
    served = {tier: tables_serving(layout.blocks, tables) for tier, layout in tiers.items()}
    return Adoption(
        Layout(
            name=name,
            region=region,
            cidrs=tuple(sorted(b.cidr_block for b in vpc.cidr_block_associations if b.state == "associated")),
            tiers=tiers,
            existing=ExistingVpc(vpc.id, vpc.owner_id, served),
            groups={group: settings.tier for group, settings in sorted(args.security_groups.items())},
        ),
        tables,
    )


def tables_serving(subnets: Iterable[str], tables: Sequence[RouteTable]) -> tuple[str, ...]:
    """Ids of the route tables that these subnets use: a subnet without an association uses the main one.

    Where nothing tells which table a subnet uses, all of them.
    """
    wanted = frozenset(subnets)
    associated = {table.id for table in tables if table.subnet_ids & wanted}
    left = wanted - frozenset[str]().union(*(table.subnet_ids for table in tables))
    main = {table.id for table in tables if table.main and left}
    return tuple(sorted(associated | main or {table.id for table in tables}))


def named(peering_connection_id: str, name: str, opts: pulumi.InvokeOptions) -> bool:
    """Whether a peering connection bears that name: one of the stack's own from an earlier deployment."""
    return ec2.get_vpc_peering_connection(id=peering_connection_id, opts=opts).tags.get("Name") == name


def _failed_look_up(path: str, vpc_id: str | None, region: str, message: str) -> Problem:
    if "no matching" in message or "InvalidVpcID" in message:
        return Problem(
            path, f"was not found in {region}", vpc_id, "Check the id, the network's region and the account."
        )
    reason = message.splitlines()[0] if message else "no reason given"
    return Problem(path, f"could not be looked up in {region}: {reason}", vpc_id, "Check credentials and permissions.")


def _dns_problems(path: str, vpc: ec2.GetVpcResult, region: str) -> Iterable[Problem]:
    for what, on, option in (
        ("DNS support", vpc.enable_dns_support, "enable-dns-support"),
        ("DNS host names", vpc.enable_dns_hostnames, "enable-dns-hostnames"),
    ):
        if not on:
            fix = f"aws ec2 modify-vpc-attribute --region {region} --vpc-id {vpc.id} --{option}"
            yield Problem(path, f"must have {what} enabled, in {region}", vpc.id, f"Enable it: {fix}.")


def _cidr_problems(name: str, args: NetworkArgs, vpc: ec2.GetVpcResult, region: str) -> Iterable[Problem]:
    if args.cidr is not None and args.cidr != vpc.cidr_block:
        rule = f"must be the block of {vpc.id} in {region}, {vpc.cidr_block}"
        yield Problem(f"networks.{name}.cidr", rule, args.cidr, f"Write {vpc.cidr_block}, or remove cidr.")


def _no_subnet(name: str, tier: str, missing: Sequence[str], vpc_id: str, region: str) -> Problem:
    rule = f"must be blocks of existing subnets of {vpc_id} in {region}"
    return Problem(
        f"networks.{name}.tiers.{tier}.cidrs", rule, ", ".join(missing), "Correct them, or write subnet_ids."
    )


def _blocks(vpc_id: str, tier: TierArgs, opts: pulumi.InvokeOptions) -> Mapping[str, str]:
    """Blocks of the subnets that make up a tier, by subnet id: those named, those of its blocks, or all of the VPC."""
    if tier.subnet_ids is not None:
        return {subnet: ec2.get_subnet(id=subnet, vpc_id=vpc_id, opts=opts).cidr_block for subnet in tier.subnet_ids}
    filters: list[ec2.GetSubnetsFilterArgsDict] = [{"name": "vpc-id", "values": [vpc_id]}]
    if tier.cidrs is None:
        found = sorted(ec2.get_subnets(filters=filters, opts=opts).ids)
        return {subnet: ec2.get_subnet(id=subnet, opts=opts).cidr_block for subnet in found}
    return {
        subnet: cidr
        for cidr in tier.cidrs
        for subnet in ec2.get_subnets(filters=[*filters, {"name": "cidr-block", "values": [cidr]}], opts=opts).ids
    }


def _table(route_table_id: str, opts: pulumi.InvokeOptions) -> RouteTable:
    table = ec2.get_route_table(route_table_id=route_table_id, opts=opts)
    return RouteTable(
        id=route_table_id,
        main=any(association.main for association in table.associations),
        subnet_ids=frozenset(association.subnet_id for association in table.associations if association.subnet_id),
        destinations={route.cidr_block: route.vpc_peering_connection_id for route in table.routes if route.cidr_block},
    )
