"""Migrations, against a real PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pg8000.native import Connection

from functions.migrate.migration import HISTORY, Migration, MigrationError, migrate, read

ROOT = Path(__file__).resolve().parents[2]
Connect = Callable[[], Connection]

FIRST = Migration("001_accounts.sql", "CREATE TABLE accounts (id int); INSERT INTO accounts VALUES (1), (2);")
SECOND = Migration("002_owner.sql", "ALTER TABLE accounts ADD COLUMN owner text DEFAULT 'x:y'::text;")


@pytest.fixture
def connection(connect: Connect) -> Iterator[Connection]:
    with connect() as opened:
        yield opened


def history(connection: Connection) -> list[list[object]]:
    found: list[list[object]] = connection.run(
        f"SELECT number, name, checksum FROM {HISTORY} ORDER BY number"  # noqa: S608
    )
    return found


def tables(connection: Connection) -> set[str]:
    rows = connection.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {name for (name,) in rows} - {HISTORY.split(".")[1]}


def refused(connection: Connection, *migrations: Migration) -> str:
    with pytest.raises(MigrationError) as raised:
        migrate(connection, migrations)
    return str(raised.value)


def test_a_fresh_database_gets_every_file_in_order(connection: Connection) -> None:
    assert migrate(connection, [FIRST, SECOND]) == {"applied": [FIRST.name, SECOND.name], "already": []}
    assert connection.run("SELECT id, owner FROM accounts ORDER BY id") == [[1, "x:y"], [2, "x:y"]]
    assert history(connection) == [[1, FIRST.name, FIRST.checksum], [2, SECOND.name, SECOND.checksum]]


def test_a_second_run_does_nothing(connect: Connect) -> None:
    with connect() as first:
        migrate(first, [FIRST, SECOND])
    with connect() as second:
        assert migrate(second, [FIRST, SECOND]) == {"applied": [], "already": [FIRST.name, SECOND.name]}
        assert second.run("SELECT count(*) FROM accounts") == [[2]]


def test_only_the_new_file_is_applied(connection: Connection) -> None:
    migrate(connection, [FIRST])
    assert migrate(connection, [FIRST, SECOND]) == {"applied": [SECOND.name], "already": [FIRST.name]}


def test_a_broken_file_leaves_nothing_and_is_told_with_its_line(connection: Connection) -> None:
    broken = Migration("002_broken.sql", "CREATE TABLE half (id int);\nINSERT INTO nowhere VALUES (1);\n")
    told = refused(connection, FIRST, broken)
    assert told == (
        '002_broken.sql failed, and nothing of it was kept: relation "nowhere" does not exist (42P01), in line 2'
    )
    assert tables(connection) == {"accounts"}
    assert [row[1] for row in history(connection)] == [FIRST.name]


def test_after_a_broken_file_is_mended_the_rest_follows(connection: Connection) -> None:
    refused(connection, FIRST, Migration(SECOND.name, "ALTER TABLE account ADD COLUMN owner text"))
    assert migrate(connection, [FIRST, SECOND]) == {"applied": [SECOND.name], "already": [FIRST.name]}


def test_detail_hint_and_place_in_a_function_are_told(connection: Connection) -> None:
    body = "RAISE EXCEPTION 'no' USING DETAIL = 'a detail', HINT = 'a hint';"
    told = refused(connection, Migration("001_raise.sql", f"DO $$ BEGIN {body} END $$;"))
    assert "no (P0001). a detail. a hint. PL/pgSQL function inline_code_block line 1 at RAISE" in told


def test_a_constraint_that_only_the_commit_looks_at_rolls_back_too(connection: Connection) -> None:
    creates = "CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a DEFERRABLE INITIALLY DEFERRED);"
    inserts = "INSERT INTO a VALUES (1, 2);"
    told = refused(connection, Migration("001_late.sql", creates + inserts))
    assert told.startswith("001_late.sql failed, and nothing of it was kept: insert or update on table")
    assert (tables(connection), history(connection)) == (set(), [])


def test_two_runs_at_once_do_the_work_once(connect: Connect) -> None:
    slow = Migration(
        "001_slow.sql", "CREATE TABLE counted (id int); SELECT pg_sleep(0.5); INSERT INTO counted VALUES (1);"
    )
    start = threading.Barrier(2)

    def run() -> dict[str, list[str]]:
        with connect() as connection:
            start.wait()
            return migrate(connection, [slow])

    with ThreadPoolExecutor(2) as threads:
        results = [future.result() for future in [threads.submit(run), threads.submit(run)]]
    assert sorted(map(str, results)) == sorted(
        map(str, [{"applied": [slow.name], "already": []}, {"applied": [], "already": [slow.name]}])
    )
    with connect() as connection:
        assert connection.run("SELECT count(*) FROM counted") == [[1]]


@pytest.mark.parametrize("broken", [False, True], ids=["done", "failed"])
def test_the_lock_is_free_after_a_run(connection: Connection, connect: Connect, broken: bool) -> None:
    if broken:
        refused(connection, Migration("001_broken.sql", "nonsense"))
    else:
        migrate(connection, [FIRST])
    with connect() as other:
        assert other.run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [[0]]


def test_a_changed_file_is_refused_and_nothing_is_applied(connection: Connection) -> None:
    migrate(connection, [FIRST])
    changed = Migration(FIRST.name, FIRST.sql + " ")
    assert refused(connection, changed, SECOND) == (
        "001_accounts.sql has changed since it was applied (as 001_accounts.sql): restore it, and write a new file."
    )
    assert [row[1] for row in history(connection)] == [FIRST.name]


def test_a_removed_file_is_refused_and_nothing_is_applied(connection: Connection) -> None:
    migrate(connection, [FIRST])
    assert refused(connection, SECOND) == "001_accounts.sql has been applied, and is missing now: put it back."
    assert [row[1] for row in history(connection)] == [FIRST.name]


def test_a_file_before_an_applied_one_is_refused(connection: Connection) -> None:
    migrate(connection, [SECOND_FIRST])
    assert refused(connection, FIRST, SECOND_FIRST) == (
        "001_accounts.sql comes before 002_alone.sql, which has been applied: give it a higher number."
    )
    assert tables(connection) == {"alone"}


SECOND_FIRST = Migration("002_alone.sql", "CREATE TABLE alone (id int);")


@pytest.mark.parametrize(
    "end", ["COMMIT;", "ROLLBACK;", "COMMIT; BEGIN;", "COMMIT; BEGIN; SELECT pg_current_xact_id();"]
)
def test_a_file_that_ends_its_transaction_is_refused(connection: Connection, end: str) -> None:
    told = refused(connection, Migration("001_commit.sql", f"CREATE TABLE a (id int); {end} CREATE TABLE b (id int);"))
    assert told.startswith("001_commit.sql ends its transaction itself")
    assert history(connection) == []
    assert migrate(connection, [SECOND_FIRST])["applied"] == ["002_alone.sql"]


def test_what_cannot_run_in_a_transaction_is_told_by_the_server(connection: Connection) -> None:
    concurrently = Migration("002_index.sql", "CREATE INDEX CONCURRENTLY i ON accounts (id)")
    assert "CREATE INDEX CONCURRENTLY cannot run inside a transaction block" in refused(connection, FIRST, concurrently)


def test_copy_from_a_stream_that_is_not_there_is_told(connect: Connect) -> None:
    copy = Migration("002_copy.sql", "COPY accounts FROM STDIN;")
    with connect() as connection:
        assert "002_copy.sql failed, and nothing of it was kept" in refused(connection, FIRST, copy)
    with connect() as connection:
        assert migrate(connection, [FIRST])["already"] == [FIRST.name]


def test_what_a_file_sets_for_its_session_does_not_reach_the_next(connection: Connection) -> None:
    sets = Migration("001_sets.sql", "CREATE SCHEMA other; SET search_path = other; CREATE TEMP TABLE t (id int);")
    creates = Migration("002_creates.sql", "CREATE TABLE here (id int); CREATE TEMP TABLE t (id int);")
    migrate(connection, [sets, creates])
    assert tables(connection) == {"here"}


def test_the_files_of_the_project_apply(connection: Connection) -> None:
    for folder in sorted((ROOT / "migrations").iterdir()):
        migrations = read(folder)
        assert migrations
        # Git turns no line ends of theirs, whose checksums would follow.
        assert not [migration.name for migration in migrations if "\r" in migration.sql]
        assert migrate(connection, migrations)["applied"] == [migration.name for migration in migrations]


def test_files_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("1000_last.sql", "999_before.sql", "002_first.sql"):
        (tmp_path / name).write_bytes(b"SELECT 1;\r\n")
    (tmp_path / "README.md").write_text("no migration")
    found = read(tmp_path)
    assert [migration.name for migration in found] == ["002_first.sql", "999_before.sql", "1000_last.sql"]
    assert found[0].sql == "SELECT 1;\r\n"


def test_two_files_of_one_number_are_refused(tmp_path: Path) -> None:
    for name in ("001_a.sql", "001_b.sql"):
        (tmp_path / name).touch()
    with pytest.raises(MigrationError, match=r"^001_a\.sql and 001_b\.sql have the same number\.$"):
        read(tmp_path)


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "accounts.sql").touch()
    with pytest.raises(MigrationError, match=r"^accounts\.sql is not named like 001_name\.sql\.$"):
        read(tmp_path)
