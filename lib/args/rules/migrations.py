"""Rules on migrations: the folder and its files, and the way to the secret."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.networking.tiers import migration_tier

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

FILE = re.compile(r"(\d{3,})_\w+\.sql", re.ASCII)
SECRETS = "secretsmanager"
NO_NAT = (None, "none")


def in_project(folder: str) -> bool:
    """Whether a folder that settings name lies below the project's root, wherever that is."""
    path = PurePosixPath(folder)
    return folder != "" and not path.is_absolute() and ".." not in path.parts


def folders_are_in_the_project(args: "TapStackArgs") -> Iterable[Problem]:
    """Folders of migrations lie below the project's root."""
    for name, database in args.databases.items():
        if database.migrations is not None and not in_project(database.migrations):
            remedy = f"Name a folder below the project's root, such as migrations/{name}."
            yield Problem(
                place("databases", name, "migrations"), "must lie in the project", database.migrations, remedy
            )


def secrets_are_in_reach(args: "TapStackArgs") -> Iterable[Problem]:
    """The function that runs migrations reads the database's secret, by an endpoint or over the internet.

    A function has no public address, so that it reaches the internet from a private tier alone.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
    """
    for name, database in args.databases.items():
        network = args.networks.get(database.network)
        # What an adopted network has is known to AWS alone.
        if database.migrations is None or network is None or network.vpc_id:
            continue
        if SECRETS in network.endpoints:
            continue
        at = place("networks", database.network)
        home = network.tiers.get(migration_tier(network, database) or "")
        if network.nat in NO_NAT:
            yield Problem(
                place("databases", name, "migrations"),
                f"needs a way from network {database.network} to Secrets Manager",
                database.migrations,
                f"Add {SECRETS} to {at}.endpoints, or set {at}.nat.",
                (f"{at}.endpoints", f"{at}.nat", f"{at}.vpc_id"),
            )
        elif home is not None and home.kind != "private":
            yield Problem(
                place("databases", name, "migrations"),
                f"runs in a tier of kind {home.kind} of network {database.network}, from where NAT does not lead to "
                "Secrets Manager",
                database.migrations,
                f"Add {SECRETS} to {at}.endpoints, or name a private tier as {at}.workload.",
                (f"{at}.endpoints", f"{at}.workload", f"{at}.tiers", place("databases", name, "tier")),
            )


def folders_hold_migrations(args: "TapStackArgs") -> Iterable[Problem]:
    """A folder of migrations is there, and its files are numbered, each differently."""
    for name, database in args.databases.items():
        folder = database.migrations
        if folder is not None and in_project(folder):
            found = args.files.migrations.get(folder)
            names = None if found is None else [file.name for file in found]
            yield from _folder_problems(place("databases", name, "migrations"), folder, names)


def _folder_problems(at: str, folder: str, names: Sequence[str] | None) -> Iterator[Problem]:
    if not names:
        rule = "must name a folder that exists" if names is None else "must name a folder with migrations"
        yield Problem(at, rule, folder, f"Put a file such as {folder}/001_tables.sql there, or correct the path.")
        return
    numbers: Mapping[str, int] = {name: int(found[1]) for name in names if (found := FILE.fullmatch(name))}
    for name in names:
        if name not in numbers:
            remedy = f"Rename {folder}/{name} to a number of three digits or more, _ and letters, digits or _."
            yield Problem(at, "holds a file that is not named like 001_name.sql", folder, remedy)
    taken: dict[int, str] = {}
    for name, number in numbers.items():
        if (other := taken.setdefault(number, name)) != name:
            remedy = f"Renumber one of {other} and {name}, which no database may have run yet."
            yield Problem(at, f"holds two files with the number {number}", folder, remedy)
