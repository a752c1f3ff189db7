"""What tests on recorded infrastructure share: speed, and that no settings from outside reach them."""

import gc
import os

import pytest

from tests.support import shelf

# Imports take more than half of their time to collect garbage of which there is none: what they make stays.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(10_000, 10, 100)
    gc.enable()


OUTSIDE = ("AWS_", "PULUMI_", "TAP_", "ENVIRONMENT_SUFFIX")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in list(os.environ):
        if name.startswith(OUTSIDE):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _plans_of_all_workers(tmp_path_factory):
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Each worker has a folder of its own in that of the run.
        shelf.folder = tmp_path_factory.getbasetemp().parent / "plans"
        shelf.folder.mkdir(exist_ok=True)
    yield
    shelf.folder = None
