"""Resources made on the embedded AWS by the tables, one at a time or by a program."""

import contextvars
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi.runtime import Settings

from tap.embedded.aws import EmbeddedAws
from tap.embedded.connection import Connection
from tap.engine.answers import Answers, Provider, State
from tap.engine.deployment import Deployment
from tap.engine.engine import Engine
from tap.engine.monitor import Monitor
from tap.engine.program import run_here
from tap.plan import Resource

EAST = "us-east-1"
WEST = "us-west-2"
STACKS = itertools.count()


class Aws:
    """Makes resources by the tables and looks at them with boto3."""

    def __init__(self, connection: Connection) -> None:
        self.stack = f"stack{next(STACKS)}"
        self.connection = connection
        self.answers = EmbeddedAws(connection)

    def run(self, program: Callable[[], None]) -> Deployment:
        return run(program, self.answers, self.stack)

    def provider(self, region: str = EAST, tags: dict[str, str] | None = None, **inputs: Any) -> Provider:
        return Provider(f"urn:provider-{region}", "aws", region, tags or {}, inputs)

    def make(
        self, type_: str, logical: str = "it", /, *, region: str = EAST, provider: Provider | None = None, **inputs: Any
    ) -> State:
        resource = Resource(
            urn=f"urn:pulumi:{self.stack}::TapStack::{type_}::{logical}",
            type=type_,
            name=logical,
            custom=True,
            inputs=inputs,
            region=region,
        )
        return self.answers.create(resource, provider or self.provider(region))

    def look(self, token: str, region: str = EAST, **args: Any) -> Any:
        return self.answers.invoke(token, args, self.provider(region), region)

    def client(self, service: str, region: str = EAST) -> Any:
        return self.connection.client(service, region)

    def vpc(self, name: str = "payment", cidr: str = "10.0.0.0/16", region: str = EAST) -> State:
        return self.make("aws:ec2/vpc:Vpc", name, region=region, cidrBlock=cidr)

    def subnet(self, vpc: State, name: str = "app", cidr: str = "10.0.1.0/24", zone: str = f"{EAST}a") -> State:
        return self.make("aws:ec2/subnet:Subnet", name, vpcId=vpc.id, cidrBlock=cidr, availabilityZone=zone)

    def peering(self) -> State:
        """A peering of a VPC in the east with one in the west."""
        here, there = self.vpc(), self.vpc("analytics", "10.1.0.0/16", WEST)
        return self.make(
            "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
            vpcId=here.id,
            peerVpcId=there.id,
            peerRegion=WEST,
            autoAccept=False,
        )


def run(program: Callable[[], None], answers: Answers, stack: str) -> Deployment:
    """Run a program in this process to its end; what failed is in the deployment, not raised."""
    deployment = Deployment(answers, project="TapStack", stack=stack)

    def here() -> None:
        settings = Settings(
            project="TapStack",
            stack=stack,
            monitor=Monitor(deployment),
            engine=Engine(),
            dry_run=False,
            organization="organization",
            root_directory=str(Path.cwd()),
        )
        run_here(program, settings, {})

    contextvars.Context().run(here)
    return deployment
