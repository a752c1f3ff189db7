"""What tests of the CIDR plan share."""

from dataclasses import dataclass

REGION = "us-east-1"


@dataclass(frozen=True)
class Tier:
    kind: str = "private"
    slot: int | None = None
    cidrs: tuple[str, ...] | None = None
    prefix: int | None = None


def zones_of(letters: str) -> list[str]:
    return [REGION + letter for letter in letters]
