"""A secret in Secrets Manager."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_random as random
from pulumi_aws import secretsmanager

from lib.args.secret import GenerateArgs
from lib.foundation.component import Component
from lib.foundation.environment import Environment, arn_in


class Secret(Component):
    """A secret under a customer key, with replicas in other regions; its value is given, or generated here.

    Its own attributes never hold the value: whoever needs it reads it when it runs.

    Args:
        name: the secret's name, last part of its path `/<application>/<suffix>/<name>`.
        env: environment of the stack.
        key_arn: customer key of its region.
        value: the value, which becomes secret if it is not; None to generate one.
        generate: how to generate it.
        description: what it is for.
        replicas: customer key by further region.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    version: secretsmanager.SecretVersion

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        key_arn: pulumi.Input[str],
        value: pulumi.Input[str] | None = None,
        generate: GenerateArgs | None = None,
        description: str = "",
        replicas: Mapping[str, pulumi.Input[str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:secrets:Secret", name, opts)
        path = env.names.path(name)
        secret = secretsmanager.Secret(
            name,
            name=path,
            description=description or None,
            kms_key_id=key_arn,
            recovery_window_in_days=env.protection.secret_recovery_days,
            replicas=[{"region": region, "kms_key_id": key} for region, key in sorted((replicas or {}).items())]
            or None,
            # A replica that outlived an earlier stack of this name would otherwise make the deployment fail.
            force_overwrite_replica_secret=True,
            tags=env.tags("Secret", path),
            opts=self.child(protect=env.protection.deletion_protection),
        )
        content = self._generated(name, generate or GenerateArgs()) if value is None else value
        self.version = secretsmanager.SecretVersion(
            name, secret_id=secret.id, secret_string=pulumi.Output.secret(content), opts=self.child()
        )
        self.arn = secret.arn
        self.name = secret.name
        self.register_outputs({"arn": secret.arn, "name": secret.name})

    def arn_in(self, region: str) -> pulumi.Output[str]:
        """The ARN in a region: the secret's own, or that of its replica there, which differs in the region alone.

        Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html.
        """
        return self.arn.apply(lambda arn: arn_in(region, arn))

    def _generated(self, name: str, generate: GenerateArgs) -> pulumi.Output[str]:
        """A value that stays the same until its settings change."""
        return random.RandomPassword(name, length=generate.length, special=generate.special, opts=self.child()).result
