"""Explicit providers: one for each region and role, so that nothing ever uses an ambient default."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from lib.args.network import NetworkArgs
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
        self._providers: dict[tuple[str, str | None], aws.Provider] = {}

    def provider(self, region: str, role_arn: str | None = None) -> aws.Provider:
        """The provider of a region, in the account of `role_arn` where one is given."""
        key = (region, role_arn)
        if key not in self._providers:
            self._providers[key] = self._make(region, role_arn)
        return self._providers[key]

    def of(self, network: NetworkArgs) -> aws.Provider:
        """The provider of a network's region and account."""
        return self.provider(network.region or self._args.region, network.role_arn)

    def _make(self, region: str, role_arn: str | None) -> aws.Provider:
        account = [role_arn.split(":")[4]] if role_arn else []
        return aws.Provider(
            "-".join(("aws-provider", region, *account, self._args.environment_suffix)),
            region=region,
            default_tags={"tags": self._args.common_tags},
            **self._configuration(role_arn),
            opts=pulumi.ResourceOptions(parent=self._parent),
        )

    def _configuration(self, role_arn: str | None) -> Mapping[str, Any]:
        if role_arn is None:
            return self._args.aws
        # The guards on account ids are meant for the stack's own account, not for one that a role leads to.
        own = {key: value for key, value in self._args.aws.items() if not key.endswith("_account_ids")}
        # Inside a provider's arguments keys are the provider's own, in camelCase.
        return {**own, "assume_roles": [*own.get("assume_roles", []), {"roleArn": role_arn}]}
