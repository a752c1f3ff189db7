"""Rules on failover: which API, between which regions, and under which name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.problems import Problem, choose, place
from lib.args.rules.references import unknown

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

SIDES = 2
LEAST_CHECKERS = 3
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html (Regions)
CHECKERS = (
    *("us-east-1", "us-west-1", "us-west-2", "eu-west-1"),
    *("ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1"),
)


def failover_is_between_two_regions(args: "TapStackArgs") -> Iterable[Problem]:
    """The API that fails over exists, in two networks: a primary one and one that takes over."""
    if (failover := args.failover) is None:
        return
    if (api := args.apis.get(failover.api)) is None:
        yield unknown("failover.api", "an API", failover.api, args.apis, place("apis", failover.api))
        return
    if len(api.networks) != SIDES:
        at = place("apis", failover.api, "networks")
        remedy = f"List two networks in {at}: the primary one, then the one that takes over."
        yield Problem("failover.api", "must be an API in two networks", failover.api, remedy, (at,))
    if failover.drill is not None and failover.drill not in api.networks:
        remedy = choose(failover.drill, api.networks)
        rests_on = (place("apis", failover.api, "networks"),)
        yield Problem("failover.drill", "must be one of the API's networks", failover.drill, remedy, rests_on)


def drills_do_no_harm(args: "TapStackArgs") -> Iterable[Problem]:
    """A recovery region that takes no writes answers 503: turned around, it would be given the name all the same."""
    if (failover := args.failover) is None or failover.drill is None:
        return
    api = args.apis.get(failover.api)
    if api and api.database and failover.drill in api.networks[1:]:
        at = place("apis", failover.api)
        rule = "must not be the region that takes over: it would count as healthy while its database takes no writes"
        remedy = f"Set it to {api.networks[0]}, or rehearse by a switchover."
        yield Problem("failover.drill", rule, failover.drill, remedy, (f"{at}.networks", f"{at}.database"))


def failover_has_a_name(args: "TapStackArgs") -> Iterable[Problem]:
    """What protects data serves under a name of its own: one that only rehearses DNS fails every TLS handshake."""
    if (failover := args.failover) is None:
        return
    if failover.domain is None and args.protection.deletion_protection:
        remedy = "Set failover.domain.name and failover.domain.zone_id, a public hosted zone of Route 53."
        rule = "needs a domain where data is protected: without one the DNS answers are rehearsed alone"
        yield Problem("failover", rule, None, remedy, ("protection", "profile", "failover.domain"))


def health_is_checked_from_several_regions(args: "TapStackArgs") -> Iterable[Problem]:
    """Route 53 checks from three of its regions or more."""
    if (failover := args.failover) is None:
        return
    for index, region in enumerate(failover.checker_regions):
        if region not in CHECKERS:
            at = place("failover", "checker_regions", index)
            yield Problem(at, "must be a region that Route 53 checks from", region, choose(region, CHECKERS))
    if len(set(failover.checker_regions)) < LEAST_CHECKERS:
        value = ", ".join(failover.checker_regions)
        remedy = f"Name {LEAST_CHECKERS} or more of: {', '.join(CHECKERS)}."
        yield Problem("failover.checker_regions", f"must be {LEAST_CHECKERS} different regions", value, remedy)
