"""Recipes of network ACLs and security groups."""

import zlib
from collections.abc import Mapping
from typing import Any

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe
from tap.embedded.services.vpc import arn, refuse_inline
from tap.engine.answers import AnswerError

PROTOCOLS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}


def _no_inline_acl(creation: Creation) -> None:
    refuse_inline(creation, "ingress", "egress", instead="NetworkAclRule")


def _acl_subnets(creation: Creation) -> None:
    for subnet in creation.take("subnetIds", []):
        _replace_acl(creation, subnet, creation.id)


def _associate_acl(creation: Creation) -> None:
    creation.id = _replace_acl(creation, creation.take("subnetId"), creation.take("networkAclId"))


def _replace_acl(creation: Creation, subnet: str, acl: str) -> str:
    """Put a subnet under another ACL; the id of the new association."""
    found = creation.call("ec2.describe_network_acls", Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
    associations = [a for entry in found["NetworkAcls"] for a in entry["Associations"] if a["SubnetId"] == subnet]
    if not associations:
        raise AnswerError(f"the subnet {subnet} is under no network ACL")
    old = associations[0]["NetworkAclAssociationId"]
    answer = creation.call("ec2.replace_network_acl_association", AssociationId=old, NetworkAclId=acl)
    return str(answer["NewAssociationId"])


def _acl_entry(creation: Creation) -> None:
    """Protocol by number, ports and ICMP types as structures; the id is made up, as by the provider."""
    name = str(creation.take("protocol"))
    protocol = PROTOCOLS.get(name, name)
    start, end = creation.take("fromPort"), creation.take("toPort")
    kind, code = creation.take("icmpType"), creation.take("icmpCode")
    creation.left |= {"protocol": protocol, "egress": creation.take("egress", False)}
    if protocol in {"6", "17"}:
        creation.left["portRange"] = {"from": start, "to": end}
    if protocol in {"1", "58"}:
        creation.left["icmpTypeCode"] = {"type": kind, "code": code}
    key = "-".join(str(creation.left[part]) for part in ("networkAclId", "ruleNumber", "egress", "protocol"))
    creation.id = f"nacl-{zlib.crc32(key.encode())}"


def _no_inline_group(creation: Creation) -> None:
    refuse_inline(creation, "ingress", "egress", instead="SecurityGroupIngressRule and SecurityGroupEgressRule")


def _revoke_all(creation: Creation) -> None:
    """Take all rules off the group: AWS gives a new one leave to reach everything, Pulumi does not."""
    (group,) = creation.call("ec2.describe_security_groups", GroupIds=[creation.id])["SecurityGroups"]
    for operation, rules in (
        ("ec2.revoke_security_group_egress", group["IpPermissionsEgress"]),
        ("ec2.revoke_security_group_ingress", group["IpPermissions"]),
    ):
        if rules:
            creation.call(operation, GroupId=creation.id, IpPermissions=rules)


def _take_over_default_group(creation: Creation) -> None:
    _no_inline_group(creation)
    vpc = creation.take("vpcId")
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    found = creation.call("ec2.describe_security_groups", Filters=filters)["SecurityGroups"]
    if not found:
        raise AnswerError(f"the VPC {vpc} has no default security group")
    creation.id = found[0]["GroupId"]
    creation.state |= {
        **creation.given,
        "name": "default",
        "description": found[0]["Description"],
        "arn": creation.filled(arn("security-group")["arn"]),
        "ownerId": creation.account,
    }
    _revoke_all(creation)
    creation.tag()


def _permission(creation: Creation) -> None:
    """One rule as the API's `IpPermissions`: ports, and the one peer with the description beside it."""
    described = {"Description": text} if (text := creation.take("description")) else {}
    peers: Mapping[str, tuple[str, str]] = {
        "cidrIpv4": ("IpRanges", "CidrIp"),
        "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "prefixListId": ("PrefixListIds", "PrefixListId"),
        "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    }
    permission: dict[str, Any] = {"IpProtocol": str(creation.take("ipProtocol"))}
    for name, (kind, key) in peers.items():
        if (peer := creation.take(name)) is not None:
            permission[kind] = [{key: peer, **described}]
    start, end = creation.take("fromPort"), creation.take("toPort")
    if permission["IpProtocol"] != "-1":
        permission |= {"FromPort": start, "ToPort": end}
    creation.left["groupId"] = creation.take("securityGroupId")
    creation.left["ipPermissions"] = [permission]


def _rule(direction: str) -> Recipe:
    return Recipe(
        f"ec2.authorize_security_group_{direction}",
        id="SecurityGroupRuleId",
        root="SecurityGroupRules[0]",
        outputs={"arn": arn("security-group-rule")["arn"], "securityGroupRuleId": "SecurityGroupRuleId"},
        prepare=_permission,
    )


RECIPES = {
    "aws:ec2/networkAcl:NetworkAcl": Recipe(
        "ec2.create_network_acl",
        id="NetworkAclId",
        root="NetworkAcl",
        outputs=arn("network-acl"),
        prepare=_no_inline_acl,
        hooked=("subnetIds",),
        finish=_acl_subnets,
    ),
    "aws:ec2/networkAclRule:NetworkAclRule": Recipe("ec2.create_network_acl_entry", prepare=_acl_entry),
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": Recipe(finish=_associate_acl),
    "aws:ec2/securityGroup:SecurityGroup": Recipe(
        "ec2.create_security_group",
        id="GroupId",
        outputs=arn("security-group"),
        assumes={"description": "Managed by Pulumi"},
        renames={"name": "GroupName"},
        ignores=("revokeRulesOnDelete",),
        named="name",
        prepare=_no_inline_group,
        finish=_revoke_all,
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Recipe(
        tagged=True, ignores=("revokeRulesOnDelete",), finish=_take_over_default_group
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("egress"),
}
