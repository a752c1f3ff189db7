"""A certificate of ACM, validated by a record in Route 53."""

from __future__ import annotations

import pulumi
from pulumi_aws import acm, route53

from lib.args.workload import DomainArgs
from lib.foundation.component import Component
from lib.foundation.environment import Environment

RECORD_TTL = 300


class Certificate(Component):
    """A certificate for one name, and the record that proves it is the owner's.

    The record is the same for every certificate of a name in one account, whatever the region: a second certificate
    takes that of the first.
    Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html.

    Args:
        name: logical name.
        env: environment of the stack.
        domain: the name, and the zone that holds it.
        record: the record that another certificate of the name has been validated with.
    """

    arn: pulumi.Output[str]
    record: route53.Record

    def __init__(
        self,
        name: str,
        env: Environment,
        domain: DomainArgs,
        *,
        record: route53.Record | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:dns:Certificate", name, opts)
        certificate = acm.Certificate(
            name,
            domain_name=domain.name,
            validation_method="DNS",
            tags=env.tags("Certificate", env.names.of(name, "certificate")),
            opts=self.child(),
        )
        # One name has one option.
        option = certificate.domain_validation_options[0]
        self.record = record or route53.Record(
            f"{name}-validation",
            zone_id=domain.zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=RECORD_TTL,
            # A stack beside this one that has the same name in another region needs the same record.
            allow_overwrite=True,
            opts=self.child(),
        )
        validation = acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[self.record.fqdn],
            opts=self.child(),
        )
        # Known once the certificate is valid: no listener takes it before.
        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})
