"""Where a workload lives."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a workload lives in one network, and what it finds there.

    Args:
        network: name of the network.
        region: its region.
        vpc_id: its VPC.
        subnet_ids: subnets of the workload's tier, by zone.
        security_group_id: the group that it wears.
        data_key_arn: customer key for data in the region.
        logs_key_arn: customer key for logs in the region.
    """

    network: str
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    data_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
