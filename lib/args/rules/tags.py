"""Rules on tags: at least one, what AWS allows, and none that the stack sets itself.

https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

LONGEST_KEY = 128
LONGEST_VALUE = 256
MOST_TAGS = 50
RESOURCE_TAGS = ("Name", "ResourceType", "Purpose")
LETTERS = re.compile(r"[\w\s.:/=+@-]*")
# The setting that a tag comes from.
SOURCES = {
    "Application": "application",
    "Environment": "environment",
    "EnvironmentSuffix": "environment_suffix",
    "Compliance": "compliance",
}


def tags_are_there(args: "TapStackArgs") -> Iterable[Problem]:
    """A stack without tags can't be told from others in the bill."""
    if not args.tags:
        yield Problem("tags", "must not be empty", None, "Add a tag such as Owner: platform-team.")
    if (count := len({*args.common_tags, *RESOURCE_TAGS})) > MOST_TAGS:
        rule = f"must leave room within AWS's {MOST_TAGS} tags a resource, {count} with those of the stack itself"
        yield Problem("tags", rule, None, f"Remove {count - MOST_TAGS}.")


def tags_are_allowed(args: "TapStackArgs") -> Iterable[Problem]:
    """Keys and values as AWS allows them."""
    for key, value in args.tags.items():
        at = place("tags", key)
        if not 1 <= len(key) <= LONGEST_KEY:
            yield Problem(at, f"must have a key of 1 to {LONGEST_KEY} characters", key, "Change the key.")
        if len(value) > LONGEST_VALUE:
            yield Problem(at, f"must have at most {LONGEST_VALUE} characters", value, "Shorten the value.")
        if key.lower().startswith("aws:"):
            yield Problem(at, "must not start with aws:, which AWS keeps for itself", key, "Rename the tag.")
        if not (LETTERS.fullmatch(key) and LETTERS.fullmatch(value)):
            text = f"{key}: {value}"
            yield Problem(
                at, "must be letters, digits, spaces and . : / = + - _ @", text, "Remove the other characters."
            )


def tags_are_free(args: "TapStackArgs") -> Iterable[Problem]:
    """A tag that the stack sets itself comes from its own setting."""
    for key in args.tags:
        if key in SOURCES:
            yield Problem(place("tags", key), "is set by the stack", args.tags[key], f"Set {SOURCES[key]} instead.")
        elif key == "ManagedBy" or key in RESOURCE_TAGS:
            yield Problem(place("tags", key), "is set by the stack", args.tags[key], "Remove it.")
