"""A name of one's own in front of an HTTP API, in one region."""

from __future__ import annotations

import pulumi
from pulumi_aws import apigatewayv2, route53

from lib.args.workload import DomainArgs
from lib.dns.certificate import Certificate
from lib.foundation.component import Component
from lib.foundation.environment import Environment


class CustomDomain(Component):
    """The same name in each of an API's regions: certificate, regional endpoint with TLS 1.2, and what it leads to.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html.

    Args:
        name: logical name, with the network.
        env: environment of the stack.
        domain: the name, and the zone that holds it.
        api_id: the API.
        stage_name: its stage.
        record: the record that the other region's certificate has been validated with; None in the first region.
    """

    certificate: Certificate
    target_name: pulumi.Output[str]
    target_zone_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        env: Environment,
        domain: DomainArgs,
        *,
        api_id: pulumi.Input[str],
        stage_name: pulumi.Input[str],
        record: route53.Record | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:dns:CustomDomain", name, opts)
        self.certificate = Certificate(name, env, domain, record=record, opts=self.child())
        named = apigatewayv2.DomainName(
            name,
            domain_name=domain.name,
            domain_name_configuration={
                "certificate_arn": self.certificate.arn,
                "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_2",
            },
            tags=env.tags("DomainName", env.names.of(name, "domain")),
            opts=self.child(),
        )
        apigatewayv2.ApiMapping(name, api_id=api_id, domain_name=named.domain_name, stage=stage_name, opts=self.child())
        self.target_name = named.domain_name_configuration.target_domain_name
        self.target_zone_id = named.domain_name_configuration.hosted_zone_id
        self.register_outputs({"target_name": self.target_name})
