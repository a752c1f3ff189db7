"""A deployed network, looked at with boto3: what its outputs name, and what AWS says of it."""

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any, NamedTuple

from tests.support.live import Live

ANYWHERE = "0.0.0.0/0"
# Both ends and the middle of the ports that connections are opened from.
RETURN_PORTS = (1024, 32768, 65535)


class Rule(NamedTuple):
    """A rule of a security group; `peer` is a block, a group's id or a prefix list's id."""

    egress: bool
    protocol: str
    from_port: int
    to_port: int
    peer: str


class AclEntry(NamedTuple):
    """An entry of a network ACL, sorted by its number."""

    number: int
    egress: bool
    action: str
    protocol: str
    block: IPv4Network
    ports: range


@dataclass(frozen=True)
class NetworkView:
    """One network of a deployment, by the name that its outputs are prefixed with."""

    live: Live
    name: str

    def output(self, key: str) -> Any:
        """The network's output of that key."""
        return self.live.outputs[f"{self.name}_{key}"]

    @property
    def region(self) -> str:
        """The region that it is in."""
        return self.output("region")

    @property
    def vpc_id(self) -> str:
        """The VPC's id."""
        return self.output("vpc_id")

    @property
    def ec2(self) -> Any:
        """The EC2 client of its region."""
        return self.live.client("ec2", self.region)

    def of_vpc(self, operation: str, *, key: str = "vpc-id") -> list[dict[str, Any]]:
        """What a describe operation of EC2 (`subnets`, `route_tables`) finds in this VPC, all pages."""
        filters = [{"Name": key, "Values": [self.vpc_id]}]
        paginator = self.ec2.get_paginator(f"describe_{operation}")
        (result,) = paginator.result_keys
        return result.search(paginator.paginate(Filters=filters).build_full_result())

    def vpc(self) -> dict[str, Any]:
        """The VPC."""
        (vpc,) = self.ec2.describe_vpcs(VpcIds=[self.vpc_id])["Vpcs"]
        return vpc

    def blocks(self) -> set[str]:
        """The VPC's blocks."""
        associated = self.vpc()["CidrBlockAssociationSet"]
        return {block["CidrBlock"] for block in associated if block["CidrBlockState"]["State"] == "associated"}

    def created(self) -> bool:
        """Whether this stack made the VPC: it then bears the stack's tags; an adopted one is its owner's."""
        tags = {tag["Key"]: tag["Value"] for tag in self.vpc().get("Tags", [])}
        return tags.get("EnvironmentSuffix") == self.live.outputs["environment_suffix"]

    def subnets(self, tier: str) -> list[dict[str, Any]]:
        """The subnets of a tier, as outputs name them."""
        return self.ec2.describe_subnets(SubnetIds=self.output(f"{tier}_subnet_ids"))["Subnets"]

    def zones(self, tier: str) -> set[str]:
        """The zones that the subnets of a tier are in."""
        return {subnet["AvailabilityZone"] for subnet in self.subnets(tier)}

    def subnet_blocks(self, tier: str) -> set[str]:
        """The blocks of a tier's subnets."""
        return {subnet["CidrBlock"] for subnet in self.subnets(tier)}

    def route_tables(self, tier: str) -> list[dict[str, Any]]:
        """The route tables of a tier, as outputs name them."""
        return self.ec2.describe_route_tables(RouteTableIds=self.output(f"{tier}_route_table_ids"))["RouteTables"]

    def table_of(self, subnet_id: str) -> dict[str, Any]:
        """The route table that a subnet uses: its own, else the VPC's main one."""
        tables = self.of_vpc("route_tables")
        own = [table for table in tables if any(a.get("SubnetId") == subnet_id for a in table["Associations"])]
        main = [table for table in tables if any(a.get("Main") for a in table["Associations"])]
        return (own or main)[0]

    def acl_of(self, subnet_id: str) -> dict[str, Any]:
        """The network ACL of a subnet."""
        filters = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
        (acl,) = self.ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
        return acl

    def rules(self, group_id: str) -> list[Rule]:
        """The rules of a security group, sorted."""
        filters = [{"Name": "group-id", "Values": [group_id]}]
        pages = self.ec2.get_paginator("describe_security_group_rules").paginate(Filters=filters)
        return sorted(_rule(rule) for page in pages for rule in page["SecurityGroupRules"])

    def default_group(self) -> dict[str, Any]:
        """The VPC's default security group."""
        (group,) = [group for group in self.of_vpc("security_groups") if group["GroupName"] == "default"]
        return group

    def flow_log(self) -> dict[str, Any]:
        """The one flow log of the VPC itself."""
        filters = [{"Name": "resource-id", "Values": [self.vpc_id]}]
        (log,) = self.ec2.describe_flow_logs(Filters=filters)["FlowLogs"]
        return log


def _rule(rule: dict[str, Any]) -> Rule:
    peers = (
        rule.get("CidrIpv4"),
        rule.get("CidrIpv6"),
        rule.get("PrefixListId"),
        rule.get("ReferencedGroupInfo", {}).get("GroupId"),
    )
    (peer,) = filter(None, peers)
    return Rule(rule["IsEgress"], rule["IpProtocol"], rule.get("FromPort", -1), rule.get("ToPort", -1), peer)


def entries(acl: dict[str, Any]) -> list[AclEntry]:
    """The entries of an ACL in the order in which AWS tries them, without the last one, which denies the rest."""
    return sorted(
        AclEntry(
            entry["RuleNumber"],
            entry["Egress"],
            entry["RuleAction"],
            entry["Protocol"],
            IPv4Network(entry["CidrBlock"]),
            range(entry["PortRange"]["From"], entry["PortRange"]["To"] + 1) if "PortRange" in entry else range(65536),
        )
        for entry in acl["Entries"]
        if entry["RuleNumber"] < 32767 and "CidrBlock" in entry
    )


def lets(acl: dict[str, Any], cidr: str, port: int, *, egress: bool) -> bool:
    """Whether an ACL lets TCP packets from all of a block (to it, with `egress`) pass to a port."""
    # The first entry that matches decides.
    asked = IPv4Network(cidr)
    for entry in entries(acl):
        if entry.egress == egress and entry.protocol in ("-1", "6") and port in entry.ports:
            if asked.subnet_of(entry.block):
                return entry.action == "allow"
            if asked.overlaps(entry.block) and entry.action == "deny":
                return False
    return False


def lets_through(acl: dict[str, Any], cidr: str, port: int, *, outward: bool) -> bool:
    """Whether connections to a port pass, and their answers the other way."""
    there = lets(acl, cidr, port, egress=outward)
    return there and all(lets(acl, cidr, back, egress=not outward) for back in RETURN_PORTS)
