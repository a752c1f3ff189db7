"""The server: found again, never mistaken, emptied, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tap.embedded import server
from tap.embedded.connection import Connection


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("outputs")
    yield folder
    server.stop(folder)


def test_two_starts_at_once_come_to_one_server(folder: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(server.start, [folder, folder])
    assert first == second == server.running(folder)
    assert first.endpoint.startswith("http://127.0.0.1:")


def test_a_reset_leaves_nothing(folder: Path) -> None:
    running = server.start(folder)
    connection = Connection(running.endpoint)
    connection.call("sns", "create_topic", {"Name": "t"})
    assert connection.call("sns", "list_topics", {})["Topics"]
    running.reset()
    assert connection.call("sns", "list_topics", {})["Topics"] == []


def test_servers_of_two_folders_know_nothing_of_each_other(folder: Path, tmp_path: Path) -> None:
    first, second = server.start(folder), server.start(tmp_path)
    assert first.endpoint != second.endpoint
    server.stop(tmp_path)
    assert server.running(folder) == first


def test_a_killed_server_is_none_and_the_next_start_makes_another(folder: Path) -> None:
    first = server.start(folder)
    os.kill(first.pid, signal.SIGKILL)
    _await_end(folder)
    assert (folder / server.STATE_FILE).exists()
    assert server.start(folder).pid != first.pid


def test_a_foreign_process_with_the_recorded_id_and_port_is_never_taken_for_the_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        endpoint = f"http://127.0.0.1:{foreign.getsockname()[1]}"
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        try:
            (tmp_path / server.STATE_FILE).write_text(json.dumps({"pid": sleeper.pid, "endpoint": endpoint}))
            assert server.running(tmp_path) is None
            assert server.stop(tmp_path) is None
            assert sleeper.poll() is None
            started = server.start(tmp_path)
            assert (started.pid, started.endpoint) != (sleeper.pid, endpoint)
        finally:
            sleeper.kill()
            sleeper.wait()
            server.stop(tmp_path)


def test_a_server_whose_outputs_folder_is_deleted_ends_by_itself(tmp_path: Path) -> None:
    started = server.start(tmp_path)
    assert _answers(started.endpoint)
    (tmp_path / server.STATE_FILE).unlink()
    deadline = time.monotonic() + 20
    while _answers(started.endpoint) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _answers(started.endpoint)


def test_a_server_that_does_not_answer_is_told_by_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(server.ServerError, match=endpoint):
        server.Server(pid=1, endpoint=endpoint).reset()


def _answers(endpoint: str) -> bool:
    host, port = endpoint.removeprefix("http://").split(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def _await_end(folder: Path) -> None:
    deadline = time.monotonic() + 10
    while server.running(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.running(folder) is None


def test_the_user_s_own_aws_settings_and_proxies_are_left_out_of_account(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    running = server.start(folder)
    running.reset()
    connection = Connection(running.endpoint)
    assert connection.call("sns", "list_topics", {})["Topics"] == []
    assert connection.client("sns").meta.region_name == "us-east-1"
