"""What the integration tests look at: a deployment of their own, or with `--deployed` the one that stands.

As part of `make test` each blueprint is deployed on an embedded AWS of its own, with an outputs folder of its own.
What `make up` or `pulumi up` left is looked at by

    .venv/bin/python -m pytest tests/integration --deployed

which reads `cfn-outputs/flat-outputs.json`, or that file in the folder that TAP_OUTPUTS names.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tap.embedded import server
from tests.support.live import Live, NotDeployedError, outputs_folder, read_live


def pytest_collection_finish(session: pytest.Session) -> None:
    """With `--deployed` and nothing to look at, one error in place of one a test."""
    if session.config.getoption("--deployed"):
        try:
            read_live(outputs_folder())
        except NotDeployedError as error:
            raise pytest.UsageError(str(error)) from None


@pytest.fixture(scope="session")
def standing(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Live]]:
    """Gives the deployment of a blueprint; skips where another blueprint stands."""
    if pytestconfig.getoption("--deployed"):
        yield _the_one(read_live(outputs_folder()))
        return
    with ExitStack() as at_the_end:

        @functools.cache
        def deployed(blueprint: str) -> Live:
            # What only looks at a deployment, a real one even, needs nothing of the engine.
            from tests.support.embedded import DeploymentError, deploy_blueprint

            folder = tmp_path_factory.mktemp(blueprint)
            at_the_end.callback(server.stop, folder)
            try:
                return deploy_blueprint(blueprint, folder)
            except DeploymentError as error:
                pytest.fail(f"{blueprint} could not be deployed:\n{error}", pytrace=False)

        yield deployed


@pytest.fixture(scope="session")
def spare_server(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """An embedded AWS on which no blueprint stands."""
    if pytestconfig.getoption("--deployed"):
        pytest.skip("deploys by itself, so it runs without --deployed")
    folder = tmp_path_factory.mktemp("spare")
    yield server.start(folder)
    server.stop(folder)


@pytest.fixture(scope="module")
def spare_aws(spare_server: server.Server) -> str:
    """The address of an embedded AWS that is empty when a module begins: its tests put there what they need."""
    # Which modules share a worker, and in what order, differs from run to run.
    spare_server.reset()
    return spare_server.endpoint


def _the_one(live: Live) -> Callable[[str], Live]:
    def standing(blueprint: str) -> Live:
        if live.outputs["blueprint"] != blueprint:
            pytest.skip(f"{live.outputs['blueprint'] or 'a stack without blueprint'} is deployed, not {blueprint}")
        return live

    return standing
