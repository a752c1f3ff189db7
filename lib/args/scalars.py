"""The scalar types that settings are made of: strict, so that a mistake in YAML never turns into another value.

Each carries its rule and its remedy; `validation.py` turns what they refuse into the lines a user reads.
"""

import ipaddress
import re
from collections.abc import Sequence
from typing import Annotated, Any, cast

from pulumi_aws import Region as AwsRegion
from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

from lib.args.problems import nearest

MOST_ZONES = 8
# Prefix lengths of a VPC: AWS's largest, and the smallest with room for several tiers in several zones.
LARGEST_VPC, SMALLEST_VPC = 16, 24
REGIONS = tuple(sorted(region.value for region in AwsRegion))


def refuse(rule: str, remedy: str) -> PydanticCustomError:
    """The error of a broken rule; `rule` and `remedy` reach the user as `path: rule (got value). Remedy.`"""
    return PydanticCustomError("rule", "{rule}", {"rule": rule, "remedy": remedy})


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z](?:[a-z0-9]|[-_](?![-_]))*(?<![-_])", value):
        raise refuse(
            "must be lower-case letters, digits and single '-' or '_', starting with a letter",
            "Use a name such as payment or card-data.",
        )
    return value


def _region(value: str) -> str:
    if value not in REGIONS:
        guess = nearest(value, REGIONS)
        remedy = f"Did you mean {guess}?" if guess else "Use a region such as us-east-1 or eu-central-1."
        raise refuse("must be an AWS region", remedy)
    return value


def _block(value: str) -> ipaddress.IPv4Network:
    try:
        block = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        block = None
    if block is None or not re.fullmatch(r"[\d.]+/\d+", value):
        raise refuse("must be an IPv4 CIDR block", "Use a block such as 10.0.0.0/16.")
    return block


def cidr(value: str) -> str:
    """The block as it was written; refuses what is none, and host bits."""
    block = _block(value)
    if ipaddress.IPv4Address(value.split("/")[0]) != block.network_address:
        raise refuse("must have no host bits set", f"Use {block}.")
    return str(block)


def _vpc_cidr(value: str) -> str:
    prefix = _block(value).prefixlen
    if not LARGEST_VPC <= prefix <= SMALLEST_VPC:
        address = value.split("/")[0]
        allowed = ipaddress.IPv4Network(f"{address}/{min(max(prefix, LARGEST_VPC), SMALLEST_VPC)}", strict=False)
        raise refuse(f"must be between /{LARGEST_VPC} and /{SMALLEST_VPC}", f"Use a block such as {allowed}.")
    return cidr(value)


def _pattern(pattern: str, rule: str, remedy: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise refuse(rule, remedy)
        return value

    return AfterValidator(check)


Name = Annotated[StrictStr, AfterValidator(_name)]
Region = Annotated[StrictStr, AfterValidator(_region), Field(json_schema_extra={"enum": list(REGIONS)})]
Cidr = Annotated[StrictStr, AfterValidator(cidr)]
VpcCidr = Annotated[StrictStr, AfterValidator(_vpc_cidr)]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
VpcId = Annotated[
    StrictStr, _pattern(r"vpc-[0-9A-Za-z-]+", "must be a VPC id", "Use an id such as vpc-0a1b2c3d4e5f67890.")
]
SubnetId = Annotated[
    StrictStr, _pattern(r"subnet-[0-9A-Za-z-]+", "must be a subnet id", "Use an id such as subnet-0a1b2c3d4e5f67890.")
]
RoleArn = Annotated[
    StrictStr,
    _pattern(
        r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+",
        "must be the ARN of an IAM role",
        "Use an ARN such as arn:aws:iam::123456789012:role/network.",
    ),
]
# What EC2 takes as the description of a security group or one of its rules.
_DESCRIBED = r"[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]"
_DESCRIBE = "Use letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*."
RuleDescription = Annotated[
    StrictStr, _pattern(_DESCRIBED + "{0,255}", "must be at most 255 of the characters that EC2 takes", _DESCRIBE)
]
GroupDescription = Annotated[
    StrictStr, _pattern(_DESCRIBED + "{1,255}", "must be 1 to 255 of the characters that EC2 takes", _DESCRIBE)
]
EndpointService = Annotated[
    StrictStr,
    _pattern(
        r"[a-z0-9][a-z0-9.-]*",
        "must be the short name of an AWS endpoint service",
        "Use a name such as s3, dynamodb or ecr.api.",
    ),
]


def _zones(value: Any) -> Any:
    names: Any = one_or_many(value)
    listed: Sequence[Any] = cast("Sequence[Any]", names) if isinstance(names, list | tuple) else ()
    count: int = len(listed) if all(isinstance(name, str) for name in listed) else 0
    if isinstance(value, int) and not isinstance(value, bool):
        count = value
    if not 1 <= count <= MOST_ZONES:
        raise refuse(
            f"must be a count of zones, 1 to {MOST_ZONES}, or a list of their names",
            "Write a number such as 3, or names such as [us-east-1a, us-east-1b].",
        )
    return listed or value


def one_or_many(value: Any) -> Any:
    """A list where one was written alone: `cidrs: 10.0.1.0/24` means a list of one."""
    return [value] if isinstance(value, str) else value


ONE_OR_MANY = BeforeValidator(one_or_many, json_schema_input_type=str | tuple[str, ...])

Zones = Annotated[Annotated[StrictInt, Field(ge=1, le=MOST_ZONES)] | tuple[StrictStr, ...], BeforeValidator(_zones)]
Host = Annotated[
    StrictStr,
    _pattern(
        r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?)*",
        "must be a host name or an IPv4 address",
        "Use a name such as api.example.com, or an address such as 10.1.2.10.",
    ),
]
HttpsUrl = Annotated[
    StrictStr,
    _pattern(
        r"https://[^\s/]+(/\S*)?", "must be an HTTPS address", "Use an address such as https://example.com/alarms."
    ),
]
Email = Annotated[
    StrictStr,
    _pattern(r"[^@\s]+@[^@\s]+\.[^@\s]+", "must be an e-mail address", "Use an address such as team@example.com."),
]
