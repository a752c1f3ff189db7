"""Listing: the files that functions and migrations are made of, each named with its checksum.

Components are given these lists, and read nothing themselves.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from lib.args.problems import Problem, SettingsError, place
from lib.args.rules.migrations import listing_problems
from lib.args.source import SourceFile
from lib.args.stack import TapStackArgs

ROOT = Path(__file__).resolve().parents[2]
# What a wheel holds and its package needs, without what its installer adds.
_OF_A_PACKAGE = re.compile(r"^(?!\.\.).*(\.py|/LICENSE)$")


def migration_files(args: TapStackArgs, database: str) -> tuple[SourceFile, ...]:
    """The migrations of a database, sorted by name; none where it has no folder of them.

    Raises:
        SettingsError: the folder is missing or empty, or its files are not numbered as they should be.
    """
    if (folder := args.databases[database].migrations) is None:
        return ()
    paths = sorted((ROOT / folder).glob("*.sql")) if (ROOT / folder).is_dir() else None
    names = None if paths is None else [path.name for path in paths]
    if problems := [*listing_problems(place("databases", database, "migrations"), folder, names)]:
        raise SettingsError(problems)
    return tuple(_source(path.name, path) for path in paths or ())


def folder_problems(args: TapStackArgs) -> Iterator[Problem]:
    """What is wrong with the folders of migrations that settings name."""
    for database in args.databases:
        try:
            migration_files(args, database)
        except SettingsError as error:
            yield from error.problems


def function_files(name: str, packages: Iterable[str]) -> tuple[SourceFile, ...]:
    """The sources of a function, and of the packages that it brings along, sorted by name.

    Args:
        name: the function's folder in `functions/`.
        packages: pure Python packages that are installed here, at the version that requirements.txt pins.

    Raises:
        SettingsError: a package is not installed.
    """
    files = [_source(path.relative_to(ROOT).as_posix(), path) for path in (ROOT / "functions" / name).glob("*.py")]
    for package in packages:
        try:
            listed = metadata.files(package) or ()
        except metadata.PackageNotFoundError:
            problem = Problem(f"functions.{name}", f"needs the package {package}", None, "Run make setup.")
            raise SettingsError([problem]) from None
        files += [
            _source(file.as_posix(), Path(str(file.locate())))
            for file in listed
            if _OF_A_PACKAGE.search(file.as_posix())
        ]
    return tuple(sorted(files, key=lambda file: file.name))


def _source(name: str, path: Path) -> SourceFile:
    return SourceFile(name, str(path), hashlib.sha256(path.read_bytes()).hexdigest())
