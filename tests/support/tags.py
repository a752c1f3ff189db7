"""The tags that everything of a stack bears, looked up in the way of each service."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.support.live import Live

COMMON = (
    "Project",
    "Application",
    "Environment",
    "EnvironmentSuffix",
    "Owner",
    "CostCenter",
    "Compliance",
    "ManagedBy",
)
OWN = ("Name", "ResourceType")

Tags = Mapping[str, str]


def _pairs(tags: Iterable[Mapping[str, str]], key: str = "Key", value: str = "Value") -> Tags:
    return {tag[key]: tag[value] for tag in tags}


def ec2_tags(live: Live, region: str, ids: Iterable[str]) -> dict[str, Tags]:
    """The tags of EC2's resources, by id; one without any has none here too."""
    found: dict[str, dict[str, str]] = {each: {} for each in ids}
    filters = [{"Name": "resource-id", "Values": list(found)}]
    for page in live.client("ec2", region).get_paginator("describe_tags").paginate(Filters=filters):
        for tag in page["Tags"]:
            found[tag["ResourceId"]][tag["Key"]] = tag["Value"]
    return {**found}


def tags_by_arn(live: Live, region: str, arn: str) -> Tags:
    """The tags of a resource of another service than EC2, by its ARN (`arn:aws:<service>:…`)."""
    service = arn.split(":")[2]
    client = live.client("cloudwatch" if service == "monitoring" else service, region)
    match service:
        case "logs":
            return client.list_tags_for_resource(resourceArn=arn.removesuffix(":*"))["tags"]
        case "events" | "cloudwatch":
            return _pairs(client.list_tags_for_resource(ResourceARN=arn)["Tags"])
        case "sns":
            return _pairs(client.list_tags_for_resource(ResourceArn=arn)["Tags"])
        case "rds":
            return _pairs(client.list_tags_for_resource(ResourceName=arn)["TagList"])
        case "kms":
            return _pairs(client.list_resource_tags(KeyId=arn)["Tags"], "TagKey", "TagValue")
        case "cloudtrail":
            return _pairs(client.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"])
        case "iam":
            return _pairs(client.list_role_tags(RoleName=arn.rsplit("/", 1)[-1])["Tags"])
        case "s3":
            return _pairs(client.get_bucket_tagging(Bucket=arn.rsplit(":", 1)[-1])["TagSet"])
        case _:
            raise NotImplementedError(f"no way to look up the tags of {service}")


def untagged(live: Live, tags: Mapping[str, Tags]) -> dict[str, Any]:
    """What is wrong with the tags of some resources: by resource, each tag missing, empty or of another value."""
    expected = {
        "Project": "TapStack",
        "ManagedBy": "Pulumi",
        "Environment": live.outputs["environment"],
        "EnvironmentSuffix": live.outputs["environment_suffix"],
    }
    problems = {
        resource: {
            **{key: None for key in (*COMMON, *OWN) if not own.get(key)},
            **{key: own[key] for key, value in expected.items() if own.get(key) not in (None, value)},
        }
        for resource, own in tags.items()
    }
    return {resource: found for resource, found in problems.items() if found}
