"""The region's database: whether it is there, and whether it accepts writes.

In a recovery region the cluster's own endpoint leads nowhere, or to a server in recovery, until the cluster is
promoted; the database's global endpoint would lead to the other region and tell nothing of this one.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-connecting.html

Environment:
    SECRET_ARN: secret whose JSON has `username` and `password`.
    DATABASE_HOST: the endpoint of the region's cluster.
    DATABASE_PORT: its port.
    DATABASE_NAME: the database.
"""

import json
import os
import socket
import ssl
from functools import cache
from pathlib import Path
from typing import Any, cast

from pg8000.exceptions import DatabaseError
from pg8000.native import Connection

from functions.api.aws import client

# Runtimes bring the certificates of RDS beside the public ones:
# https://docs.aws.amazon.com/lambda/latest/dg/services-rds.html.
RDS_CERTIFICATES = Path("/var/runtime/ca-cert.pem")
SECONDS = 1  # For each step on the way; health as a whole has little more.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
REFUSED_CREDENTIALS = ("28P01", "28000")
STATE = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"


def accepts_writes() -> bool:
    """Whether the database takes writes.

    Raises:
        Exception: it can't be reached, refuses the credentials, or is not who it should be.
    """
    try:
        return _accepts_writes()
    except DatabaseError as error:
        if _code(error) not in REFUSED_CREDENTIALS:
            raise
    # The password may be another one by now.
    _credentials.cache_clear()
    return _accepts_writes()


def _accepts_writes() -> bool:
    with _connect() as connection:
        ((read_only,),) = cast("Any", connection).run(STATE)
    return not read_only


@cache
def _credentials() -> dict[str, Any]:
    answer = client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ARN"])
    credentials: dict[str, Any] = json.loads(answer["SecretString"])
    return credentials


def _tls() -> ssl.SSLContext:
    """A context that checks the server's certificate and its name."""
    context = ssl.create_default_context()
    # Python 3.13 holds certificates to RFC 5280 to the letter; chains of private authorities often are not.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if RDS_CERTIFICATES.exists():
        context.load_verify_locations(RDS_CERTIFICATES)
    return context


def _connect() -> Connection:
    """A new connection each time: one that stands would outlive a failover and tell of the past."""
    credentials = _credentials()
    host, port = os.environ["DATABASE_HOST"], int(os.environ["DATABASE_PORT"])
    sock = socket.create_connection((host, port), SECONDS)
    try:
        return Connection(
            credentials["username"],
            password=credentials["password"],
            host=host,
            database=os.environ["DATABASE_NAME"],
            sock=sock,
            ssl_context=_tls(),
            application_name="health",
            startup_params={"statement_timeout": f"{SECONDS}s"},
        )
    except BaseException:
        # The driver leaves it open where the server is silent, and this function is asked again and again.
        sock.close()
        raise


def _code(error: DatabaseError) -> str:
    """PostgreSQL's code of an error."""
    fields: dict[str, str] = error.args[0]
    return fields["C"]
