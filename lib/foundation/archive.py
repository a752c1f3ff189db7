"""Archives: what a function is packed from."""

from collections.abc import Iterable

import pulumi

from lib.args.source import SourceFile


def archive(files: Iterable[SourceFile]) -> pulumi.AssetArchive:
    """An archive of these files and no others, under their names.

    A folder given as a whole would take caches and editors' leavings along, and change with them. Pulumi compares
    archives by what is in them, so the same files are the same archive on any machine.
    """
    return pulumi.AssetArchive({file.name: pulumi.FileAsset(file.path) for file in sorted(files, key=lambda f: f.name)})
