"""VPC endpoints: AWS services reached without leaving AWS's network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import ec2

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.networking.endpoint_policies import endpoint_policy


class Endpoints(Component):
    """Gateway endpoints in the route tables, interface endpoints with private DNS in one tier's subnets.

    Args:
        name: the network's name.
        env: environment of the stack.
        region: the network's region.
        account_id: account that the network's workloads belong to.
        vpc_id: the VPC.
        gateways: services of gateway endpoints: `s3`, `dynamodb`.
        interfaces: short names of services of interface endpoints, such as `ecr.api`.
        route_table_ids: tables that get the routes to the gateway endpoints.
        subnet_ids: subnets that the interface endpoints live in.
        security_group_id: group that the interface endpoints wear; None where there are none.
    """

    prefix_list_ids: Mapping[str, pulumi.Output[str]]
    ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        region: str,
        account_id: str,
        vpc_id: pulumi.Input[str],
        gateways: Sequence[str],
        interfaces: Sequence[str],
        route_table_ids: Sequence[pulumi.Input[str]],
        subnet_ids: Sequence[pulumi.Input[str]],
        security_group_id: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:Endpoints", name, opts)
        gateway = {
            service: ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=vpc_id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Gateway",
                route_table_ids=route_table_ids,
                policy=endpoint_policy(service, region=region, account_id=account_id),
                tags=env.tags("VpcEndpoint", env.names.of(name, service, "endpoint")),
                opts=self.child(),
            )
            for service in gateways
        }
        interface = {
            service: ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=vpc_id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=subnet_ids,
                security_group_ids=[security_group_id] if security_group_id is not None else [],
                policy=endpoint_policy(service, region=region, account_id=account_id),
                tags=env.tags("VpcEndpoint", env.names.of(name, service.replace(".", "-"), "endpoint")),
                opts=self.child(),
            )
            for service in interfaces
        }
        self.prefix_list_ids = {service: endpoint.prefix_list_id for service, endpoint in gateway.items()}
        self.ids = {service: endpoint.id for service, endpoint in {**gateway, **interface}.items()}
        self.register_outputs({"ids": self.ids})
