"""Rules on load balancers and their listeners."""

import re
from collections.abc import Iterable

from policy.resource import Resource
from policy.rule import Rule, control, is_set
from policy.stack import Stack
from policy.zones import zones

BALANCER, LISTENER = "lb:LoadBalancer", "lb:Listener"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
TLS_POLICY = re.compile(r"ELBSecurityPolicy-(TLS13-1-[23]|FS-1-2|TLS-1-2)-")


def _is_application(balancer: Resource) -> bool:
    return balancer.get("loadBalancerType") in (None, "", "application")


def _http_is_redirected(listener: Resource, _: Stack) -> Iterable[str]:
    if listener.get("protocol") != "HTTP":
        return
    for action in listener.all("defaultActions"):
        if action.get("type") != "redirect" or action.get("redirect", "protocol") != "HTTPS":
            yield f"answers HTTP on port {listener.get('port')} with {action.get('type')}, not a redirect to HTTPS"


def _tls_is_recent(listener: Resource, _: Stack) -> Iterable[str]:
    if listener.get("protocol") not in ("HTTPS", "TLS"):
        return
    policy = listener.get("sslPolicy")
    if not TLS_POLICY.match(str(policy)):
        yield f"takes TLS below 1.2 (sslPolicy {policy or 'unset'})"


def _headers_are_valid(balancer: Resource, _: Stack) -> Iterable[str]:
    if _is_application(balancer) and not balancer.get("dropInvalidHeaderFields"):
        yield "passes invalid header fields on"


def _requests_are_in_step(balancer: Resource, _: Stack) -> Iterable[str]:
    # Unset is defensive, AWS's default.
    if _is_application(balancer) and balancer.get("desyncMitigationMode") not in (None, "", "defensive", "strictest"):
        yield f"has desyncMitigationMode {balancer.get('desyncMitigationMode')}"


def _access_is_logged(balancer: Resource, _: Stack) -> Iterable[str]:
    if not balancer.get("accessLogs", "enabled"):
        yield "has no access logs"


def _balancer_spans_zones(balancer: Resource, stack: Stack) -> Iterable[str]:
    mapped = len(balancer.all("subnetMappings"))
    if max(zones(balancer, stack, "subnets"), mapped) < 2:
        yield "is in one zone"


RULES = (
    Rule(
        id="ELB.1",
        title="Load balancers redirect HTTP to HTTPS.",
        kinds=(LISTENER,),
        check=_http_is_redirected,
        remedy="Make the HTTP listener's default action a redirect to HTTPS.",
        document=control("ELB.1"),
        also=("ELB.18", "CKV_AWS_2", "CKV_AWS_103", "elbv2_ssl_listeners"),
    ),
    Rule(
        id="ELB.4",
        title="Load balancers drop invalid header fields.",
        kinds=(BALANCER,),
        check=_headers_are_valid,
        remedy="Set dropInvalidHeaderFields to true.",
        document=control("ELB.4"),
        also=("CKV_AWS_131",),
    ),
    Rule(
        id="ELB.5",
        title="Load balancers log who asks them.",
        kinds=(BALANCER,),
        check=_access_is_logged,
        remedy="Switch accessLogs on, to a bucket that takes the load balancer's logs.",
        document=control("ELB.5"),
        also=("CKV_AWS_91", "elbv2_logging_enabled"),
    ),
    Rule(
        id="ELB.6",
        title="Load balancers in production are protected from deletion.",
        kinds=(BALANCER,),
        check=is_set("enableDeletionProtection"),
        remedy="Set protection.deletion_protection to true.",
        document=control("ELB.6"),
        also=("CKV_AWS_150", "elbv2_deletion_protection"),
        production=True,
    ),
    Rule(
        id="ELB.12",
        title="Load balancers keep requests in step.",
        kinds=(BALANCER,),
        check=_requests_are_in_step,
        remedy="Set desyncMitigationMode to defensive or strictest.",
        document=control("ELB.12"),
        also=("CKV_AWS_328", "elbv2_desync_mitigation_mode"),
    ),
    Rule(
        id="ELB.13",
        title="Load balancers span two zones or more.",
        kinds=(BALANCER,),
        check=_balancer_spans_zones,
        remedy="Give it subnets in two zones or more.",
        document=control("ELB.13"),
        also=("elbv2_is_in_multiple_az",),
    ),
    Rule(
        id="ELB.17",
        title="Listeners take TLS 1.2 or newer.",
        kinds=(LISTENER,),
        check=_tls_is_recent,
        remedy="Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06 or newer.",
        document=control("ELB.17"),
        also=("CKV_AWS_103", "elbv2_insecure_ssl_ciphers"),
    ),
)
