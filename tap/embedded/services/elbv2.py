"""Recipes of Application Load Balancers."""

from typing import Any

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe

# Properties of a load balancer that the API keeps as attributes.
BALANCER_ATTRIBUTES = {
    "idleTimeout": "idle_timeout.timeout_seconds",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "enableDeletionProtection": "deletion_protection.enabled",
}
GROUP_ATTRIBUTES = {"deregistrationDelay": "deregistration_delay.timeout_seconds"}
# The provider's words for a health check.
HEALTH_CHECK = {
    "enabled": "healthCheckEnabled",
    "path": "healthCheckPath",
    "port": "healthCheckPort",
    "protocol": "healthCheckProtocol",
    "interval": "healthCheckIntervalSeconds",
    "timeout": "healthCheckTimeoutSeconds",
    "healthyThreshold": "healthyThresholdCount",
    "unhealthyThreshold": "unhealthyThresholdCount",
}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _attributes(creation: Creation, names: dict[str, str]) -> list[dict[str, str]]:
    """Attributes as the API takes them, for those of the properties that are given."""
    taken = {names[name]: creation.take(name) for name in names if name in creation.left}
    return [{"Key": key, "Value": _text(value)} for key, value in taken.items()]


def _scheme(creation: Creation) -> None:
    internal = bool(creation.take("internal"))
    creation.left["scheme"] = "internal" if internal else "internet-facing"


def _balancer_attributes(creation: Creation) -> None:
    """What the API sets after the load balancer is there."""
    attributes = _attributes(creation, BALANCER_ATTRIBUTES)
    logs: dict[str, Any] = creation.take("accessLogs") or {}
    attributes += [
        {"Key": f"access_logs.s3.{key}", "Value": _text(logs[key])}
        for key in ("enabled", "bucket", "prefix")
        if logs.get(key) is not None
    ]
    if attributes:
        creation.call("modify_load_balancer_attributes", LoadBalancerArn=creation.id, Attributes=attributes)
    creation.state["arnSuffix"] = creation.id.partition(":loadbalancer/")[2]


def _health_check(creation: Creation) -> None:
    check: dict[str, Any] = dict(creation.take("healthCheck") or {})
    matcher = check.pop("matcher", None)
    creation.left |= {HEALTH_CHECK.get(name, name): value for name, value in check.items() if value is not None}
    if matcher is not None:
        creation.left["matcher"] = {"httpCode": matcher}


def _group_attributes(creation: Creation) -> None:
    if attributes := _attributes(creation, GROUP_ATTRIBUTES):
        creation.call("modify_target_group_attributes", TargetGroupArn=creation.id, Attributes=attributes)
    creation.state["arnSuffix"] = creation.id.rpartition(":")[2]


def _there(creation: Creation, certificate: str) -> str:
    """The certificate, or a stand-in: one that settings name can't be there, since the embedded AWS starts empty."""
    known = creation.call("acm.list_certificates")["CertificateSummaryList"]
    if certificate in [each["CertificateArn"] for each in known]:
        return certificate
    return str(creation.call("acm.request_certificate", DomainName="stand-in.example.com")["CertificateArn"])


def _actions(creation: Creation) -> None:
    """One certificate becomes the list of it, and a redirect has the API's name."""
    if certificate := creation.take("certificateArn"):
        creation.left["certificates"] = [{"certificateArn": _there(creation, certificate)}]
    creation.left["defaultActions"] = [
        {("redirectConfig" if key == "redirect" else key): value for key, value in action.items()}
        for action in creation.take("defaultActions")
    ]


RECIPES = {
    "aws:lb/loadBalancer:LoadBalancer": Recipe(
        "elbv2.create_load_balancer",
        id="LoadBalancerArn",
        root="LoadBalancers[0]",
        outputs={"arn": "LoadBalancerArn", "dnsName": "DNSName", "zoneId": "CanonicalHostedZoneId", "vpcId": "VpcId"},
        renames={"loadBalancerType": "type"},
        named="name",
        longest=32,
        prepare=_scheme,
        hooked=("accessLogs", *BALANCER_ATTRIBUTES),
        finish=_balancer_attributes,
    ),
    "aws:lb/targetGroup:TargetGroup": Recipe(
        "elbv2.create_target_group",
        id="TargetGroupArn",
        root="TargetGroups[0]",
        outputs={"arn": "TargetGroupArn", "name": "TargetGroupName"},
        named="name",
        longest=32,
        prepare=_health_check,
        hooked=tuple(GROUP_ATTRIBUTES),
        finish=_group_attributes,
    ),
    "aws:lb/listener:Listener": Recipe(
        "elbv2.create_listener",
        id="ListenerArn",
        root="Listeners[0]",
        outputs={"arn": "ListenerArn"},
        prepare=_actions,
    ),
}
