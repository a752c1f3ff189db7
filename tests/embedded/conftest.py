"""One embedded AWS for these tests, empty for each module; within one, each test's resources have their own names."""

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


@pytest.fixture(scope="module")
def connection(running: server.Server) -> Connection:
    # Which modules share a worker, and in what order, differs from run to run.
    running.reset()
    return Connection(running.endpoint)


@pytest.fixture
def aws(connection: Connection) -> Aws:
    return Aws(connection)
