"""Networks: CIDR plan, tiers, gateways, ACLs, security groups, endpoints, flow logs, peerings."""
