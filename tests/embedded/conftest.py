"""One embedded AWS for these tests; each test's resources have names of their own."""

from collections.abc import Iterator

import pytest

from tap.embedded import server
from tap.embedded.connection import Connection
from tests.embedded.making import Aws


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    folder = tmp_path_factory.mktemp("outputs")
    yield server.start(folder)
    server.stop(folder)


@pytest.fixture(scope="session")
def connection(running: server.Server) -> Connection:
    return Connection(running.endpoint)


@pytest.fixture
def aws(connection: Connection) -> Aws:
    return Aws(connection)
