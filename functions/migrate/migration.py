"""Migrations: numbered SQL files, each applied once, in order.

A file is sent as it is, whole, by PostgreSQL's simple query protocol: the server itself tells its statements apart, so
quotes, `$$` bodies and comments mean what they mean in psql, and nothing here has to understand SQL. (pg8000 takes
that way for a text without parameters; it reads no `:name` in it.) The file stands between a `BEGIN` and a `COMMIT` of
ours, together with its line in the history, so it is kept with that line or not at all. What cannot run in a
transaction (`CREATE INDEX CONCURRENTLY`, `VACUUM`) is therefore refused by the server, and a file that ends the
transaction itself is refused here: the transaction's own id is compared before and after.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pg8000.exceptions import DatabaseError, InterfaceError

FILE = re.compile(r"(\d{3,})_\w+\.sql")
HISTORY = "public.schema_migrations"
TRANSACTION = "SELECT pg_current_xact_id()::text"
# Any number will do, as long as nobody else locks it in the same database.
LOCK = 7_428_193_650_112


class Connection(Protocol):
    """What is needed of a connection: pg8000's native one has it."""

    def run(self, sql: str, **parameters: Any) -> Any:
        """Run statements and give the rows of the last."""


class MigrationError(Exception):
    """Migrations that were refused or failed; the message names the file."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file.

    Args:
        name: its name, `001_accounts.sql`.
        sql: its text.
    """

    name: str
    sql: str

    @property
    def number(self) -> int:
        """Its place in the order."""
        return int(self.name.split("_")[0])

    @property
    def checksum(self) -> str:
        """SHA-256 of its bytes, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read(folder: Path) -> list[Migration]:
    """The migrations of a folder, in order.

    Raises:
        MigrationError: two of one number, or a file of another name.
    """
    found: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        if not FILE.fullmatch(path.name):
            raise MigrationError(f"{path.name} is not named like 001_name.sql.")
        # Bytes, since reading as text would turn line ends into others than those that the checksum is of.
        migration = Migration(path.name, path.read_bytes().decode())
        if (other := found.setdefault(migration.number, migration)) is not migration:
            raise MigrationError(f"{other.name} and {migration.name} have the same number.")
    return [migration for _, migration in sorted(found.items())]


def migrate(connection: Connection, migrations: Sequence[Migration]) -> dict[str, list[str]]:
    """Apply what has not been applied yet; whoever else does the same at this moment waits, and finds it done.

    Args:
        connection: a connection that nobody else uses, outside a transaction.
        migrations: all migrations there are, in order.

    Returns:
        Names of the files: `applied` now, and `already` there.

    Raises:
        MigrationError: the files contradict the history (nothing is applied then), or one failed (those before it
            stay applied).
    """
    # Held by the session: it outlives each transaction, and goes with the connection however that ends.
    connection.run("SELECT pg_advisory_lock(:key)", key=LOCK)
    try:
        connection.run(
            f"CREATE TABLE IF NOT EXISTS {HISTORY} (number integer PRIMARY KEY, name text NOT NULL, "
            "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = connection.run(f"SELECT number, name, checksum FROM {HISTORY} ORDER BY number")  # noqa: S608
        history = {number: (name, checksum) for number, name, checksum in rows}
        _check(migrations, history)
        new = [migration for migration in migrations if migration.number not in history]
        for migration in new:
            _apply(connection, migration)
    finally:
        _quietly(connection, f"SELECT pg_advisory_unlock({LOCK})")
    return {
        "applied": [migration.name for migration in new],
        "already": [migration.name for migration in migrations if migration.number in history],
    }


def _check(migrations: Iterable[Migration], history: Mapping[int, tuple[str, str]]) -> None:
    """All contradictions between files and history, at once."""
    files = {migration.number: migration for migration in migrations}
    problems: list[str] = []
    for number, (name, checksum) in history.items():
        if number not in files:
            problems.append(f"{name} has been applied, and is missing now: put it back.")
        elif files[number].checksum != checksum:
            problems.append(
                f"{files[number].name} has changed since it was applied (as {name}): restore it, and write a new file."
            )
    last = max(history, default=0)
    problems += [
        f"{migration.name} comes before {history[last][0]}, which has been applied: give it a higher number."
        for number, migration in files.items()
        if number not in history and number < last
    ]
    if problems:
        raise MigrationError("\n".join(problems))


def _apply(connection: Connection, migration: Migration) -> None:
    # What a file sets for its session must not reach the next one.
    connection.run("RESET SESSION AUTHORIZATION; RESET ALL; DISCARD TEMP")
    try:
        transaction = connection.run(f"BEGIN; {TRANSACTION}")
        connection.run(migration.sql)
        _check_transaction(connection, transaction, migration)
        connection.run(
            f"INSERT INTO {HISTORY} (number, name, checksum) VALUES (:number, :name, :checksum)",  # noqa: S608
            number=migration.number,
            name=migration.name,
            checksum=migration.checksum,
        )
        # Constraints that were deferred are looked at here.
        connection.run("COMMIT")
    except DatabaseError as error:
        _quietly(connection, "ROLLBACK")
        raise MigrationError(
            f"{migration.name} failed, and nothing of it was kept: {_told(error, migration)}"
        ) from error
    except InterfaceError as error:
        # The connection is in no state to go on; the server rolls back what it leaves.
        raise MigrationError(f"{migration.name} failed, and nothing of it was kept: {error}") from error
    except MigrationError:
        _quietly(connection, "ROLLBACK")
        raise


def _check_transaction(connection: Connection, transaction: object, migration: Migration) -> None:
    if connection.run(TRANSACTION) != transaction:
        raise MigrationError(
            f"{migration.name} ends its transaction itself, so what it did before may have stayed, without a line in "
            "the history: undo that, and take COMMIT and ROLLBACK out of the file."
        )


def _told(error: DatabaseError, migration: Migration) -> str:
    """PostgreSQL's own words: message, line of the file, detail, hint, and where within a function.

    Keys: https://www.postgresql.org/docs/current/protocol-error-fields.html.
    """
    fields: Mapping[str, str] = error.args[0]
    told = f"{fields['M']} ({fields['C']})"
    if position := fields.get("P"):
        line = migration.sql.count("\n", 0, int(position) - 1) + 1
        told += f", in line {line}"
    return ". ".join((told, *(fields[key] for key in ("D", "H", "W") if key in fields)))


def _quietly(connection: Connection, sql: str) -> None:
    """Tidy up on a connection that may be broken; what went wrong before is what has to be told."""
    with contextlib.suppress(DatabaseError, InterfaceError):
        connection.run(sql)
