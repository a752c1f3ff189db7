"""The load balancers in front of a stack's workloads, with their certificates, names and logs."""

from typing import Literal

import pulumi

from lib.args.workload import LoadBalancerArgs
from lib.compute.load_balancer import LoadBalancer
from lib.compute.load_balancer_logs import LoadBalancerLogs
from lib.compute.site import Site
from lib.dns.alias import Alias
from lib.dns.certificate import Certificate
from lib.foundation.environment import Environment
from lib.foundation.regions import Regions


class LoadBalancers:
    """Puts load balancers in front of workloads.

    Args:
        env: environment of the stack.
        regions: its providers.
        parent: what all of it belongs to.
    """

    def __init__(self, env: Environment, *, regions: Regions, parent: pulumi.Resource) -> None:
        self._env = env
        self._regions = regions
        self._parent = parent
        self._logs: dict[str, LoadBalancerLogs] = {}

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that have a load balancer, and so a bucket for their access logs."""
        return tuple(sorted(self._logs))

    def before(
        self, name: str, args: LoadBalancerArgs, site: Site, *, target_type: Literal["ip", "instance"], port: int
    ) -> LoadBalancer:
        """A load balancer before a workload; with a domain its certificate, and the record that leads to it, too.

        Args:
            name: the workload's name.
            args: settings of the load balancer.
            site: where the load balancer itself lives.
            target_type: what its targets are.
            port: port that they listen on.
        """
        here = pulumi.ResourceOptions(parent=self._parent, provider=self._regions.provider(site.region))
        certificate_arn: pulumi.Input[str] | None = args.certificate_arn
        if args.domain:
            certificate_arn = Certificate(name, self._env, args.domain, opts=here).arn
        if site.region not in self._logs:
            self._logs[site.region] = LoadBalancerLogs(site.region, self._env, opts=here)
        made = LoadBalancer(
            name,
            args,
            self._env,
            site,
            target_type=target_type,
            port=port,
            access_logs=self._logs[site.region],
            certificate_arn=certificate_arn,
            opts=here,
        )
        if args.domain:
            Alias(name, args.domain, target_name=made.dns_name, target_zone_id=made.zone_id, opts=here)
        return made
