"""The function behind the API as the gateway calls it: its table on moto, its database a real PostgreSQL over TLS."""

import base64
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pg8000.native import Connection

from functions.api import aws, database, handler, health, items
from tests.support.tls import certificate, tls_before

TABLE = "shop-items-dev"
GOOD = {"username": "owner", "password": "not-a-secret"}
Answer = tuple[int, Any]


def call(route: str, id_: str = "a1", body: str | None = None, **event: Any) -> Answer:
    """The status and the body's content that a request is answered with."""
    parameters = {"pathParameters": {"id": id_}} if "{id}" in route else {}
    found = handler.handler({"version": "2.0", "routeKey": route, "body": body, **parameters, **event}, None)
    assert found["headers"] == {"content-type": "application/json", "cache-control": "no-store"}
    return found["statusCode"], json.loads(found["body"])


def get(id_: str = "a1") -> Answer:
    return call("GET /items/{id}", id_)


def put(body: str, id_: str = "a1", **event: Any) -> Answer:
    return call("PUT /items/{id}", id_, body, **event)


def examined() -> Answer:
    """Health found now, not a moment ago."""
    handler.EXAMINATION = health.Examination()
    return call("GET /health")


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS of the test's own with the table, and a function that starts cold."""
    for key, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "TABLE_NAME": TABLE,
        "TABLE_KEY": "id",
    }.items():
        monkeypatch.setenv(key, value)
    database._credentials.cache_clear()
    with mock_aws():
        aws.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield


def save(credentials: dict[str, str]) -> str:
    """Put credentials into the secret, and give its ARN."""
    secrets = aws.client("secretsmanager")
    try:
        secrets.put_secret_value(SecretId="database", SecretString=json.dumps(credentials))
    except secrets.exceptions.ResourceNotFoundException:
        secrets.create_secret(Name="database", SecretString=json.dumps(credentials))
    return secrets.describe_secret(SecretId="database")["ARN"]


@pytest.fixture
def served(
    connect: Callable[[], Connection], postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Connection]]:
    """The function knows a database of its own, behind TLS; gives connections to it."""
    with connect() as connection:
        ((name,),) = connection.run("SELECT current_database()")
    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setattr(database, "RDS_CERTIFICATES", pem)
    # A machine that is busy with other tests is no database that is slow.
    monkeypatch.setattr(database, "SECONDS", 20)
    monkeypatch.setattr(health, "SECONDS", 30)
    with tls_before(postgres.port, pem) as port:
        known(monkeypatch, port, name)
        yield connect


def known(monkeypatch: pytest.MonkeyPatch, port: int, name: str = "postgres") -> None:
    for key, value in {
        "SECRET_ARN": save(GOOD),
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": str(port),
        "DATABASE_NAME": name,
    }.items():
        monkeypatch.setenv(key, value)


# Health


def test_a_region_without_a_database_needs_its_table_alone() -> None:
    assert examined() == (200, {"status": "ok", "checks": {"table": "ok"}})


@pytest.mark.usefixtures("served")
def test_a_region_whose_database_accepts_writes_is_healthy() -> None:
    assert examined() == (200, {"status": "ok", "checks": {"table": "ok", "database": "ok"}})


def test_a_region_whose_database_is_read_only_is_not_until_it_accepts_writes(
    served: Callable[[], Connection],
) -> None:
    with served() as connection:
        ((name,),) = connection.run("SELECT current_database()")
        connection.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        assert examined() == (503, {"status": "unavailable", "checks": {"table": "ok", "database": "read-only"}})
        connection.run("SET default_transaction_read_only = off")
        connection.run(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert examined()[0] == 200


@pytest.mark.usefixtures("served")
def test_a_missing_table_is_told_beside_a_database_that_is_well() -> None:
    aws.client("dynamodb").delete_table(TableName=TABLE)
    assert examined() == (503, {"status": "unavailable", "checks": {"table": "unavailable", "database": "ok"}})


def test_a_database_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    known(monkeypatch, port)
    assert examined() == (503, {"status": "unavailable", "checks": {"table": "ok", "database": "unavailable"}})


def test_a_database_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        known(monkeypatch, silent.getsockname()[1])
        status, body = examined()
    assert (status, body["checks"]["database"]) == (503, "slow")


def test_a_server_that_does_not_prove_itself_is_not_spoken_to(
    postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "127.0.0.2")
    monkeypatch.setattr(database, "RDS_CERTIFICATES", pem)
    monkeypatch.setattr(health, "SECONDS", 30)
    with tls_before(postgres.port, pem) as port:
        known(monkeypatch, port)
        assert examined()[1]["checks"] == {"table": "ok", "database": "unavailable"}
        monkeypatch.setattr(database, "RDS_CERTIFICATES", tmp_path / "missing.pem")
        assert examined()[1]["checks"] == {"table": "ok", "database": "unavailable"}
    known(monkeypatch, postgres.port)
    assert examined()[1]["checks"] == {"table": "ok", "database": "unavailable"}


@pytest.mark.usefixtures("served")
def test_a_password_that_has_changed_is_read_anew() -> None:
    save({**GOOD, "password": "old"})
    database._credentials()
    save(GOOD)
    assert examined()[0] == 200


@pytest.mark.usefixtures("served")
def test_a_password_that_is_wrong_is_told_and_read_again_the_next_time() -> None:
    save({**GOOD, "password": "wrong"})
    assert examined()[1]["checks"]["database"] == "unavailable"
    save(GOOD)
    assert examined()[0] == 200


@pytest.mark.usefixtures("served")
def test_a_database_that_does_not_exist_is_told_without_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_NAME", "nowhere")
    status, body = examined()
    assert (status, body["checks"]["database"]) == (503, "unavailable")
    assert "nowhere" not in json.dumps(body)


def test_what_was_found_a_moment_ago_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert examined()[0] == 200
    aws.client("dynamodb").delete_table(TableName=TABLE)
    assert call("GET /health")[0] == 200
    monkeypatch.setattr(health, "KEPT_SECONDS", -1.0)
    assert call("GET /health")[0] == 503


def test_health_answers_before_route_53_gives_up() -> None:
    assert health.SECONDS < 2


def test_what_is_wrong_with_a_check_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    aws.client("dynamodb").delete_table(TableName=TABLE)
    examined()
    assert "table is unavailable" in caplog.text
    assert "ResourceNotFoundException" in caplog.text


# Items


def test_an_item_is_there_once_it_was_put() -> None:
    assert get() == (404, {"message": "There is no such item."})
    assert put('{"state": "open", "lines": [1, null, true]}') == (
        200,
        {"state": "open", "lines": [1, None, True], "id": "a1"},
    )
    assert get() == (200, {"state": "open", "lines": [1, None, True], "id": "a1"})
    assert put('{"id": "a1"}') == get() == (200, {"id": "a1"})
    assert get("a2")[0] == 404


def test_numbers_keep_their_digits() -> None:
    body = '{"amount": 0.10000000000000000555, "big": 12345678901234567890123456789, "list": [1.5]}'
    put(body)
    found = handler.handler({"routeKey": "GET /items/{id}", "pathParameters": {"id": "a1"}}, None)["body"]
    for digits in ("0.10000000000000000555", "12345678901234567890123456789", "[1.5]"):
        assert digits in found


def test_what_others_wrote_is_given_as_json() -> None:
    aws.client("dynamodb").put_item(
        TableName=TABLE,
        Item={"id": {"S": "a1"}, "tags": {"SS": ["x"]}, "raw": {"B": b"\x00"}, "map": {"M": {'"': {"N": "1"}}}},
    )
    assert get() == (200, {"id": "a1", "tags": ["x"], "raw": "AA==", "map": {'"': 1}})


def test_a_body_may_come_as_base64() -> None:
    assert put(base64.b64encode(b'{"a": "\xc3\xa4"}').decode(), isBase64Encoded=True)[0] == 200
    assert get()[1]["a"] == "ä"
    assert put("no base64!", isBase64Encoded=True) == (400, {"message": "The body is not Base64."})


@pytest.mark.parametrize("id_", ["", "/health", "a b", "-a", "a" * 129, "ä"])
def test_what_can_be_no_id_is_refused(id_: str) -> None:
    for answer in (get(id_), put("{}", id_)):
        assert answer == (400, {"message": "An id is 1 to 128 letters, digits, dots, dashes or underscores."})


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "The body is not JSON."),
        ("{", "The body is not JSON."),
        ('{"a": NaN}', "The body is not JSON."),
        ("[" * 100_000, "The body is not JSON."),
        ("[]", "The body is not a JSON object."),
        ('{"id": "a2"}', "The document's id is not the id in the path."),
        (
            '{"a": 1.234567890123456789012345678901234567890}',
            "A number has more than 38 digits, or too many objects stand in each other.",
        ),
    ],
)
def test_what_can_be_no_document_is_refused(body: str, told: str) -> None:
    assert put(body) == (400, {"message": told})
    assert get()[0] == 404


def test_a_document_that_is_too_long_is_refused() -> None:
    longest = json.dumps({"a": "x" * (items.MOST_BYTES - len('{"a": ""}'))})
    assert put(longest)[0] == 200
    assert put(longest.replace("x", "xx", 1)) == (413, {"message": "A document has 262144 bytes at most."})


class Refusing:
    """DynamoDB that refuses every call."""

    def __init__(self, code: str, message: str = "") -> None:
        self.error = ClientError({"Error": {"Code": code, "Message": message}}, "PutItem")

    def put_item(self, **_: Any) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("code", "message", "status", "told"),
    [
        (
            "ValidationException",
            "Item size has exceeded the maximum allowed size",
            413,
            "The item is too long to be kept.",
        ),
        (
            "ValidationException",
            "Nesting Levels have exceeded supported limits",
            400,
            "The table does not take this document.",
        ),
        ("SerializationException", "", 400, "The table does not take this document."),
        ("ThrottlingException", "arn:aws:dynamodb", 503, "Try again later."),
        ("AccessDeniedException", "arn:aws:iam", 503, "Try again later."),
    ],
)
def test_what_dynamodb_refuses_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch, code: str, message: str, status: int, told: str
) -> None:
    monkeypatch.setattr(items, "client", lambda _: Refusing(code, message))
    assert put("{}") == (status, {"message": told})


def test_another_path_is_not_there() -> None:
    assert call("DELETE /items/{id}") == (404, {"message": "There is no such path."})


def test_what_nobody_thought_of_is_in_the_log_and_not_in_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    found = handler.handler({"routeKey": "GET /items/{id}"}, None)
    assert (found["statusCode"], json.loads(found["body"])) == (500, {"message": "Something went wrong."})
    assert "KeyError" in caplog.text
