"""Source files: what functions and migrations are made of, listed one by one.

Loading lists them; components are given the lists, and read nothing themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MIGRATIONS = "databases.*.migrations"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of this project, its sources in `functions/<name>/`.

    Args:
        packages: pure Python packages that it brings along, at the version that requirements.txt pins.
        settings: the setting that a stack with this function has, `*` for any name.
    """

    packages: tuple[str, ...]
    settings: str


# boto3, and the dateutil that pg8000 needs too, are in Lambda's runtime.
FUNCTIONS: Mapping[str, Function] = {
    "api": Function(("pg8000", "scramp", "asn1crypto"), "apis.*.table"),
    "migrate": Function(("pg8000", "scramp", "asn1crypto"), MIGRATIONS),
    "probe": Function((), "monitoring.probes"),
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of this project, or of a package that it uses.

    Args:
        name: what it is called where it is used: a plain name, or a path with `/` inside an archive.
        path: where it is, absolute.
        checksum: SHA-256 of its bytes, in hexadecimal.
    """

    name: str
    path: str
    checksum: str


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """All files that a stack needs beside its settings, each list sorted by name.

    Args:
        migrations: by folder, as the settings write it; None where there is no such folder.
        functions: by function, with those of its packages.
        not_installed: by function, packages that it needs and that are not there.
    """

    migrations: Mapping[str, Sequence[SourceFile] | None] = field(
        default_factory=dict[str, Sequence[SourceFile] | None]
    )
    functions: Mapping[str, Sequence[SourceFile]] = field(default_factory=dict[str, Sequence[SourceFile]])
    not_installed: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
