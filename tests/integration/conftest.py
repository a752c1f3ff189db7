"""What the integration tests look at: a deployment of their own, or with `--deployed` the one that stands.

As part of `make test` each blueprint is deployed on an embedded AWS of its own, with an outputs folder of its own.
What `make up` or `pulumi up` left is looked at by

    .venv/bin/python -m pytest tests/integration --deployed

which reads `cfn-outputs/flat-outputs.json`, or that file in the folder that TAP_OUTPUTS names.
"""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tap.embedded import server
from tap.embedded.deployment import deploy_embedded
from tap.engine.project import stack_config
from tests.support.live import ROOT, Live, NotDeployedError, outputs_folder, read_live

OUTSIDE = ("AWS_", "PULUMI_", "TAP_", "ENVIRONMENT_SUFFIX")


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
            folder = tmp_path_factory.mktemp(blueprint)
            at_the_end.callback(server.stop, folder)
            return _deploy(blueprint, folder)

        yield deployed


def _the_one(live: Live) -> Callable[[str], Live]:
    def standing(blueprint: str) -> Live:
        if live.outputs["blueprint"] != blueprint:
            pytest.skip(f"{live.outputs['blueprint'] or 'a stack without blueprint'} is deployed, not {blueprint}")
        return live

    return standing


def _deploy(blueprint: str, folder: Path) -> Live:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(OUTSIDE)}
    run = deploy_embedded(ROOT, stack_config(ROOT, "dev", blueprint=blueprint), folder, environ=environ).run
    if not run.ok:
        pytest.fail(f"{blueprint} could not be deployed:\n" + "\n".join(run.problems), pytrace=False)
    return read_live(folder, defaults=True)
