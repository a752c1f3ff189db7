"""A peering: two networks of the stack connected, in one region or in two.

Source: https://docs.aws.amazon.com/vpc/latest/peering/create-vpc-peering-connection.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi_aws import ec2

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.networking.grants import touched
from lib.networking.network import Network
from lib.networking.pairs import Pair


class Peering(Component):
    """A VPC peering connection, its acceptance, DNS both ways, and the routes of both sides.

    Args:
        pair: the two networks, by name, and their grants.
        requester: the first network.
        accepter: the second network.
        env: environment of the stack.
        providers: provider of each of the two networks, by its name.
    """

    connection_id: pulumi.Output[str]
    route_table_ids: dict[str, list[pulumi.Input[str]]]
    route_counts: Mapping[str, int]
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(
        self,
        pair: Pair,
        requester: Network,
        accepter: Network,
        env: Environment,
        *,
        providers: Mapping[str, aws.Provider],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:Peering", pair.name, opts)
        self._pair = pair
        self._near, self._far = providers[requester.name], providers[accepter.name]
        acceptance = self._connect(requester, accepter, env)
        # From here on everything refers to the acceptance: before it neither options nor traffic are possible.
        self.connection_id = acceptance.id
        dns = self._resolve() if pair.dns else (pulumi.Output.from_input(False),) * 2
        self.route_table_ids = {}
        self.route_counts = {
            requester.name: self._route(requester, accepter, self._near),
            accepter.name: self._route(accepter, requester, self._far),
        }
        self.outputs = {
            "peering_connection_id": self.connection_id,
            "peering_status": acceptance.accept_status,
            "dns_resolution_enabled": pulumi.Output.all(*dns).apply(all),
            **{f"{network}_route_count": count for network, count in self.route_counts.items()},
        }
        self.register_outputs(dict(self.outputs))

    def _connect(self, requester: Network, accepter: Network, env: Environment) -> ec2.VpcPeeringConnectionAccepter:
        tags = env.tags("VpcPeeringConnection", env.names.peering(self._pair.name))
        connection = ec2.VpcPeeringConnection(
            self._pair.name,
            vpc_id=requester.vpc_id,
            peer_vpc_id=accepter.vpc_id,
            peer_owner_id=accepter.account_id if accepter.account_id != requester.account_id else None,
            peer_region=accepter.region,
            # The requester of another region cannot accept; the accepter below does, in every case alike.
            auto_accept=False,
            tags=tags,
            opts=self.child(provider=self._near),
        )
        return ec2.VpcPeeringConnectionAccepter(
            self._pair.name,
            vpc_peering_connection_id=connection.id,
            auto_accept=True,
            tags=tags,
            opts=self.child(provider=self._far),
        )

    def _route(self, network: Network, peer: Network, provider: aws.Provider) -> int:
        """Route the peer's blocks in every table that a grant touches; how many routes that made."""
        tables = network.route_tables(touched(self._pair, network.name))
        self.route_table_ids[network.name] = list(tables.values())
        for key, table in tables.items():
            for cidr in peer.cidrs:
                ec2.Route(
                    f"{self._pair.name}-{network.name}-{key}-{cidr.replace('/', '-')}",
                    route_table_id=table,
                    destination_cidr_block=cidr,
                    vpc_peering_connection_id=self.connection_id,
                    opts=self.child(provider=provider),
                )
        return len(tables) * len(peer.cidrs)

    def _resolve(self) -> tuple[pulumi.Output[bool], pulumi.Output[bool]]:
        """DNS resolution, each side's in its own region; both name the accepted connection, else it is not active."""
        requester = ec2.PeeringConnectionOptions(
            f"{self._pair.name}-requester",
            vpc_peering_connection_id=self.connection_id,
            requester={"allow_remote_vpc_dns_resolution": True},
            opts=self.child(provider=self._near),
        )
        accepter = ec2.PeeringConnectionOptions(
            f"{self._pair.name}-accepter",
            vpc_peering_connection_id=self.connection_id,
            accepter={"allow_remote_vpc_dns_resolution": True},
            opts=self.child(provider=self._far),
        )
        return (
            requester.requester.apply(lambda side: bool(side.allow_remote_vpc_dns_resolution)),
            accepter.accepter.apply(lambda side: bool(side.allow_remote_vpc_dns_resolution)),
        )
