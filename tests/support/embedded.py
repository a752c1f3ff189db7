"""Blueprints deployed on an embedded AWS, for tests to look at."""

import os
from pathlib import Path

from tap import outputs
from tap.embedded.aws import EmbeddedAws
from tap.embedded.connection import Connection
from tap.embedded.deployment import deploy_embedded
from tap.engine.project import stack_config
from tap.engine.run import Run, run_program
from tests.support.blueprints import overrides_of
from tests.support.live import ROOT, Live, read_live

OUTSIDE = ("AWS_", "PULUMI_", "TAP_", "ENVIRONMENT_SUFFIX")


class DeploymentError(Exception):
    """A deployment that failed, with everything that went wrong."""


def deploy_blueprint(blueprint: str, folder: Path) -> Live:
    """Deploy a blueprint as it is in its file, on the embedded AWS of an outputs folder; it is read from there."""
    config = stack_config(ROOT, "dev", blueprint=blueprint, overrides=overrides_of(blueprint))
    _succeeded(deploy_embedded(ROOT, config, folder, environ=_environ()).run)
    return read_live(folder, defaults=True)


def deploy_beside(endpoint: str, blueprint: str, *overrides: str) -> Live:
    """Deploy a blueprint on an embedded AWS as it stands, beside whatever is there; `overrides` are `key=value`."""
    environment = dict(override.split("=", 1) for override in overrides).get("environment", "dev")
    given = (*overrides_of(blueprint, environment), *overrides)
    config = stack_config(ROOT, "dev", blueprint=blueprint, overrides=given)
    run = _succeeded(run_program(ROOT, config, EmbeddedAws(Connection(endpoint)), environ=_environ()))
    return Live(outputs.flat(run.plan.exports), endpoint=endpoint)


def _succeeded(run: Run) -> Run:
    if not run.ok:
        raise DeploymentError("\n".join(run.problems))
    return run


def _environ() -> dict[str, str]:
    """This process's environment without what would change a stack's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OUTSIDE)}
