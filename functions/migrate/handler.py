"""The Lambda function: reads the secret, connects over TLS, applies the migrations that it is packed with.

An error ends the invocation with a `FunctionError`, which fails the deployment with the error's message.

Environment:
    SECRET_ARN: secret whose JSON has `username` and `password`.
    DATABASE_HOST: the writer's endpoint.
    DATABASE_PORT: its port.
    DATABASE_NAME: the database.
"""

import json
import os
import socket
import ssl
from pathlib import Path
from typing import Any, Protocol, cast

import boto3
from botocore.config import Config
from pg8000.native import Connection

from functions.migrate.migration import migrate, read

FOLDER = Path(__file__).parent / "sql"
# Runtimes bring the certificates of RDS beside the public ones:
# https://docs.aws.amazon.com/lambda/latest/dg/services-rds.html.
RDS_CERTIFICATES = Path("/var/runtime/ca-cert.pem")
CONNECT_SECONDS = 60  # A serverless cluster that is asleep takes some 15 seconds to wake up.
SPARE_SECONDS = 10  # Left of the function's time to tell what happened.


class Context(Protocol):
    """What is needed of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Time until Lambda ends the invocation."""
        ...


def handler(event: object, context: Context) -> dict[str, list[str]]:
    """Apply the migrations.

    Args:
        event: not looked at: which files there are is a matter of the package.
        context: Lambda's own.

    Returns:
        Names of the files: `applied` now, and `already` there.
    """
    del event
    seconds = max(context.get_remaining_time_in_millis() // 1000 - SPARE_SECONDS, 1)
    with connect(read_secret(os.environ["SECRET_ARN"]), tls(), seconds) as connection:
        result = migrate(connection, read(FOLDER))
    print(json.dumps(result))
    return result


def read_secret(arn: str) -> dict[str, Any]:
    """The content of a secret that holds a JSON object."""
    # Without a way to Secrets Manager the default timeouts would outlast the function, and tell nothing.
    config = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})
    client = cast("Any", boto3).client("secretsmanager", config=config)
    secret: dict[str, Any] = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
    return secret


def tls() -> ssl.SSLContext:
    """A context that checks the server's certificate and its name."""
    context = ssl.create_default_context()
    # Python 3.13 holds certificates to RFC 5280 to the letter; chains of private authorities often are not.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if RDS_CERTIFICATES.exists():
        context.load_verify_locations(RDS_CERTIFICATES)
    return context


def connect(secret: dict[str, Any], context: ssl.SSLContext | None, seconds: int) -> Connection:
    """A connection to the database.

    Args:
        secret: `username` and `password`.
        context: of TLS, without which no server is spoken to; None leaves TLS to what the server wants.
        seconds: time that a statement may take, waiting for others' locks included.
    """
    host, port = os.environ["DATABASE_HOST"], int(os.environ["DATABASE_PORT"])
    # pg8000 has one timeout for both, so the socket is made here: connecting is quick, statements may take long.
    sock = socket.create_connection((host, port), CONNECT_SECONDS)
    sock.settimeout(seconds + SPARE_SECONDS / 2)
    return Connection(
        secret["username"],
        password=secret["password"],
        host=host,
        database=os.environ["DATABASE_NAME"],
        sock=sock,
        ssl_context=context,
        application_name="migrate",
        startup_params={"statement_timeout": f"{seconds}s"},
    )
