"""Source files: what functions and migrations are made of, listed one by one."""

from dataclasses import dataclass


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
