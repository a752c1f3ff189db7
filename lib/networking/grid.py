"""The grid that a network's block is cut into. Pure: no Pulumi, no AWS.

A network's block is cut into zone slots, one for each zone letter (`a` to `h`, by the letter itself and never by the
zone's position), and each zone slot into tier slots:

    network   zone slots   tier slots   a cell
    /16       8 of /19     8            /22  (1024 addresses)
    /17       8 of /20     8            /23
    /18       8 of /21     8            /24
    /19       8 of /22     8            /25
    /20       8 of /23     8            /26
    /21       8 of /24     8            /27
    /22       8 of /25     8            /28  (16 addresses, the smallest subnet AWS makes)
    /23       8 of /26     4            /28
    /24       4 of /26     4            /28

Subnet sizes: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html (a /16 to a /28).
"""

from dataclasses import dataclass
from ipaddress import IPv4Network

ZONE_LETTERS = "abcdefgh"
SMALLEST_PREFIX = 28


@dataclass(frozen=True, slots=True)
class Grid:
    """A network's block, cut into zone slots and tier slots."""

    block: IPv4Network

    @property
    def tier_bits(self) -> int:
        """Bits that number the tier slots of a zone."""
        return 3 if self.block.prefixlen <= 22 else 2

    @property
    def zone_bits(self) -> int:
        """Bits that number the zone slots."""
        return min(3, SMALLEST_PREFIX - self.tier_bits - self.block.prefixlen)

    @property
    def tier_slots(self) -> int:
        """How many tiers have a place in each zone."""
        return 2**self.tier_bits

    @property
    def letters(self) -> str:
        """Letters of the zones that have a place."""
        return ZONE_LETTERS[: 2**self.zone_bits]

    @property
    def cell_prefix(self) -> int:
        """Prefix length of a cell."""
        return self.block.prefixlen + self.zone_bits + self.tier_bits

    def cell(self, letter: str, slot: int) -> IPv4Network:
        """The block of one tier slot in one zone."""
        place = ZONE_LETTERS.index(letter) * self.tier_slots + slot
        size = 2 ** (32 - self.cell_prefix)
        return IPv4Network((int(self.block.network_address) + place * size, self.cell_prefix))

    def row(self, slot: int) -> tuple[IPv4Network, ...]:
        """The cells of one tier slot in all zones."""
        return tuple(self.cell(letter, slot) for letter in self.letters)
