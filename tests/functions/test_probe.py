"""The function that tells whether a host answers, against sockets of this machine."""

import json
import socket
from collections.abc import Iterator

import pytest

from functions.probe.handler import handler, probe


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_host_that_answers_is_reachable(listening: socket.socket) -> None:
    assert probe("127.0.0.1", listening.getsockname()[1]) == (1, "connected")


def test_a_host_that_refuses_is_reachable_too() -> None:
    assert probe("127.0.0.1", free_port()) == (1, "refused")


def test_a_host_that_stays_silent_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "create_connection", nothing)
    assert probe("10.0.0.1", 443) == (0, "timed out")


def test_a_name_without_an_address_is_not_and_says_so() -> None:
    reachable, detail = probe("nowhere.invalid", 443)
    assert reachable == 0
    assert detail.startswith("nowhere.invalid has no address: ")


def test_the_metric_stands_in_the_log_in_the_embedded_format(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"HOST": "127.0.0.1", "PORT": str(listening.getsockname()[1])}
    for key, value in {**given, "METRIC_NAMESPACE": "TapStack/shop-dev", "METRIC_NAME": "probe-a"}.items():
        monkeypatch.setenv(key, value)
    assert handler({}, None) == {"reachable": 1, "detail": "connected"}
    line = json.loads(capsys.readouterr().out)
    assert line["probe-a"] == 1
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert told == {"Namespace": "TapStack/shop-dev", "Dimensions": [[]], "Metrics": [{"Name": "probe-a"}]}
    assert line["_aws"]["Timestamp"] > 1_700_000_000_000
