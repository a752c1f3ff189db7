"""The function as Lambda calls it: the secret from Secrets Manager, TLS to a real PostgreSQL, its package's files."""

import json
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pg8000.exceptions import InterfaceError
from pg8000.native import Connection

from functions.migrate import handler as function
from functions.migrate.migration import MigrationError
from tests.support.tls import certificate, tls_before


class Context:
    """Lambda's context, with a minute left."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sql"
    folder.mkdir()
    (folder / "001_a.sql").write_text("CREATE TABLE a (id int);")
    monkeypatch.setattr(function, "FOLDER", folder)
    return folder


@pytest.fixture
def run(
    connect: Callable[[], Connection], packed: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], Any]]:
    """Invokes the function against a port, with its secret in an AWS of its own."""
    del packed
    with connect() as connection:
        ((database,),) = connection.run("SELECT current_database()")
    for key, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }.items():
        monkeypatch.setenv(key, value)
    with mock_aws():
        content = json.dumps({"username": "owner", "password": "not-a-secret"})
        secret = boto3.client("secretsmanager").create_secret(Name="database", SecretString=content)

        def invoke(port: int) -> Any:
            for key, value in {
                "SECRET_ARN": secret["ARN"],
                "DATABASE_HOST": "127.0.0.1",
                "DATABASE_PORT": str(port),
                "DATABASE_NAME": database,
            }.items():
                monkeypatch.setenv(key, value)
            return function.handler({}, Context())

        yield invoke


def test_files_are_applied_over_tls(
    run: Callable[[int], Any], postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setattr(function, "RDS_CERTIFICATES", pem)
    with tls_before(postgres.port, pem) as port:
        assert run(port) == {"applied": ["001_a.sql"], "already": []}
        assert run(port) == {"applied": [], "already": ["001_a.sql"]}
    assert capsys.readouterr().out.splitlines()[0] == '{"applied": ["001_a.sql"], "already": []}'


def test_a_failed_file_fails_the_invocation(
    run: Callable[[int], Any], postgres: Any, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (packed / "002_b.sql").write_text("nonsense")
    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setattr(function, "RDS_CERTIFICATES", pem)
    with tls_before(postgres.port, pem) as port, pytest.raises(MigrationError, match=r'002_b\.sql .* "nonsense"'):
        run(port)


@pytest.mark.parametrize("trusted", [True, False], ids=["other name", "other authority"])
def test_a_server_that_does_not_prove_itself_is_not_spoken_to(
    run: Callable[[int], Any], postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    pem = certificate(tmp_path, "127.0.0.2" if trusted else "127.0.0.1")
    monkeypatch.setattr(function, "RDS_CERTIFICATES", pem if trusted else tmp_path / "missing.pem")
    with tls_before(postgres.port, pem) as port, pytest.raises(ssl.SSLCertVerificationError):
        run(port)


def test_a_server_without_tls_is_not_spoken_to(run: Callable[[int], Any], postgres: Any) -> None:
    with pytest.raises(InterfaceError, match="Server refuses SSL"):
        run(postgres.port)


def test_a_statement_ends_before_the_function_does(
    run: Callable[[int], Any], postgres: Any, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (packed / "002_slow.sql").write_text("SELECT pg_sleep(30);")
    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setattr(function, "RDS_CERTIFICATES", pem)
    monkeypatch.setattr(function, "SPARE_SECONDS", 59)
    with tls_before(postgres.port, pem) as port, pytest.raises(MigrationError, match=r"002_slow\.sql .*57014"):
        run(port)
