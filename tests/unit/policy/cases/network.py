"""Cases of the rules on networks and security groups."""

from tests.unit.policy.cases.case import allow, breaks, document, made, needs, passes

WORLD = {"cidrIpv4": "0.0.0.0/0"}
vpc = made("ec2:Vpc", "main")
acl = made("ec2:NetworkAcl", "acl")


def entry(number, action="allow", port=22, **given):
    settings = {"protocol": "tcp", "fromPort": port, "toPort": port, "egress": False, "cidrBlock": "0.0.0.0/0", **given}
    return made(
        "ec2:NetworkAclRule", f"r{number}", {"networkAclId": acl}, ruleNumber=number, ruleAction=action, **settings
    )


def wide(number, action="allow", **given):
    return entry(number, action, **{"fromPort": 0, "toPort": 65535, **given})


def ingress(port=443, last=None, refs=None, **given):
    settings = {
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": last or port,
        "description": "Clients",
        **WORLD,
        **given,
    }
    return made("vpc:SecurityGroupIngressRule", "in", refs, **settings)


def egress(**given):
    settings = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "description": "Clients", **WORLD}
    return made("vpc:SecurityGroupEgressRule", "out", **{**settings, **given})


def inline(side="ingress", **given):
    rule = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"], "description": "Clients"}
    return made("ec2:SecurityGroup", "group", description="Doors", **{side: [{**rule, **given}]})


def old(type_="ingress", port=443, **given):
    settings = {"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": ["0.0.0.0/0"], "description": "x"}
    return made("ec2:SecurityGroupRule", "old", type=type_, **{**settings, **given})


group = made("ec2:SecurityGroup", "group", description="Doors")
http = ingress(80, refs={"securityGroupId": group})
balancer = made("lb:LoadBalancer", "alb", {"securityGroups": group})


def listener(type_="redirect", port=80):
    return made("lb:Listener", f"on{port}", {"loadBalancerArn": balancer}, port=port, defaultActions=[{"type": type_}])


def flow_log(**given):
    return made("ec2:FlowLog", "log", {"vpcId": vpc}, **given)


def default_group(**given):
    return made("ec2:DefaultSecurityGroup", "default", {"vpcId": vpc}, **given)


SCOPED = allow(Principal="*", Action="*", Resource="*", Condition={"StringEquals": {"aws:PrincipalAccount": "1"}})
OPEN = allow(Principal="*", Action="*", Resource="*")
DEFAULT_POLICY = "has the default policy, which lets everybody do anything with any account's resources"
OPEN_POLICY = "has a policy that lets everybody do anything with any account's resources"

CASES = [
    passes("EC2.2", vpc, default_group(ingress=[], egress=[])),
    breaks("EC2.2", "has a default security group that nothing empties", vpc),
    breaks("EC2.2", "has ingress rules", vpc, default_group(ingress=[{"protocol": "-1"}])),
    breaks("EC2.2", "has egress rules", vpc, default_group(ingress=[], egress=[{"protocol": "-1"}])),
    passes("EC2.6", vpc, flow_log(trafficType="ALL")),
    breaks("EC2.6", "has no flow log of ALL traffic", vpc),
    breaks("EC2.6", "has no flow log of ALL traffic", vpc, flow_log(trafficType="REJECT")),
    breaks("EC2.6", "has no flow log of ALL traffic", vpc, made("ec2:FlowLog", "other", trafficType="ALL")),
    *needs(
        "EC2.15",
        "ec2:Subnet",
        {"mapPublicIpOnLaunch": False},
        ({"mapPublicIpOnLaunch": True}, "gives whatever starts in it a public address"),
    ),
    # The first entry that applies decides.
    passes("EC2.21", acl),
    passes("EC2.21", acl, entry(90, "deny"), entry(91, "deny", 3389), wide(100)),
    passes("EC2.21", acl, wide(100, cidrBlock="10.0.0.0/8")),
    passes("EC2.21", acl, wide(100, egress=True)),
    passes("EC2.21", acl, wide(100, protocol="udp")),
    passes("EC2.21", acl, entry(100, port=443)),
    breaks("EC2.21", "lets the world in on port 22 by entry 100", acl, entry(100)),
    breaks("EC2.21", "lets the world in on port 3389 by entry 100", acl, entry(90, "deny"), wide(100)),
    breaks("EC2.21", "lets the world in on port 22 by entry 80", acl, entry(90, "deny"), entry(80)),
    breaks(
        "EC2.21",
        ("lets the world in on port 22 by entry 100", "lets the world in on port 3389 by entry 100"),
        *(acl, wide(90, "deny", cidrBlock="198.51.100.0/24"), wide(100, protocol="-1")),
    ),
    # Half the internet is the world, and to deny half is not to deny it.
    breaks("EC2.21", "lets the world in on port 22 by entry 100", acl, entry(100, cidrBlock="0.0.0.0/1")),
    breaks(
        "EC2.21",
        "lets the world in on port 22 by entry 100",
        *(acl, entry(90, "deny", cidrBlock="0.0.0.0/1"), entry(100)),
    ),
    breaks(
        "EC2.21",
        "lets the world in on port 22 by entry 100",
        *(acl, entry(90, "deny"), entry(100, cidrBlock=None, ipv6CidrBlock="::/0")),
    ),
    breaks(
        "EC2.21",
        "lets the world in on port 22 by entry 5",
        made(
            "ec2:NetworkAcl",
            ingress=[
                {
                    "ruleNo": 5,
                    "action": "ALLOW",
                    "protocol": "6",
                    "fromPort": 22,
                    "toPort": 22,
                    "cidrBlock": "0.0.0.0/0",
                }
            ],
        ),
    ),
    passes("tap-endpoint-policy", made("ec2:VpcEndpoint", vpcEndpointType="Gateway", policy=document(SCOPED))),
    passes("tap-endpoint-policy", made("ec2:VpcEndpoint", policy=document(allow(Principal={"AWS": "*"})))),
    passes("tap-endpoint-policy", made("ec2:VpcEndpoint", vpcEndpointType="GatewayLoadBalancer")),
    breaks("tap-endpoint-policy", DEFAULT_POLICY, made("ec2:VpcEndpoint", vpcEndpointType="Interface")),
    breaks("tap-endpoint-policy", OPEN_POLICY, made("ec2:VpcEndpoint", policy=document(OPEN))),
    passes("EC2.13", ingress(), ingress(22, cidrIpv4="10.0.0.0/16"), egress(fromPort=22, toPort=22)),
    passes("EC2.13", ingress(22, cidrIpv4=None, referencedSecurityGroupId="sg-1"), old(port=22, type_="egress")),
    breaks("EC2.13", "lets the world in on port 22", ingress(22)),
    breaks("EC2.13", "lets the world in on port 22", ingress(20, 30, cidrIpv4=None, cidrIpv6="::/0")),
    breaks("EC2.13", "lets the world in on port 22", ingress(None, ipProtocol="-1")),
    breaks("EC2.13", "lets the world in on port 22", ingress(None)),
    breaks("EC2.13", "lets the world in on port 22", inline(fromPort=0, toPort=65535)),
    breaks(
        "EC2.13", "lets the world in on port 22", inline(fromPort=22, toPort=22, cidrBlocks=[], ipv6CidrBlocks=["::/0"])
    ),
    breaks("EC2.13", "lets the world in on port 22", old(port=22)),
    passes("EC2.14", ingress(), ingress(3389, cidrIpv4="10.0.0.0/16")),
    breaks("EC2.14", "lets the world in on port 3389", ingress(3389)),
    # 443, and 80 where it leads to 443.
    passes("EC2.18", ingress(), ingress(3, 4, ipProtocol="icmp")),
    passes("EC2.18", ingress(8443, cidrIpv4="198.51.100.0/24")),
    passes("EC2.18", group, http),
    passes("EC2.18", group, http, balancer, listener(), listener("forward", 443)),
    breaks("EC2.18", "lets the world in on tcp 80-80", group, http, balancer, listener("forward")),
    breaks(
        "EC2.18",
        "lets the world in on tcp 80-80",
        group,
        http,
        made("ecs:Service", refs={"networkConfiguration": group}),
    ),
    breaks("EC2.18", "lets the world in on tcp 80-80", ingress(80)),
    breaks("EC2.18", "lets the world in on tcp 443-444", ingress(443, 444)),
    breaks("EC2.18", "lets the world in on udp 53-53", ingress(53, ipProtocol="udp")),
    breaks("EC2.18", "lets the world in on every protocol", ingress(443, ipProtocol="-1")),
    breaks("EC2.18", "lets the world in on tcp 8080-8080", inline(fromPort=8080, toPort=8080)),
    passes("EC2.19", ingress(), ingress(8443)),
    breaks("EC2.19", "lets the world in on port 5432", ingress(5432)),
    breaks("EC2.19", "lets the world in on port 20, 21, 22, 23, 25", ingress(1, 100)),
    passes("CKV_AWS_382", egress(), ingress(ipProtocol="-1"), egress(ipProtocol="-1", cidrIpv4="10.0.0.0/8")),
    breaks("CKV_AWS_382", "lets everything out to the world", egress(ipProtocol="-1")),
    breaks("CKV_AWS_382", "lets everything out to the world", inline("egress", protocol="-1")),
    breaks("CKV_AWS_382", "lets everything out to the world", old("egress", protocol="all")),
    passes("CKV_AWS_23", ingress(), egress(), inline(), old()),
    breaks("CKV_AWS_23", "has no description", made("ec2:SecurityGroup", description="Managed by Pulumi")),
    breaks("CKV_AWS_23", "has no description of its ingress tcp 443-443", ingress(description=None)),
    breaks("CKV_AWS_23", "has no description of its egress tcp 443-443", inline("egress", description="")),
]
