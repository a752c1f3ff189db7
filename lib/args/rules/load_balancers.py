"""Rules on load balancers: where they live, what they serve, and who may talk to whom."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.args.placement import balanced, region_of
from lib.args.problems import Problem, place
from lib.args.rules.connections import VPC, missing_grant
from lib.args.rules.services import is_production
from lib.foundation.naming import Names
from lib.networking.layout import subnet_count
from lib.networking.pairs import pairs

if TYPE_CHECKING:
    from lib.args.network import NetworkArgs, TierArgs
    from lib.args.stack import TapStackArgs
    from lib.args.workload import LoadBalancerArgs

HTTP, HTTPS = 80, 443
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
ZONES = 2
LONGEST_PATH = 1024
CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:(?P<region>[a-z0-9-]+):\d{12}:certificate/[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A load balancer whose network exists.

    Args:
        path: where its settings are.
        args: its settings.
        network_name: name of the network.
        network: that network.
        tier_name: the tier that it lives in, which need not exist; None where nothing says which.
        workload_group: the group that what it balances wears, as grants name it; None where nothing says which.
        port: the port that it sends requests to; None where that is missing.
    """

    path: str
    args: "LoadBalancerArgs"
    network_name: str
    network: "NetworkArgs"
    tier_name: str | None
    workload_group: str | None
    port: int | None

    @property
    def tier(self) -> "TierArgs | None":
        """The tier that it lives in; None where there is none."""
        return self.network.tiers.get(self.tier_name or "")

    @property
    def group(self) -> str | None:
        """The group that it wears, as grants name it."""
        return self.args.security_group or self.tier_name

    @property
    def listens_on(self) -> int:
        """The port that it serves on."""
        return HTTPS if self.args.certificate_arn or self.args.domain else HTTP


def _placed(args: "TapStackArgs") -> Iterator[_Placed]:
    for path, workload in balanced(args):
        balancer, network = workload.load_balancer, args.networks.get(workload.network)
        if balancer and network:
            tier, group = balancer.tier_in(network), workload.security_group or workload.tier_in(network)
            at = f"{path}.load_balancer"
            yield _Placed(at, balancer, workload.network, network, tier, group, workload.port)


def load_balancers_have_a_tier(args: "TapStackArgs") -> Iterable[Problem]:
    """One that faces the internet lives in a public tier, and each in a tier of two zones."""
    for each in _placed(args):
        tiers = place("networks", each.network_name, "tiers")
        basis = (tiers, f"{each.path}.internal", f"{each.path}.tier", place("networks", each.network_name, "workload"))
        if each.tier_name is None:
            yield _homeless(each, basis)
        elif each.tier and each.tier.kind != "public" and not each.args.internal:
            rule = f"faces the internet, which does not reach tier {each.tier_name} of kind {each.tier.kind}"
            remedy = "Choose a tier of kind public, or set internal: true."
            yield Problem(each.path, rule, None, remedy, basis)
        elif each.tier and (zones := subnet_count(each.network, each.tier)) is not None and zones < ZONES:
            rule = f"needs {ZONES} zones, and tier {each.tier_name} of network {each.network_name} has {zones}"
            remedy = "List two of its subnets or more." if each.network.vpc_id else f"Set zones: {ZONES} or more there."
            more = tuple(place("networks", each.network_name, key) for key in ("zones", "vpc_id"))
            yield Problem(each.path, rule, None, remedy, (*basis, *more))


def _homeless(each: _Placed, basis: tuple[str, ...]) -> Problem:
    """The problem of a load balancer for which nothing says where it lives."""
    kind = "private" if each.args.internal else "public"
    known = sorted(name for name, tier in each.network.tiers.items() if tier.kind == kind)
    why = "is internal" if each.args.internal else "faces the internet"
    if known:
        rule = f"needs one of the {kind} tiers of network {each.network_name}, since it {why}"
        return Problem(each.path, rule, None, f"Set its tier to one of: {', '.join(known)}.", basis)
    at = place("networks", each.network_name, "tiers")
    other = "remove internal" if each.args.internal else "set internal: true"
    rule = f"needs a {kind} tier in network {each.network_name}, since it {why}"
    return Problem(each.path, rule, None, f"Add a tier of kind {kind} to {at}, or {other}.", basis)


def load_balancers_have_certificates(args: "TapStackArgs") -> Iterable[Problem]:
    """Production speaks HTTPS; a certificate is given or made, not both, and of the load balancer's region.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """
    for path, workload in balanced(args):
        if (balancer := workload.load_balancer) is None:
            continue
        at = f"{path}.load_balancer"
        arn, region = balancer.certificate_arn, region_of(args, workload.network)
        if arn is None and balancer.domain is None:
            if is_production(args):
                by_config = "Run pulumi config set certificateArn <arn>" if args.blueprint else "Set certificate_arn"
                basis = (f"{at}.certificate_arn", f"{at}.domain", "environment", "protection", "profile")
                yield Problem(at, "needs a certificate in production", None, f"{by_config}, or set domain.", basis)
        elif arn is None:
            continue
        elif balancer.domain is not None:
            yield Problem(at, "takes certificate_arn or domain, not both", None, "Remove one of them.")
        else:
            found = CERTIFICATE.fullmatch(arn)
            if found is None:
                remedy = f"Use an ARN such as arn:aws:acm:{region}:123456789012:certificate/0a1b2c3d."
                yield Problem(f"{at}.certificate_arn", "must be the ARN of a certificate of ACM", arn, remedy)
            elif found["region"] != region:
                rule = f"must be a certificate in {region}, where the load balancer is"
                basis = (f"{path}.network", place("networks", workload.network, "region"), "region")
                yield Problem(f"{at}.certificate_arn", rule, arn, f"Request one in {region}, or set domain.", basis)


def health_paths_are_paths(args: "TapStackArgs") -> Iterable[Problem]:
    """The path of a health check starts with a slash, and is one that can be asked for.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html (HealthCheckPath)
    """
    for path, workload in balanced(args):
        if (balancer := workload.load_balancer) is None:
            continue
        at, health = f"{path}.load_balancer.health_path", balancer.health_path
        if not health.startswith("/"):
            yield Problem(at, "must start with a slash", health, f"Use /{health or 'health'}.")
        elif len(health) > LONGEST_PATH or re.search(r"\s", health):
            rule = f"must be {LONGEST_PATH} characters at most, without spaces"
            yield Problem(at, rule, health, "Use a path such as /health.")


def requests_are_counted_at_load_balancers(args: "TapStackArgs") -> Iterable[Problem]:
    """Nothing counts the requests of a workload that has no load balancer."""
    for path, workload in balanced(args):
        if workload.scaling.requests_per_target is not None and workload.load_balancer is None:
            at = f"{path}.scaling.requests_per_target"
            rule = "needs a load balancer, which counts the requests"
            remedy = "Add load_balancer, or remove this."
            yield Problem(at, rule, workload.scaling.requests_per_target, remedy, (f"{path}.load_balancer",))


def load_balancers_are_granted(args: "TapStackArgs") -> Iterable[Problem]:
    """Somebody may talk to a load balancer, and it to what it balances."""
    for each in _placed(args):
        # What an adopted network lets through besides is known to AWS alone, but its groups are the stack's own.
        if each.tier is None or each.group is None:
            continue
        if not _is_reached(args, each, each.group):
            source = VPC if each.args.internal else "internet"
            yield from missing_grant(args, each.path, each.network_name, source, each.group, each.listens_on)
        if each.port is not None and each.workload_group is not None:
            path = each.path.removesuffix(".load_balancer")
            yield from missing_grant(args, path, each.network_name, each.group, each.workload_group, each.port)


def _is_reached(args: "TapStackArgs", each: _Placed, group: str) -> bool:
    """Whether some grant, inside the network or of a peering, leads to a load balancer's port.

    What lives in the tier of an internal one may be who talks to it, and wears the same group.
    """
    inside = ((grant.target, grant) for grant in each.network.allow if each.args.internal or grant.source != group)
    across = (
        (grant.target.removeprefix(f"{each.network_name}."), grant)
        for pair in pairs(args)
        for grant in pair.allow
        if grant.target.startswith(f"{each.network_name}.")
    )
    return any(
        target in (group, VPC) and (grant.port, grant.protocol) == (each.listens_on, "tcp")
        for target, grant in (*inside, *across)
    )


def ports_do_not_clash(args: "TapStackArgs") -> Iterable[Problem]:
    """Where a workload wears its load balancer's group, it does not listen on a port that the load balancer serves.

    Whoever may talk to the one could else go round it to the other.
    """
    for each in _placed(args):
        serves = (HTTP, each.listens_on)
        if each.group is not None and each.group == each.workload_group and each.port in serves:
            path = each.path.removesuffix(".load_balancer")
            rule = f"clashes with that of its load balancer, which wears the same security group, {each.group}"
            remedy = "Choose a port such as 8080, or another tier or security_group for one of the two."
            yield Problem(f"{path}.port", rule, each.port, remedy, (each.path, f"{path}.tier"))


def names_of_load_balancers_are_allowed(args: "TapStackArgs") -> Iterable[Problem]:
    """No load balancer's name starts as AWS's own names of internal ones do.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    """
    names = Names(args.application, args.environment_suffix)
    for path, workload in balanced(args):
        name = names.load_balancer(path.split(".")[1])
        if workload.load_balancer and name.startswith("internal-"):
            rule = f"makes a load balancer named {name}, and AWS keeps names that start with internal- for itself"
            yield Problem("application", rule, args.application, "Choose another name for the application.")
            return
