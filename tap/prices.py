"""What AWS asks for things: the table in `prices.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parent / "prices.yaml"


@dataclass(frozen=True, slots=True)
class Price:
    """What one of something costs a month, used or not.

    Args:
        what: what it is the price of.
        usd: US dollars a month.
        source: AWS's page with the price.
    """

    what: str
    usd: float
    source: str


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What is paid by use: US dollars for a unit; None where the unit has no one price."""

    what: str
    usd: float | None
    per: str

    def __str__(self) -> str:
        """`Queue requests: 0.4 a million`."""
        price = "" if self.usd is None else f": {f'{self.usd:.10f}'.rstrip('0').rstrip('.')} a {self.per}"
        return f"{self.what}{price}"


@dataclass(frozen=True, slots=True)
class Prices:
    """The whole table: of one region, as of a month.

    Args:
        region: the region whose list prices they are.
        date: year and month they are of.
        fixed: by a key of the table's own, or by the name of an instance class or type.
        use: by the token of a resource's type.
        free: tokens of types that cost nothing by themselves.
    """

    region: str
    date: str
    fixed: Mapping[str, Price]
    use: Mapping[str, tuple[UnitPrice, ...]]
    free: frozenset[str]


@cache
def prices() -> Prices:
    """The table as its file has it."""
    table: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    month = {"hour": table["hours_per_month"], "month": 1}
    return Prices(
        region=table["region"],
        date=str(table["date"]),
        fixed={
            key: Price(each["what"], each["usd"] * month[each["each"]], each["source"])
            for key, each in table["fixed"].items()
        },
        use={
            type_: tuple(UnitPrice(each["what"], each["usd"], each["per"]) for each in entries)
            for type_, entries in table["use"].items()
        },
        free=frozenset(table["free"]),
    )
