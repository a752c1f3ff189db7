"""CIDR plan: which block each tier gets in each zone. Pure: no Pulumi, no AWS.

The plan is a grid (see `grid.py`): a tier's block in a zone is the cell of its slot and that zone's letter, so nothing
that is added later, in whatever order, moves what is there.

A tier's slot is its kind's (public 0, private 1, isolated 2) unless it states one. A tier with explicit blocks has no
slot: its blocks are taken as they are, aligned with the zones in the order written, and may lie in any slot that no
other tier has. A slot in use is kept whole, in every zone, so that a zone added later always finds its cell free.

    plan = CidrPlan("10.0.0.0/16", {"app": TierArgs(kind="private"), ...}, secondary=())
    plan.problems(3)                            # or a list of zone names; () when all is well
    plan.subnets(["us-east-1a", "us-east-1b"])  # {"app": {"us-east-1a": "10.0.4.0/22", ...}}
    plan.usage(["us-east-1a", "us-east-1b"])    # Usage(total=65536, used=2048)

Subnet sizes: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html (a /16 to a /28).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Protocol

from lib.networking.grid import SMALLEST_PREFIX, Grid

KIND_SLOTS = {"public": 0, "private": 1, "isolated": 2}
DEFAULT_ZONES = 2


class TierSpec(Protocol):
    """What the plan asks of a tier; `lib.args.network.TierArgs` is one."""

    @property
    def kind(self) -> str:
        """`public`, `private` or `isolated`."""
        ...

    @property
    def slot(self) -> int | None:
        """Tier slot, 0 to 7, or None for that of the kind."""
        ...

    @property
    def cidrs(self) -> Sequence[str] | None:
        """Explicit blocks, one a zone, or None for cells of the grid."""
        ...

    @property
    def prefix(self) -> int | None:
        """Prefix length of the subnets, where they are to be smaller than their cell."""
        ...


@dataclass(frozen=True, slots=True)
class CidrProblem:
    """A rule of the plan that a tier breaks; `tier` is None and `field` is `zones` where no tier is to blame.

    `index` is the place in `cidrs` where one block is meant.
    """

    tier: str | None
    field: str
    rule: str
    value: object
    remedy: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a network's blocks its subnets take, in addresses."""

    total: int
    used: int

    @property
    def percent(self) -> float:
        """Share of the addresses that lie in subnets, 0 to 100."""
        return 100 * self.used / self.total


def default_zone_count(tiers: Mapping[str, TierSpec]) -> int:
    """How many zones a network spans that does not say: as many as its longest list of blocks, else two."""
    return max((len(tier.cidrs) for tier in tiers.values() if tier.cidrs), default=DEFAULT_ZONES)


def overlapping(first: Iterable[str], second: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of overlapping blocks, one of each side."""
    others = [IPv4Network(block) for block in second]
    for block in map(IPv4Network, first):
        yield from ((str(block), str(other)) for other in others if block.overlaps(other))


class CidrPlan:
    """The plan of one network.

    Args:
        cidr: the network's own block, /16 to /24.
        tiers: the tiers by name, in any order.
        secondary: further blocks of the network; explicit `cidrs` may lie in them, the grid does not.
    """

    def __init__(self, cidr: str, tiers: Mapping[str, TierSpec], secondary: Sequence[str] = ()) -> None:
        self.grid = Grid(IPv4Network(cidr))
        self.blocks = (self.grid.block, *map(IPv4Network, secondary))
        self._automatic = {name: tiers[name] for name in sorted(tiers) if tiers[name].cidrs is None}
        self._explicit = {
            name: tuple(map(IPv4Network, cidrs)) for name in sorted(tiers) if (cidrs := tiers[name].cidrs) is not None
        }
        self._slots = {
            name: KIND_SLOTS[tier.kind] if tier.slot is None else tier.slot for name, tier in self._automatic.items()
        }
        self._reserved = [
            cell for slot in set(self._slots.values()) if self._fits(slot) for cell in self.grid.row(slot)
        ]
        self._slotted_explicit = [name for name in self._explicit if tiers[name].slot is not None]
        self._prefixed_explicit = [name for name in self._explicit if tiers[name].prefix is not None]

    def problems(self, zones: int | Sequence[str]) -> tuple[CidrProblem, ...]:
        """Every broken rule, for that many zones or for zones of those names; a subset of them when only counted."""
        names = () if isinstance(zones, int) else tuple(zones)
        count = zones if isinstance(zones, int) else len(names)
        return (
            *self._zone_problems(names, count),
            *self._slot_problems(),
            *self._prefix_problems(),
            *self._meaningless_problems(),
            *self._explicit_problems(),
            *self._count_problems(count),
        )

    def subnets(self, zones: Sequence[str]) -> dict[str, dict[str, str]]:
        """Blocks by tier and zone name, tiers sorted by name, zones in the order given.

        Args:
            zones: names of zones such as `us-east-1a`; the last letter is the zone's place in the grid.

        Raises:
            ValueError: the plan has problems (see `problems`).
        """
        if problems := self.problems(zones):
            raise ValueError("; ".join(f"{p.tier or 'network'}.{p.field}: {p.rule}" for p in problems))
        plan: dict[str, dict[str, str]] = {}
        for name in sorted((*self._automatic, *self._explicit)):
            if name in self._explicit:
                plan[name] = dict(zip(zones, map(str, self._explicit[name]), strict=True))
            else:
                plan[name] = {zone: str(self._automatic_block(name, zone[-1])) for zone in zones}
        return plan

    def usage(self, zones: Sequence[str]) -> Usage:
        """How much of the network is in subnets, for zones of those names."""
        used = sum(
            IPv4Network(block).num_addresses for blocks in self.subnets(zones).values() for block in blocks.values()
        )
        return Usage(total=sum(block.num_addresses for block in self.blocks), used=used)

    def next_free_slot(self) -> int | None:
        """The first tier slot that neither a tier nor an explicit block has, no kind's default if there is another.

        None when the grid is full.
        """
        taken = set(self._slots.values())
        explicit = [block for blocks in self._explicit.values() for block in blocks]
        free = [
            slot
            for slot in range(self.grid.tier_slots)
            if slot not in taken and not any(cell.overlaps(block) for cell in self.grid.row(slot) for block in explicit)
        ]
        return min(free, key=lambda slot: (slot in KIND_SLOTS.values(), slot), default=None)

    def free_blocks(self, prefix: int) -> Iterator[IPv4Network]:
        """Blocks of that prefix length that touch neither a slot in use nor an explicit block, lowest first."""
        taken = [*self._reserved, *(block for blocks in self._explicit.values() for block in blocks)]
        for block in self.blocks:
            if prefix >= block.prefixlen:
                yield from (free for free in block.subnets(new_prefix=prefix) if not any(map(free.overlaps, taken)))

    def _fits(self, slot: int) -> bool:
        return slot < self.grid.tier_slots

    def _automatic_block(self, tier: str, letter: str) -> IPv4Network:
        cell = self.grid.cell(letter, self._slots[tier])
        prefix = self._automatic[tier].prefix
        return cell if prefix is None else next(cell.subnets(new_prefix=prefix))

    def _free(self, prefix: int) -> str:
        found = next(self.free_blocks(prefix), None)
        return f"The first free /{prefix} is {found}." if found else f"No /{prefix} is free: choose a larger network."

    def _slot_remedy(self) -> str:
        free = self.next_free_slot()
        return "The network's slots are all taken: choose a larger network." if free is None else f"Write slot: {free}."

    def _zone_problems(self, names: Sequence[str], count: int) -> Iterator[CidrProblem]:
        size = f"a /{self.grid.block.prefixlen}"
        letters = self.grid.letters
        if count > len(letters):
            rule = f"{size} has room for {len(letters)} zones"
            yield CidrProblem(None, "zones", rule, count, "Ask for fewer zones or choose a larger network.")
        for name in names:
            if name[-1:] not in letters or not name:
                rule = f"{size} has room for zones {letters[0]} to {letters[-1]}"
                yield CidrProblem(None, "zones", rule, name, "Choose another zone or a larger network.")

    def _slot_problems(self) -> Iterator[CidrProblem]:
        holders: dict[int, str] = {}
        for name in sorted(self._slots, key=lambda name: (self._automatic[name].slot is None, name)):
            slot, tier = self._slots[name], self._automatic[name]
            if not self._fits(slot):
                rule = f"a /{self.grid.block.prefixlen} has tier slots 0 to {self.grid.tier_slots - 1}"
                yield CidrProblem(name, "slot", rule, slot, self._slot_remedy())
            elif slot in holders:
                what = "is the default of its kind and" if tier.slot is None else "is"
                rule = f"slot {slot} {what} already that of tier {holders[slot]}"
                yield CidrProblem(name, "slot", rule, tier.slot, self._slot_remedy())
            else:
                holders[slot] = name

    def _prefix_problems(self) -> Iterator[CidrProblem]:
        cell = self.grid.cell_prefix
        for name, tier in self._automatic.items():
            if tier.prefix is not None and tier.prefix < cell:
                rule = f"subnets must fit their slot, which is a /{cell}"
                yield CidrProblem(
                    name, "prefix", rule, tier.prefix, f"Use {cell} to {SMALLEST_PREFIX}, or write cidrs."
                )

    def _meaningless_problems(self) -> Iterator[CidrProblem]:
        for field, names in (("slot", self._slotted_explicit), ("prefix", self._prefixed_explicit)):
            for name in names:
                rule = "has no meaning beside cidrs, which are taken as they are"
                yield CidrProblem(name, field, rule, None, f"Remove {field} or cidrs.")

    def _explicit_problems(self) -> Iterator[CidrProblem]:
        placed: list[tuple[str, IPv4Network]] = []
        for name, blocks in self._explicit.items():
            for index, block in enumerate(blocks):
                prefix = min(max(block.prefixlen, self.grid.block.prefixlen), SMALLEST_PREFIX)
                if rule := self._explicit_rule(name, block, placed):
                    yield CidrProblem(name, "cidrs", rule, str(block), self._free(prefix), index)
                elif holder := self._slot_holder(block):
                    other, slot, letter = holder
                    rule = (
                        f"touches {self.grid.cell(letter, slot)}, which is slot {slot} of tier {other} in zone {letter}"
                    )
                    free = self.next_free_slot()
                    move = "" if free is None else f" Or give tier {other} slot: {free}."
                    yield CidrProblem(name, "cidrs", rule, str(block), self._free(prefix) + move, index)
                placed.append((name, block))

    def _explicit_rule(self, tier: str, block: IPv4Network, placed: Sequence[tuple[str, IPv4Network]]) -> str | None:
        if not any(block.subnet_of(whole) for whole in self.blocks):
            return f"must lie inside the network, {' or '.join(map(str, self.blocks))}"
        if block.prefixlen > SMALLEST_PREFIX:
            return f"must be a /{SMALLEST_PREFIX} or larger"
        for other, there in placed:
            if block.overlaps(there):
                return f"overlaps {there} of {'the same tier' if other == tier else f'tier {other}'}"
        return None

    def _slot_holder(self, block: IPv4Network) -> tuple[str, int, str] | None:
        """Tier, slot and zone letter of the cell in use that the block touches."""
        for tier, slot in self._slots.items():
            for letter in self.grid.letters if self._fits(slot) else "":
                if block.overlaps(self.grid.cell(letter, slot)):
                    return tier, slot, letter
        return None

    def _count_problems(self, count: int) -> Iterator[CidrProblem]:
        for name, blocks in self._explicit.items():
            if not blocks:
                yield CidrProblem(
                    name, "cidrs", "must have one block a zone", "[]", "Remove cidrs, or list the blocks."
                )
            elif len(blocks) != count:
                rule = f"must have one block a zone, {count} in all"
                yield CidrProblem(name, "cidrs", rule, ", ".join(map(str, blocks)), self._whole_list(blocks, count))

    def _whole_list(self, blocks: Sequence[IPv4Network], count: int) -> str:
        if len(blocks) > count:
            return f"Write zones: {len(blocks)}, or cidrs: [{', '.join(map(str, blocks[:count]))}]."
        free = self.free_blocks(blocks[-1].prefixlen)
        whole = [*blocks, *(block for _, block in zip(range(count - len(blocks)), free, strict=False))]
        if len(whole) < count:
            return "The network has no room for more blocks of this size: choose a larger network."
        return f"Write cidrs: [{', '.join(map(str, whole))}]."
