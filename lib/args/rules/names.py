"""Rules on names: the environment suffix, and what AWS allows in the names that settings lead to."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.environment import PRODUCTION, looks_like_production
from lib.args.problems import Problem
from lib.foundation.naming import LIMITS, PlannedName, planned

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

SUFFIX = "environment_suffix"


def suffix_is_well_formed(args: "TapStackArgs") -> Iterable[Problem]:
    """A suffix is letters and digits, with single `-` or `_` between them."""
    suffix = args.environment_suffix
    if not suffix:
        yield Problem(SUFFIX, "must not be empty", suffix, "Use a suffix such as dev or pr12.")
    elif not re.fullmatch(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*", suffix):
        plain = re.sub(r"[^A-Za-z0-9]+", "-", suffix).strip("-") or "dev"
        rule = "must be letters, digits and single '-' or '_', with a letter or digit at both ends"
        yield Problem(SUFFIX, rule, suffix, f"Use {plain}.")


def suffix_fits_environment(args: "TapStackArgs") -> Iterable[Problem]:
    """A suffix that reads like production belongs to production."""
    if looks_like_production(args.environment_suffix) and args.environment not in PRODUCTION:
        yield Problem(
            SUFFIX,
            f"reads like production, but the environment is {args.environment}",
            args.environment_suffix,
            "Set the environment to prod, or choose another suffix.",
            rests_on=("environment",),
        )


def names_fit(args: "TapStackArgs") -> Iterable[Problem]:
    """No name is longer than AWS takes: told where the name comes from, and of the suffix where that is too much."""
    too_long = [name for name in planned(args) if name.excess > 0]
    if not too_long:
        return
    worst = max(too_long, key=lambda name: name.excess)
    room = len(args.environment_suffix) - worst.excess
    if room >= 1:
        yield Problem(
            SUFFIX,
            f"must have at most {room} characters, so that {_what(worst)} named {worst.name} fits AWS's limit",
            args.environment_suffix,
            f"Shorten it to {room} characters, or shorten application or {worst.path}.",
            rests_on=("application",),
        )
        return
    for name in too_long:
        rule = f"makes {_what(name)} named {name.name}, longer than the {LIMITS[name.type]} characters that AWS takes"
        remedy = f"Shorten this name, application or {SUFFIX} by {name.excess} characters in all."
        yield Problem(name.path, rule, None, remedy, rests_on=("application", SUFFIX))


def names_differ(args: "TapStackArgs") -> Iterable[Problem]:
    """No two things come out with one AWS name: `pay_ment` and `pay-ment` do, `a-b` with `c` and `a` with `b-c` too."""
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in planned(args):
        if name.path not in owners[name.type, name.name]:
            owners[name.type, name.name].append(name.path)
    told: set[tuple[str, str]] = set()
    for (kind, name), (first, *others) in owners.items():
        for other in others:
            # What clashes in one name does so in several.
            if (first, other) in told:
                continue
            told.add((first, other))
            rule = f"gets the AWS name {name} ({kind}), which {first} has already"
            yield Problem(other, rule, None, "Rename one of the two; '_' and '-' count as the same.")


def _what(name: PlannedName) -> str:
    return f"the {name.type.replace('-', ' ')}"
