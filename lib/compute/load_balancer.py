"""An Application Load Balancer with its listeners and its one target group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pulumi
from pulumi_aws import lb

from lib.args.workload import LoadBalancerArgs
from lib.compute.load_balancer_logs import LoadBalancerLogs
from lib.compute.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment

HTTP, HTTPS = 80, 443
# What AWS recommends: TLS 1.2 and 1.3 with forward secrecy and authenticated encryption, post-quantum where a client
# can. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
# Seconds that a target which leaves has for the requests it is at; half a minute more than most clients wait.
DEREGISTRATION_DELAY = 60


class LoadBalancer(Component):
    """An Application Load Balancer over the zones of a tier.

    With a certificate it serves HTTPS, and HTTP only redirects there; without one it serves HTTP.

    Args:
        name: the workload's name.
        args: its settings.
        env: environment of the stack.
        site: where it lives: the balancer's own tier and group.
        target_type: what its targets are: addresses of tasks, or instances.
        port: port that they listen on.
        access_logs: where its access logs go; of its own region.
        certificate_arn: certificate of its region, once that is valid; None for HTTP.
    """

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    url: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_arn_suffix: pulumi.Output[str]
    # Targets may only register, and be scaled by requests, once a listener sends the group something.
    listeners: Sequence[lb.Listener]

    def __init__(
        self,
        name: str,
        args: LoadBalancerArgs,
        env: Environment,
        site: Site,
        *,
        target_type: Literal["ip", "instance"],
        port: int,
        access_logs: LoadBalancerLogs,
        certificate_arn: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:LoadBalancer", name, opts)
        self._name = name
        self._env = env
        balancer = self._balancer(args, site, access_logs)
        group = self._target_group(args, site, target_type, port)
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.target_group_arn = group.arn
        self.target_group_arn_suffix = group.arn_suffix
        if certificate_arn is None:
            pulumi.log.warn(
                f"Load balancer of {name} has no certificate: what it carries can be read on its way. "
                "Give its load_balancer a certificate_arn or a domain.",
                self,
            )
        self.listeners = self._listeners(certificate_arn)
        scheme = "http" if certificate_arn is None else "https"
        self.url = pulumi.Output.concat(f"{scheme}://", args.domain.name if args.domain else balancer.dns_name)
        self.register_outputs({"dns_name": self.dns_name, "target_group_arn": self.target_group_arn})

    @property
    def resource_label(self) -> pulumi.Output[str]:
        """What a scaling policy on requests at each target calls balancer and target group together.

        Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html.
        """
        return pulumi.Output.concat(self.arn_suffix, "/", self.target_group_arn_suffix)

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """Its outputs, without the workload's name as prefix."""
        return {
            "url": self.url,
            "load_balancer_arn": self.arn,
            "load_balancer_dns_name": self.dns_name,
            "target_group_arn": self.target_group_arn,
        }

    def _balancer(self, args: LoadBalancerArgs, site: Site, access_logs: LoadBalancerLogs) -> lb.LoadBalancer:
        env, name = self._env, self._env.names.load_balancer(self._name)
        return lb.LoadBalancer(
            self._name,
            name=name,
            load_balancer_type="application",
            internal=args.internal,
            subnets=list(site.subnet_ids.values()),
            security_groups=[site.security_group_id],
            idle_timeout=args.idle_timeout_seconds,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=env.protection.deletion_protection,
            access_logs={"enabled": True, "bucket": access_logs.name},
            tags=env.tags("LoadBalancer", name),
            # Switching access logs on writes a first object, which the bucket's policy has to allow by then.
            opts=self.child(depends_on=[access_logs.policy], protect=env.protection.deletion_protection),
        )

    def _target_group(
        self, args: LoadBalancerArgs, site: Site, target_type: Literal["ip", "instance"], port: int
    ) -> lb.TargetGroup:
        return lb.TargetGroup(
            self._name,
            # A name of its own would have to be free before a replacement could be made beside it.
            name_prefix="tap-",
            vpc_id=site.vpc_id,
            target_type=target_type,
            port=port,
            protocol="HTTP",
            deregistration_delay=DEREGISTRATION_DELAY,
            health_check={
                "path": args.health_path,
                "protocol": "HTTP",
                "matcher": "200",
                "interval": 15,
                "timeout": 5,
                "healthy_threshold": 2,
                "unhealthy_threshold": 3,
            },
            tags=self._env.tags("TargetGroup", self._env.names.of(self._name, "targets")),
            opts=self.child(),
        )

    def _listeners(self, certificate_arn: pulumi.Input[str] | None) -> list[lb.Listener]:
        forward: lb.ListenerDefaultActionArgsDict = {"type": "forward", "target_group_arn": self.target_group_arn}
        redirect: lb.ListenerDefaultActionArgsDict = {
            "type": "redirect",
            "redirect": {"protocol": "HTTPS", "port": str(HTTPS), "status_code": "HTTP_301"},
        }
        if certificate_arn is None:
            return [self._listener("http", HTTP, "HTTP", forward)]
        return [
            self._listener("https", HTTPS, "HTTPS", forward, ssl_policy=SSL_POLICY, certificate_arn=certificate_arn),
            self._listener("http", HTTP, "HTTP", redirect),
        ]

    def _listener(
        self,
        name: str,
        port: int,
        protocol: str,
        action: lb.ListenerDefaultActionArgsDict,
        *,
        ssl_policy: str | None = None,
        certificate_arn: pulumi.Input[str] | None = None,
    ) -> lb.Listener:
        return lb.Listener(
            f"{self._name}-{name}",
            load_balancer_arn=self.arn,
            port=port,
            protocol=protocol,
            ssl_policy=ssl_policy,
            certificate_arn=certificate_arn,
            default_actions=[action],
            tags=self._env.tags("Listener", self._env.names.of(self._name, name)),
            opts=self.child(),
        )
