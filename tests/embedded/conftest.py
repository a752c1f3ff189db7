"""One embedded AWS for these tests; each test's resources have names of their own."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tap.embedded import server
from tap.embedded.aws import EmbeddedAws
from tap.embedded.connection import Connection
from tap.engine.answers import Provider, State
from tap.plan import Resource

EAST = "us-east-1"
WEST = "us-west-2"
STACKS = itertools.count()


class Aws:
    """Makes resources by the tables and looks at them with boto3."""

    def __init__(self, endpoint: str) -> None:
        self.stack = f"stack{next(STACKS)}"
        self.connection = Connection(endpoint)
        self.answers = EmbeddedAws(self.connection)

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


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    folder: Path = tmp_path_factory.mktemp("outputs")
    yield server.start(folder)
    server.stop(folder)


@pytest.fixture
def aws(running: server.Server) -> Aws:
    return Aws(running.endpoint)
