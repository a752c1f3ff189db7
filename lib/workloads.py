"""What a stack runs: queues, caches, services, fleets and APIs, composed from their settings."""

from collections.abc import Mapping
from typing import Any, Literal

import pulumi

from lib.args.api import ApiArgs
from lib.args.database import PORT as DATABASE_PORT
from lib.args.fleet import FleetArgs
from lib.args.placement import region_of
from lib.args.probe import ProbeArgs
from lib.args.service import ServiceArgs
from lib.args.workload import UsesArgs
from lib.compute.api import Api, ApiSite
from lib.compute.cache import Cache
from lib.compute.fleet import Fleet
from lib.compute.load_balancer import LoadBalancer
from lib.compute.probe import FUNCTION as PROBE_FUNCTION
from lib.compute.probe import Probe
from lib.compute.queue import Queue
from lib.compute.regional_api import FUNCTION as API_FUNCTION
from lib.compute.regional_api import ServedDatabase, ServedTable
from lib.compute.scaling_role import ScalingRole
from lib.compute.service import Service
from lib.compute.site import Site
from lib.compute.uses import Used
from lib.groundwork import Groundwork, Part
from lib.load_balancers import LoadBalancers
from lib.stores import Stores
from lib.uses import Uses


class Workloads(Part):
    """The stack's workloads, each in the region of its network.

    Args:
        ground: what it is built on.
        stores: what holds its data.
    """

    queues: Mapping[str, Queue]
    caches: Mapping[str, Cache]
    services: Mapping[str, Service]
    fleets: Mapping[str, Fleet]
    apis: Mapping[str, Api]
    probes: Mapping[str, Probe]

    def __init__(
        self,
        ground: Groundwork,
        *,
        stores: Stores,
    ) -> None:
        super().__init__(ground)
        self._stores = stores
        args = ground.args
        self.queues = {name: self._queue(name) for name in sorted(args.queues)}
        self.caches = {name: self._cache(name) for name in sorted(args.caches)}
        self._uses = Uses(args, keys=ground.keys, stores=stores, caches=self.caches, queues=self.queues)
        self._load_balancers = LoadBalancers(ground.env, regions=ground.regions, parent=ground.parent)
        self.services = {name: self._service(name) for name in sorted(args.services)}
        self.fleets = {name: self._fleet(name, role) for role in self._scaling_roles() for name in sorted(args.fleets)}
        self.apis = {name: self._api(name) for name in sorted(args.apis)}
        self.probes = {probe.name: self._probe(probe) for probe in args.monitoring.probes}

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """Outputs of all parts, prefixed with their names."""
        parts = (self.queues, self.caches, self.services, self.fleets, self.apis)
        probes = {f"probe-{name}": probe for name, probe in self.probes.items()}
        return {
            f"{n}_{key}": value
            for made in (*parts, probes)
            for n, part in made.items()
            for key, value in part.outputs.items()
        }

    @property
    def regions_of_load_balancers(self) -> tuple[str, ...]:
        """Regions that have a load balancer, and so a bucket for the access logs of those."""
        return self._load_balancers.regions

    def _site(self, network_name: str, tier: str, security_group: str | None = None) -> Site:
        network = self._networks[network_name]
        return Site(
            network=network.name,
            region=network.region,
            vpc_id=network.vpc_id,
            subnet_ids=network.tiers[tier].subnet_ids,
            security_group_id=network.security_group_ids[security_group or tier],
            data_key_arn=self._keys.data(network.region),
            logs_key_arn=self._keys.logs(network.region),
        )

    def _used(self, uses: UsesArgs, *, owner: str, network: str) -> Used:
        """What a workload of this name, in this network, uses."""
        return self._uses.used(uses, owner=owner, network=network)

    def _queue(self, name: str) -> Queue:
        args = self._args.queues[name]
        region = region_of(self._args, args.network)
        return Queue(name, args, self._env, key_arn=self._keys.data(region), opts=self._in(region))

    def _cache(self, name: str) -> Cache:
        args = self._args.caches[name]
        site = self._site(args.network, args.tier_in(self._args.networks[args.network]) or "")
        return Cache(name, args, self._env, site, opts=self._in(site.region))

    def _load_balancer(
        self, name: str, workload: ServiceArgs | FleetArgs, *, target_type: Literal["ip", "instance"], port: int
    ) -> LoadBalancer | None:
        """What stands in front of a workload; None where nothing does."""
        if (args := workload.load_balancer) is None:
            return None
        tier = args.tier_in(self._args.networks[workload.network]) or ""
        site = self._site(workload.network, tier, args.security_group)
        return self._load_balancers.before(name, args, site, target_type=target_type, port=port)

    def _service(self, name: str) -> Service:
        args = self._args.services[name]
        tier = args.tier_in(self._args.networks[args.network]) or ""
        site = self._site(args.network, tier, args.security_group)
        return Service(
            name,
            args,
            self._env,
            site,
            self._used(args.uses, owner=name, network=args.network),
            load_balancer=self._load_balancer(name, args, target_type="ip", port=args.port),
            opts=self._in(site.region),
        )

    def _scaling_roles(self) -> list[ScalingRole]:
        """The role that launches the stack's fleets, where it has any."""
        return [ScalingRole("fleets", self._env, opts=self._in(self._args.region))] if self._args.fleets else []

    def _fleet(self, name: str, role: ScalingRole) -> Fleet:
        args = self._args.fleets[name]
        tier = args.tier_in(self._args.networks[args.network]) or ""
        site = self._site(args.network, tier, args.security_group)
        return Fleet(
            name,
            args,
            self._env,
            site,
            volume_key_arn=self._keys.volumes(site.region, role.arn),
            scaling_role_arn=role.arn,
            common_tags=self._args.common_tags,
            used=self._used(args.uses, owner=name, network=args.network),
            # Without one there is no port either, which the rules of the settings ask for beside it alone.
            load_balancer=self._load_balancer(name, args, target_type="instance", port=args.port or 0),
            # Subnets are there before their routes and endpoints are.
            after=[self._networks[args.network]],
            opts=self._in(site.region),
        )

    def _api(self, name: str) -> Api:
        args = self._args.apis[name]
        sites = [self._api_site(args, network) for network in args.networks]
        code = self._args.files.functions[API_FUNCTION]
        return Api(name, args, self._env, sites=sites, code=code, opts=self._in(sites[0].site.region))

    def _probe(self, args: ProbeArgs) -> Probe:
        site = self._site(args.network, args.tier)
        return Probe(args, self._env, site, code=self._args.files.functions[PROBE_FUNCTION], opts=self._in(site.region))

    def _api_site(self, args: ApiArgs, network: str) -> ApiSite:
        """Where an API lives in a network, and what it serves there."""
        site = self._site(network, args.tier_in(self._args.networks[network]) or "")
        table = self._stores.tables[args.table]
        return ApiSite(
            site=site,
            provider=self._regions.provider(site.region),
            table=ServedTable(
                name=table.name, arn=table.arn_in(site.region), key=self._args.tables[args.table].hash_key
            ),
            database=self._served_database(args.database, site.region) if args.database else None,
        )

    def _served_database(self, name: str, region: str) -> ServedDatabase:
        database = self._stores.databases[name]
        return ServedDatabase(
            # The cluster of the API's own region: it takes writes once that region is the primary.
            host=database.cluster_in(region).endpoint,
            port=DATABASE_PORT,
            name=self._args.databases[name].database_name,
            secret_arn=database.secret.arn_in(region),
        )
