"""Rules on further arguments of the AWS providers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.problems import Problem, choose, place
from lib.args.provider import ARGUMENTS, NO_ARGUMENT, OWN

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

INSTEAD = {"region": "Set region, or the region of a network.", "default_tags": "Set tags."}


def provider_arguments_exist(args: "TapStackArgs") -> Iterable[Problem]:
    """The AWS provider takes every argument, and none that the stack gives it itself."""
    for name in args.aws:
        if name in OWN:
            yield Problem(place("aws", name), "is set by the stack", None, INSTEAD[name])
        elif name not in ARGUMENTS:
            yield Problem(place("aws", name), NO_ARGUMENT, None, choose(name, ARGUMENTS))
