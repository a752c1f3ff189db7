"""Recipes of Route 53."""

from typing import Any

from tap.embedded.creation import Creation, pairs
from tap.embedded.recipe import Recipe

# What a health check is told by; the provider's names beside the API's.
CHECK = {
    "type": "Type",
    "fqdn": "FullyQualifiedDomainName",
    "ipAddress": "IPAddress",
    "port": "Port",
    "resourcePath": "ResourcePath",
    "searchString": "SearchString",
    "enableSni": "EnableSNI",
    "requestInterval": "RequestInterval",
    "failureThreshold": "FailureThreshold",
    "measureLatency": "MeasureLatency",
    "regions": "Regions",
    "invertHealthcheck": "Inverted",
    "disabled": "Disabled",
}


def _tag(creation: Creation, type_: str) -> None:
    if creation.tags:
        creation.call(
            "route53.change_tags_for_resource",
            ResourceType=type_,
            ResourceId=creation.id,
            AddTags=pairs(creation.tags),
        )


def _zone(creation: Creation) -> None:
    """A public zone. Its URN's hash is the caller's reference, so that one deployment makes it once."""
    name, comment = creation.take("name"), creation.take("comment", "Managed by Pulumi")
    creation.take("forceDestroy")
    response = creation.call(
        "route53.create_hosted_zone",
        Name=name,
        CallerReference=f"{creation.resource.name}-{creation.suffix}",
        HostedZoneConfig={"Comment": comment, "PrivateZone": False},
    )
    creation.id = response["HostedZone"]["Id"].removeprefix("/hostedzone/")
    creation.state |= {
        **creation.given,
        "zoneId": creation.id,
        "arn": f"arn:aws:route53:::hostedzone/{creation.id}",
        "nameServers": response["DelegationSet"]["NameServers"],
    }
    _tag(creation, "hostedzone")


def _health_check(creation: Creation) -> None:
    config = {theirs: creation.take(ours) for ours, theirs in CHECK.items() if ours in creation.left}
    response = creation.call(
        "route53.create_health_check",
        CallerReference=f"{creation.resource.name}-{creation.suffix}",
        HealthCheckConfig=config,
    )
    creation.id = response["HealthCheck"]["Id"]
    creation.state |= {**creation.given, "arn": f"arn:aws:route53:::healthcheck/{creation.id}"}
    _tag(creation, "healthcheck")


def _record(creation: Creation) -> None:
    """One record set; as the provider does, its name is completed by that of its zone."""
    zone_id, action = creation.take("zoneId"), "UPSERT" if creation.take("allowOverwrite", False) else "CREATE"
    zone = creation.call("route53.get_hosted_zone", Id=zone_id)["HostedZone"]["Name"].rstrip(".")
    name = creation.take("name").rstrip(".")
    fqdn = name if name == zone or name.endswith(f".{zone}") else f"{name}.{zone}"
    record: dict[str, Any] = {"Name": fqdn, "Type": creation.take("type")}
    if records := creation.take("records"):
        record |= {"TTL": creation.take("ttl"), "ResourceRecords": [{"Value": value} for value in records]}
    for alias in creation.take("aliases", []):
        record["AliasTarget"] = {
            "HostedZoneId": alias["zoneId"],
            "DNSName": alias["name"],
            "EvaluateTargetHealth": alias["evaluateTargetHealth"],
        }
    for policy in creation.take("failoverRoutingPolicies", []):
        record["Failover"] = policy["type"]
    for ours, theirs in (("setIdentifier", "SetIdentifier"), ("healthCheckId", "HealthCheckId")):
        if (value := creation.take(ours)) is not None:
            record[theirs] = value
    creation.call(
        "route53.change_resource_record_sets",
        HostedZoneId=zone_id,
        ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
    )
    creation.id = "_".join(filter(None, (zone_id, fqdn, record["Type"], record.get("SetIdentifier"))))
    creation.state |= {**creation.given, "fqdn": fqdn}


def _log_group(creation: Creation) -> None:
    """Moto takes the ARN of a log group in the form alone that ends in `:*`; AWS takes both."""
    creation.left["cloudwatchLogGroupArn"] = f"{creation.take('cloudwatchLogGroupArn')}:*"


RECIPES = {
    "aws:route53/zone:Zone": Recipe(finish=_zone, tagged=True),
    "aws:route53/healthCheck:HealthCheck": Recipe(finish=_health_check, tagged=True),
    "aws:route53/record:Record": Recipe(finish=_record),
    "aws:route53/queryLog:QueryLog": Recipe(
        "route53.create_query_logging_config",
        id="Id",
        root="QueryLoggingConfig",
        outputs={"arn": "arn:{partition}:route53:::queryloggingconfig/{id}"},
        renames={"zoneId": "HostedZoneId", "cloudwatchLogGroupArn": "CloudWatchLogsLogGroupArn"},
        prepare=_log_group,
    ),
}
