"""Rules on roles: their names are left to Pulumi, which needs room for what it adds."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LONGEST = 64
# A dash and seven random digits; where they do not fit, Pulumi refuses the name rather than cut it.
# https://www.pulumi.com/docs/iac/concepts/resources/names/
ADDED = 8


def role_names_fit(args: "TapStackArgs") -> Iterable[Problem]:
    """What Pulumi makes of a role's name is no longer than IAM takes."""
    for path, role in named_roles(args):
        excess = len(role) + ADDED - LONGEST
        if excess > 0:
            rule = f"makes a role named {role} and eight characters more, longer than the {LONGEST} that IAM takes"
            yield Problem(path, rule, None, f"Shorten this name by {excess} characters.")


def named_roles(args: "TapStackArgs") -> Iterator[tuple[str, str]]:
    """The roles that are named after something in the settings: its path, and the role's logical name."""
    for name, network in args.networks.items():
        to_logs = network.flow_logs.destination == "cloudwatch" if network.flow_logs else not network.vpc_id
        if to_logs:
            yield place("networks", name), f"{name}-flow-logs"
    # The migrations' role has a shorter name, and a task's is shorter than that of its execution.
    yield from ((place("databases", name), f"{name}-monitoring") for name in args.databases)
    yield from (
        (place("buckets", name), f"{name}-replication") for name, each in args.buckets.items() if each.replicate_to
    )
    yield from ((place("services", name), f"{name}-execution") for name in args.services)
    yield from ((place("fleets", name), name) for name in args.fleets)
    for name, api in args.apis.items():
        yield from ((place("apis", name), f"{name}-{network}") for network in api.networks)
    for index, probe in enumerate(args.monitoring.probes):
        yield place("monitoring", "probes", index), f"probe-{probe.name}"
