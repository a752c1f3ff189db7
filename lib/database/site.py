"""The site of a cluster: one network of a database, as far as the cluster needs to know it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

# Aurora keeps a cluster's storage in three zones, and takes instances in those only.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
STORAGE_ZONES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where one cluster of a database lives.

    Args:
        network: name of the network.
        region: its region.
        provider: provider of that region.
        subnet_ids: ids of the tier's subnets, by zone (by subnet id where adopted).
        security_group_id: the security group that the cluster wears, its tier's.
        key_arn: customer key for data of the region.
        logs_key_arn: customer key for logs of the region.
    """

    network: str
    region: str
    provider: pulumi.ProviderResource
    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that instances are spread over; none where only AWS knows them."""
        return tuple(zone for zone in self.subnet_ids if zone.startswith(self.region))[:STORAGE_ZONES]

    @property
    def subnets(self) -> list[pulumi.Input[str]]:
        """The subnets in those zones, and no other, so that the storage is where the instances are; else all."""
        return [self.subnet_ids[zone] for zone in self.zones] or list(self.subnet_ids.values())
