"""Explicit providers: one for each region and role, so that nothing ever uses an ambient default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from lib.args.network import NetworkArgs
from lib.args.placement import Place
from lib.args.stack import TapStackArgs


class Regions:
    """The stack's providers, made when first asked for.

    Each carries the common tags as default tags and the stack's other `aws:` configuration, which explicit providers
    would otherwise ignore (https://github.com/pulumi/pulumi-aws/issues/3259).

    Args:
        args: settings of the stack.
        parent: what the providers belong to.
    """

    def __init__(self, args: TapStackArgs, parent: pulumi.Resource) -> None:
        self._args = args
        self._parent = parent
        self._providers: dict[Place, aws.Provider] = {}

    def provider(self, region: str) -> aws.Provider:
        """The provider of a region in the stack's own account."""
        return self.at(Place(region))

    def at(self, place: Place) -> aws.Provider:
        """The provider of a region and account."""
        if place not in self._providers:
            self._providers[place] = self._make(place)
        return self._providers[place]

    def of(self, network: NetworkArgs) -> aws.Provider:
        """The provider of a network's region and account."""
        return self.at(self.place_of(network))

    def place_of(self, network: NetworkArgs) -> Place:
        """Where a network is."""
        return Place(network.region or self._args.region, network.role_arn)

    def _make(self, place: Place) -> aws.Provider:
        return aws.Provider(
            "-".join(("aws-provider", place.key, self._args.environment_suffix)),
            region=place.region,
            default_tags={"tags": self._args.common_tags},
            **self._configuration(place.role_arn),
            opts=pulumi.ResourceOptions(parent=self._parent),
        )

    def _configuration(self, role_arn: str | None) -> Mapping[str, Any]:
        if role_arn is None:
            return self._args.aws
        # The guards on account ids are meant for the stack's own account, not for one that a role leads to.
        own = {key: value for key, value in self._args.aws.items() if not key.endswith("_account_ids")}
        # Inside a provider's arguments keys are the provider's own, in camelCase.
        return {**own, "assume_roles": [*own.get("assume_roles", []), {"roleArn": role_arn}]}
