"""A name in Route 53 that leads to something of AWS's."""

from __future__ import annotations

import pulumi
from pulumi_aws import route53

from lib.args.workload import DomainArgs
from lib.foundation.component import Component


class Alias(Component):
    """A record that answers with the addresses of a load balancer, and costs nothing to ask.

    Args:
        name: logical name.
        domain: the name, and the zone that holds it.
        target_name: DNS name of what it leads to.
        target_zone_id: hosted zone of that name.
    """

    fqdn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        domain: DomainArgs,
        *,
        target_name: pulumi.Input[str],
        target_zone_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:dns:Alias", name, opts)
        record = route53.Record(
            name,
            zone_id=domain.zone_id,
            name=domain.name,
            type="A",
            aliases=[{"name": target_name, "zone_id": target_zone_id, "evaluate_target_health": True}],
            opts=self.child(),
        )
        self.fqdn = record.fqdn
        self.register_outputs({"fqdn": record.fqdn})
