"""Rules on names of one's own: those of load balancers, and that of the failover."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.placement import balanced
from lib.args.problems import Problem

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs
    from lib.args.workload import DomainArgs

HOST = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)
# https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html (DomainName)
LONGEST = 64
# AWS gives ids that begin with Z, and promises 32 characters at most.
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html
ZONE = re.compile(r"[A-Z0-9]{1,32}", re.ASCII)


def domains_are_names(args: "TapStackArgs") -> Iterable[Problem]:
    """A domain is a full name in lower case that a certificate takes, its zone an id, and it leads to one thing."""
    owners: dict[str, str] = {}
    for at, domain in _domains(args):
        if not HOST.fullmatch(domain.name):
            remedy = "Use a name such as pay.example.com."
            yield Problem(f"{at}.name", "must be a full domain name in lower case", domain.name, remedy)
        elif len(domain.name) > LONGEST:
            rule = f"must have {LONGEST} characters at most, which is what a certificate takes"
            yield Problem(f"{at}.name", rule, domain.name, "Choose a shorter name.")
        if not ZONE.fullmatch(domain.zone_id):
            remedy = (
                "Use an id such as Z0123456789ABCDEFGHIJ, as aws route53 list-hosted-zones tells it after /hostedzone/."
            )
            yield Problem(f"{at}.zone_id", "must be the id of a hosted zone", domain.zone_id, remedy)
        if (owner := owners.setdefault(domain.name, at)) != at:
            yield Problem(f"{at}.name", f"is the name of {owner} already", domain.name, "Choose another name.")


def _domains(args: "TapStackArgs") -> "Iterator[tuple[str, DomainArgs]]":
    """Every domain, with the path of its settings."""
    for path, workload in balanced(args):
        if workload.load_balancer and workload.load_balancer.domain:
            yield f"{path}.load_balancer.domain", workload.load_balancer.domain
    if args.failover and args.failover.domain:
        yield "failover.domain", args.failover.domain
