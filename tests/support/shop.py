"""A small Pulumi program of another shape than the project's own; run as a file it is a whole program."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random


class Database(pulumi.ComponentResource):
    """A generated password, kept as a secret."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("shop:index:Database", name, None, opts)
        password = random.RandomPassword(f"{name}-password", length=24, opts=pulumi.ResourceOptions(parent=self))
        secret = aws.secretsmanager.Secret(f"{name}-secret", opts=pulumi.ResourceOptions(parent=self))
        version = aws.secretsmanager.SecretVersion(
            f"{name}-version",
            secret_id=secret.id,
            secret_string=pulumi.Output.json_dumps({"password": password.result}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.password = password.result
        self.secret_arn = secret.arn
        self.register_outputs({"version": version.version_id})


class Shop(pulumi.ComponentResource):
    """A network, a function from an archive, and a database inside."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("shop:index:Shop", name, None, opts)
        here = pulumi.ResourceOptions(parent=self)
        zones = aws.get_availability_zones(opts=pulumi.InvokeOptions(parent=self))
        self.vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.9.0.0/16", tags={"Name": name}, opts=here)
        self.subnet = aws.ec2.Subnet(
            f"{name}-subnet",
            vpc_id=self.vpc.id,
            cidr_block="10.9.1.0/24",
            availability_zone=zones.names[-1],
            opts=pulumi.ResourceOptions(parent=self, protect=True, ignore_changes=["tags"]),
        )
        self.account = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self)).account_id
        role = aws.iam.Role(f"{name}-role", assume_role_policy="{}", opts=here)
        self.function = aws.lambda_.Function(
            f"{name}-function",
            role=role.arn,
            runtime="python3.12",
            handler="index.handler",
            code=pulumi.AssetArchive({"index.py": pulumi.StringAsset("def handler(*_): pass")}),
            opts=here,
        )
        self.database = Database(f"{name}-database", pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def shop() -> None:
    """Two providers; a component in one region, a bucket in the other, whose name depends on the component."""
    east = aws.Provider("east", region="us-east-1", default_tags={"tags": {"Owner": "shop"}})
    west = aws.Provider("west", region="us-west-2")
    made = Shop("shop", pulumi.ResourceOptions(providers=[east]))
    bucket = aws.s3.Bucket(
        "copies",
        bucket=made.account.apply(lambda account: f"copies-{account}"),
        opts=pulumi.ResourceOptions(provider=west, depends_on=[made.subnet]),
    )
    pulumi.export("vpc_id", made.vpc.id)
    pulumi.export("tags", made.vpc.tags_all)
    pulumi.export("bucket", bucket.arn)
    pulumi.export("password", made.database.password)


if __name__ == "__main__":
    shop()
