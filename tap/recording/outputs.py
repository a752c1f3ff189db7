"""Outputs that a provider would compute, derived from the resource type's own Python class.

A type's outputs are the properties of its class. Those that are neither inputs nor optional are computed by the
provider, so they get a value of their type; a few get the form that AWS gives them.
"""

import importlib
import re
import string
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin

from tap.engine.answers import AnswerError
from tap.plan import Resource
from tap.recording.vpcs import At, identifier

# How AWS spells the id of a resource where that is not the type's own name.
ID_PREFIXES = {
    "ec2:DefaultSecurityGroup": "sg",
    "ec2:Eip": "eipalloc",
    "ec2:FlowLog": "fl",
    "ec2:InternetGateway": "igw",
    "ec2:LaunchTemplate": "lt",
    "ec2:NatGateway": "nat",
    "ec2:NetworkAcl": "acl",
    "ec2:NetworkAclAssociation": "aclassoc",
    "ec2:RouteTable": "rtb",
    "ec2:RouteTableAssociation": "rtbassoc",
    "ec2:SecurityGroup": "sg",
    "ec2:VpcEndpoint": "vpce",
    "ec2:VpcPeeringConnection": "pcx",
    "vpc:SecurityGroupEgressRule": "sgr",
    "vpc:SecurityGroupIngressRule": "sgr",
}
# Types whose id is one of their own values.
ID_IS = {
    "cloudtrail:Trail": "arn",
    "cloudwatch:EventRule": "name",
    "cloudwatch:LogGroup": "name",
    "cloudwatch:MetricAlarm": "name",
    "dynamodb:Table": "name",
    "ec2:PeeringConnectionOptions": "vpcPeeringConnectionId",
    "ec2:VpcPeeringConnectionAccepter": "vpcPeeringConnectionId",
    "ecs:Cluster": "arn",
    "iam:InstanceProfile": "name",
    "iam:Policy": "arn",
    "iam:Role": "name",
    "lambda:Function": "name",
    "lb:Listener": "arn",
    "lb:LoadBalancer": "arn",
    "lb:TargetGroup": "arn",
    "rds:Cluster": "clusterIdentifier",
    "rds:ClusterInstance": "identifier",
    "rds:GlobalCluster": "globalClusterIdentifier",
    "rds:SubnetGroup": "name",
    "s3:Bucket": "bucket",
    "secretsmanager:Secret": "arn",
    "sns:Topic": "arn",
    "ssm:Parameter": "name",
}
# ARNs of types that do not follow `arn:aws:<service>:<region>:<account>:<type>/<id>`.
ARNS = {
    "cloudwatch:EventRule": "arn:aws:events:{region}:{account}:rule/{name}",
    "cloudwatch:LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "cloudwatch:MetricAlarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "dynamodb:Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "ec2:DefaultSecurityGroup": "arn:aws:ec2:{region}:{account}:security-group/{id}",
    "ec2:Eip": "arn:aws:ec2:{region}:{account}:elastic-ip/{id}",
    "ec2:FlowLog": "arn:aws:ec2:{region}:{account}:vpc-flow-log/{id}",
    "ec2:NatGateway": "arn:aws:ec2:{region}:{account}:natgateway/{id}",
    "iam:InstanceProfile": "arn:aws:iam::{account}:instance-profile/{name}",
    "iam:Policy": "arn:aws:iam::{account}:policy/{name}",
    "iam:Role": "arn:aws:iam::{account}:role/{name}",
    "lambda:Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "rds:Cluster": "arn:aws:rds:{region}:{account}:cluster:{name}",
    "rds:ClusterInstance": "arn:aws:rds:{region}:{account}:db:{name}",
    "rds:SubnetGroup": "arn:aws:rds:{region}:{account}:subgrp:{name}",
    "s3:Bucket": "arn:aws:s3:::{name}",
    "secretsmanager:Secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{suffix}",
    "sns:Topic": "arn:aws:sns:{region}:{account}:{name}",
    "sqs:Queue": "arn:aws:sqs:{region}:{account}:{name}",
    # A name with slashes starts with one.
    "ssm:Parameter": "arn:aws:ssm:{region}:{account}:parameter{name}",
    "vpc:SecurityGroupEgressRule": "arn:aws:ec2:{region}:{account}:security-group-rule/{id}",
    "vpc:SecurityGroupIngressRule": "arn:aws:ec2:{region}:{account}:security-group-rule/{id}",
}
# Services whose name in an ARN is not that of Pulumi's module.
SERVICES = {"alb": "elasticloadbalancing", "lb": "elasticloadbalancing", "vpc": "ec2"}
# Computed lists of objects that programs look into; others come back empty.
OBJECTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "acm:Certificate": (
        "domainValidationOptions",
        {
            "domainName": "{domainName}",
            "resourceRecordName": "_{suffix}.{domainName}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": "_{suffix}.acm-validations.aws.",
        },
    ),
    "ec2:VpcEndpoint": ("dnsEntries", {"dnsName": "{id}.vpce.amazonaws.com", "hostedZoneId": "Z{suffix}"}),
    "elasticache:Cluster": ("cacheNodes", {"address": "{name}.cache.amazonaws.com"}),
}
# Where the names of a type are kept, if not in `name`.
NAME_KEYS = ("name", "bucket", "clusterIdentifier", "identifier", "globalClusterIdentifier")


@dataclass(frozen=True, slots=True)
class _Type:
    """What a resource class says about its type: outputs that the provider computes, by camelCase name."""

    computed: Mapping[str, Any]
    inputs: frozenset[str]


# Threads that import the same packages at a time may see half of one.
_importing = threading.Lock()


def _type(token: str) -> _Type:
    with _importing:
        return _read_type(token)


@cache
def _read_type(token: str) -> _Type:
    package, module, name = token.split(":")
    path = "" if module.startswith("index") else "." + module.split("/")[0]
    for candidate in (f"pulumi_{package}{path}", f"pulumi_{package}{path}_"):
        try:
            found = importlib.import_module(candidate)
        except ModuleNotFoundError:
            continue
        cls = getattr(found, name, None)
        if cls is not None:
            args = getattr(importlib.import_module(cls.__module__), f"{name}Args", object)
            computed = {
                _camel(key): hint for key, member in _properties(cls).items() if not _optional(hint := _hint(member))
            }
            return _Type(computed, frozenset(map(_camel, _properties(args))))
    raise AnswerError(f"the type {token} is not known: no installed Pulumi package has it")


def _properties(cls: type) -> dict[str, property]:
    return {key: member for key, member in vars(cls).items() if isinstance(member, property)}


def _hint(member: property) -> Any:
    """T of a property annotated `Output[T]`; names of nested types stay unresolved, which spares their import."""
    return get_args(getattr(member.fget, "__annotations__", {}).get("return"))[0]


def _optional(hint: Any) -> bool:
    return get_origin(hint) is Union and type(None) in get_args(hint)


def _camel(name: str) -> str:
    first, *others = name.rstrip("_").split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def answer(
    resource: Resource, region: str, account: str, default_tags: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """Id and outputs of a resource that a provider of that region and account would have created from these inputs."""
    kind = _type(resource.type)
    package, module, class_ = resource.type.split(":")
    service = module.split("/")[0]
    key = f"{service}:{class_}"
    digits = identifier("", resource.urn)[1:]
    generated = f"{resource.name}-{digits[:7]}"
    inputs = resource.inputs
    name = next((inputs[at] for at in NAME_KEYS if isinstance(inputs.get(at), str)), generated)
    id_ = f"{ID_PREFIXES.get(key, _kebab(class_))}-{digits}"
    words = {"region": region, "account": account, "name": name, "id": id_, "suffix": digits[:6]}
    arn = ARNS.get(key, f"arn:aws:{SERVICES.get(service, service)}:{{region}}:{{account}}:{_kebab(class_)}/{{id}}")
    arn = arn.format(**words)
    outputs: dict[str, Any] = {
        output: _value(output, hint, resource, At(region, account), computed_only=output not in kind.inputs)
        for output, hint in kind.computed.items()
    }
    known = {"arn": arn, "region": region, **dict.fromkeys(NAME_KEYS, name)} if package == "aws" else {}
    outputs |= {at: value for at, value in known.items() if at in kind.computed}
    outputs |= inputs
    if "tagsAll" in kind.computed:
        outputs["tagsAll"] = {**default_tags, **inputs.get("tags", {})}
    if key in OBJECTS:
        at, fields = OBJECTS[key]
        words |= {name: value for name, value in inputs.items() if isinstance(value, str)}
        outputs[at] = [{field: text.format_map(defaultdict(str, words)) for field, text in fields.items()}]
    if key == "ec2:VpcPeeringConnection" and not inputs.get("autoAccept"):
        outputs["acceptStatus"] = "pending-acceptance"
    if "engineVersionActual" in outputs:
        outputs["engineVersionActual"] = inputs.get("engineVersion", outputs["engineVersionActual"])
    if class_ == "RandomPassword":
        outputs["result"] = _password(resource, inputs.get("length", 16))
    return str(outputs.get(ID_IS[key], id_)) if key in ID_IS else id_, outputs


def _value(key: str, hint: Any, resource: Resource, at: At, *, computed_only: bool) -> Any:
    """A computed value of the right type; lists that could also be inputs are left empty."""
    origin = get_origin(hint) or hint
    if origin is str:
        return _text(key, resource, at)
    if origin in (int, float):
        return 1
    if origin is bool:
        return False
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {}
    element = get_args(hint)[0] if get_args(hint) else None
    if element is not None:
        return [_text(key.removesuffix("s"), resource, at)] if computed_only and element is str else []
    return {}


def _text(key: str, resource: Resource, at: At) -> str:
    return _form(key)(key, resource, at)


@cache
def _form(key: str) -> "Form":
    """What makes the text of an output of that name."""
    return next(form for pattern, form in FORMS.items() if re.search(pattern, key.lower()))


def _own(key: str, resource: Resource) -> str:
    return f"{resource.name}-{identifier('', resource.urn, key)[1:8]}"


def _arn(key: str, resource: Resource, at: At) -> str:
    service = resource.type.split(":")[1].split("/")[0]
    return f"arn:aws:{service}:{at.region}:{at.account}:{_kebab(key)}/{_own(key, resource)}"


def _address(network: str) -> "Form":
    return lambda _key, resource, _at: f"{network}.{int(identifier('', resource.urn)[1:3], 16) % 254 + 1}"


def _host(key: str, resource: Resource, at: At) -> str:
    return f"{_own(key, resource)}.{at.region}.amazonaws.com"


def _id(prefix: str) -> "Form":
    return lambda key, resource, _at: identifier(prefix, resource.urn, key)


Form = Callable[[str, Resource, At], str]
# The form of a computed text, by the first pattern that the name of its output, in small letters, has.
FORMS: Mapping[str, Form] = {
    r"ipv6|(name|identifier)prefix$": lambda _key, _resource, _at: "",
    r"(owner|account|registry)id$": lambda _key, _resource, at: at.account,
    r"region$": lambda _key, _resource, at: at.region,
    r"arn$": _arn,
    r"availabilityzone$": lambda _key, _resource, at: f"{at.region}a",
    r"^acceptstatus$": lambda _key, _resource, _at: "active",
    r"^(state|status)$": lambda _key, _resource, _at: "available",
    r"publicip$": _address("203.0.113"),
    r"privateip$": _address("10.0.0"),
    r"url$": lambda key, resource, at: f"https://{_host(key, resource, at)}",
    r"(endpoint|dnsname|domainname|dns)$": _host,
    r"securitygroupid$": _id("sg"),
    r"routetableid$": _id("rtb"),
    r"networkaclid$": _id("acl"),
    r"networkinterfaceid$": _id("eni"),
    r"prefixlistid$": _id("pl"),
    r"": lambda key, resource, _at: f"{_kebab(key)}-{identifier('', resource.urn, key)[1:11]}",
}


def _password(resource: Resource, length: Any) -> str:
    """A password that is the same in every recording; it protects nothing."""
    letters = string.ascii_letters + string.digits
    digits = int.from_bytes(resource.urn.encode() * (1 + int(length) // 8), "big")
    return "".join(letters[digits // len(letters) ** place % len(letters)] for place in range(int(length)))
