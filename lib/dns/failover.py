"""One name for an API in two regions, that leads to the one which can serve.

Each region is judged by a health check on its own host, never on the name that moves. The recovery region answers 503
until its database accepts writes: so names move only after its promotion, and while neither is healthy Route 53
answers with the primary.

Sources: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html,
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import route53

from lib.args.failover import TTL_SECONDS, FailoverArgs
from lib.args.workload import DomainArgs
from lib.dns.custom_domain import CustomDomain
from lib.dns.query_log import QueryLog
from lib.foundation.component import Component
from lib.foundation.environment import Environment

HTTPS = 443
# The name in the zone of a rehearsal.
REHEARSED = "api"
ROLES = ("PRIMARY", "SECONDARY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two regions.

    Args:
        network: name of the API's network there.
        region: the region.
        provider: its provider.
        host: host name of the API there, which serves HTTPS.
        api_id: the API.
        stage_name: its stage.
    """

    network: str
    region: str
    provider: pulumi.ProviderResource
    host: pulumi.Input[str]
    api_id: pulumi.Input[str]
    stage_name: pulumi.Input[str]


class Failover(Component):
    """Health checks of both regions, and the records of one name that follow them.

    With a domain, each region has the name with a certificate of its own; without one, a zone that nobody delegates to
    rehearses the answers of DNS alone: a client that follows them fails its TLS handshake.

    Args:
        name: logical name: the API's.
        args: settings of the failover.
        env: environment of the stack.
        sides: the primary region, then the one that takes over.
        region: the region of Route 53's metrics and logs, which is that of the component's provider.
        logs_key_arn: customer key for logs there.

    Attributes:
        health_check_ids: by network.
    """

    fqdn: str
    health_check_ids: Mapping[str, pulumi.Output[str]]
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(
        self,
        name: str,
        args: FailoverArgs,
        env: Environment,
        *,
        sides: Sequence[Side],
        region: str,
        logs_key_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:dns:Failover", name, opts)
        self._name = name
        self._args = args
        self._env = env
        if args.drill:
            pulumi.log.warn(
                f"failover: a drill is on: the health of network {args.drill} is turned around until it is taken back.",
                self,
            )
        checks = {side.network: self._health_check(side) for side in sides}
        if args.domain:
            zone_id: pulumi.Input[str] = args.domain.zone_id
            self.fqdn = args.domain.name
            self._serve(args.domain, sides, checks)
        else:
            # RFC 6761 reserves `test`: nobody owns such a name, and nobody delegates to this zone.
            rehearsed = env.names.in_account(name) + ".test"
            self.fqdn = f"{REHEARSED}.{rehearsed}"
            zone_id = self._rehearse(rehearsed, sides, checks).zone_id
        if args.query_log:
            QueryLog(
                name,
                env,
                zone_id=zone_id,
                scope=name,
                region=region,
                key_arn=logs_key_arn,
                opts=self.child(),
            )
        self.health_check_ids = {network: check.id for network, check in checks.items()}
        self.outputs = {
            "failover_name": self.fqdn,
            "failover_zone_id": zone_id,
            "failover_expected_seconds": args.expected_seconds,
            "failover_rehearses_dns_only": args.domain is None,
            **{f"failover_{network}_health_check_id": check.id for network, check in checks.items()},
        }
        self.register_outputs(dict(self.outputs))

    def _health_check(self, side: Side) -> route53.HealthCheck:
        named = self._env.names.in_account(self._name, side.network, "health")
        return route53.HealthCheck(
            f"{self._name}-{side.network}",
            type="HTTPS",
            fqdn=side.host,
            port=HTTPS,
            resource_path="/health",
            enable_sni=True,
            request_interval=self._args.interval_seconds,
            failure_threshold=self._args.failure_threshold,
            measure_latency=True,
            regions=sorted(self._args.checker_regions),
            # In a drill a healthy region counts as unhealthy; a disabled check would count as healthy for ever.
            invert_healthcheck=side.network == self._args.drill,
            tags=self._env.tags("HealthCheck", named),
            opts=self.child(),
        )

    def _serve(self, domain: DomainArgs, sides: Sequence[Side], checks: Mapping[str, route53.HealthCheck]) -> None:
        """The name in both regions, and the records that lead to the one that serves."""
        validation: route53.Record | None = None
        for side, role in zip(sides, ROLES, strict=True):
            here = CustomDomain(
                f"{self._name}-{side.network}",
                self._env,
                domain,
                api_id=side.api_id,
                stage_name=side.stage_name,
                record=validation,
                opts=self.child(provider=side.provider),
            )
            validation = here.certificate.record
            route53.Record(
                f"{self._name}-{side.network}",
                zone_id=domain.zone_id,
                name=domain.name,
                type="A",
                # API Gateway's own health says nothing about what stands behind it: the health check does.
                aliases=[{"name": here.target_name, "zone_id": here.target_zone_id, "evaluate_target_health": False}],
                set_identifier=side.region,
                health_check_id=checks[side.network].id,
                failover_routing_policies=[{"type": role}],
                opts=self.child(),
            )

    def _rehearse(self, name: str, sides: Sequence[Side], checks: Mapping[str, route53.HealthCheck]) -> route53.Zone:
        """A zone of that name, and in it the records that would lead to the region that serves."""
        pulumi.log.warn(
            f"failover: zone {name} rehearses DNS answers only; set failover.domain to serve under a name.", self
        )
        zone = route53.Zone(
            self._name,
            name=name,
            comment=f"Rehearses the failover of {self._name}",
            force_destroy=self._env.protection.force_destroy,
            tags=self._env.tags("HostedZone", name, "rehearses failover"),
            opts=self.child(),
        )
        for side, role in zip(sides, ROLES, strict=True):
            route53.Record(
                f"{self._name}-{side.network}",
                zone_id=zone.zone_id,
                name=REHEARSED,
                type="CNAME",
                records=[side.host],
                ttl=TTL_SECONDS,
                set_identifier=side.region,
                health_check_id=checks[side.network].id,
                failover_routing_policies=[{"type": role}],
                opts=self.child(),
            )
        return zone
