"""Rules on the ways from workloads to the services of AWS that they need."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.placement import Workload, region_of, workloads
from lib.args.problems import Problem, place
from lib.args.rules.connections import ENDPOINTS, missing_grant
from lib.networking.tiers import GATEWAY_SERVICES

if TYPE_CHECKING:
    from lib.args.network import NetworkArgs
    from lib.args.stack import TapStackArgs

HTTPS = 443
NO_NAT = (None, "none")
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html,
# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html,
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-interface-VPC.html.
NEEDED = {
    "service": ("ecr.api", "ecr.dkr", "logs", "s3"),
    "fleet": ("ec2messages", "logs", "monitoring", "s3", "ssm", "ssmmessages"),
    # Lambda itself writes a function's logs and traces, and keeps the events that it failed on.
    "api": (),
}
# By what a workload uses, the service that it is read or written through.
THROUGH = {
    "secrets": "secretsmanager",
    "databases": "secretsmanager",
    "caches": "secretsmanager",
    "parameters": "ssm",
    "queues": "sqs",
    "buckets": "s3",
    "tables": "dynamodb",
}
REGISTRY = re.compile(r"\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/.+")


def workloads_have_ways_out(args: "TapStackArgs") -> Iterable[Problem]:
    """A workload reaches every service that it needs: by an endpoint of its network, or over NAT from a private tier.

    What an adopted network has is known to AWS alone.
    """
    for each, network in _created(args):
        missing = sorted(_needed(args, each) - set(network.endpoints))
        if not missing or _has_nat(network, each):
            continue
        at = place("networks", each.network)
        rule = f"has no way from tier {each.tier} of network {each.network} to {', '.join(missing)}"
        endpoints = f"Add {', '.join(missing)} to {at}.endpoints"
        nat = f", or set {at}.nat." if network.tiers[each.tier].kind == "private" else "."
        basis = tuple(f"{at}.{key}" for key in ("endpoints", "nat", "tiers", "vpc_id"))
        yield Problem(each.path, rule, None, endpoints + nat, (*basis, f"{each.path}.uses"))


def ways_out_are_granted(args: "TapStackArgs") -> Iterable[Problem]:
    """A workload may open connections to the endpoints that it goes by, and to the internet where it goes over NAT."""
    for each, network in _created(args):
        needed = _needed(args, each)
        if needed - set(network.endpoints) and not _has_nat(network, each):
            continue  # no way that a grant could open
        for target in sorted({_target(network, service) for service in needed}):
            yield from missing_grant(args, each.path, each.network, each.group, target, HTTPS)


def images_are_in_reach(args: "TapStackArgs") -> Iterable[Problem]:
    """Where there is no NAT, an image comes from ECR in the service's own region, which the endpoints lead to."""
    for each, network in _created(args):
        if each.kind != "service" or _has_nat(network, each):
            continue
        image = args.services[each.path.split(".", 1)[1]].image
        region = region_of(args, each.network)
        found = REGISTRY.fullmatch(image or "")
        if image and (found is None or found[1] != region):
            at = place("networks", each.network)
            rule = f"must be in ECR in {region}, since tier {each.tier} of network {each.network} has no NAT"
            example = f"123456789012.dkr.ecr.{region}.amazonaws.com/app:1.0.0"
            private = network.tiers[each.tier].kind == "private"
            remedy = f"Push it there and name it like {example}" + (f", or set {at}.nat." if private else ".")
            basis = tuple(f"{at}.{key}" for key in ("nat", "region", "tiers", "vpc_id"))
            yield Problem(f"{each.path}.image", rule, image, remedy, basis)


def _created(args: "TapStackArgs") -> "Iterator[tuple[Workload, NetworkArgs]]":
    """Workloads outside of public tiers, in networks whose ways out the settings know."""
    for each in workloads(args):
        network = args.networks[each.network]
        if not network.vpc_id and network.tiers[each.tier].kind != "public":
            yield each, network


def _has_nat(network: "NetworkArgs", each: Workload) -> bool:
    return network.tiers[each.tier].kind == "private" and network.nat not in NO_NAT


def _needed(args: "TapStackArgs", each: Workload) -> set[str]:
    """The services that a workload needs, by the names of their endpoints."""
    used = {service for section, service in THROUGH.items() if getattr(each.uses, section)}
    # Commands in containers go through Session Manager; where nobody asked for them nothing has to lead there.
    asked = each.kind == "service" and args.services[each.path.split(".", 1)[1]].exec
    return {*NEEDED[each.kind], *used, *(("ssmmessages",) if asked else ())}


def _target(network: "NetworkArgs", service: str) -> str:
    """The end that a grant names for the way to a service."""
    if service not in network.endpoints:
        return "internet"
    return service if service in GATEWAY_SERVICES else ENDPOINTS
