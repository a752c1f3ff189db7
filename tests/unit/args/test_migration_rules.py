"""Rules on migrations, and the listing of files."""

import hashlib
from importlib import metadata
from pathlib import Path

import pytest

from lib.args import listing, loading
from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs
from lib.database.migration import PACKAGES
from tests.support.settings import accepted, refused

DATABASE = {"network": "payment", "tier": "database", "engine_version": "16", "serverless": {}}
AT = "databases.orders.migrations"
FOLDER = "migrations/orders"
WAY = {"networks.payment.endpoints": ["secretsmanager"]}


def orders(folder: str = FOLDER, **changes: object) -> dict[str, object]:
    return {**WAY, "databases": {"orders": {**DATABASE, "migrations": folder}}, **changes}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(listing, "ROOT", tmp_path)
    (tmp_path / FOLDER).mkdir(parents=True)
    return tmp_path


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / FOLDER / name).write_text(f"SELECT '{name}';")


def problems(root: Path) -> list[str]:
    del root
    return [str(problem) for problem in listing.folder_problems(accepted(orders()))]


@pytest.mark.parametrize("folder", ["/etc", "../migrations", "migrations/../..", ""])
def test_a_folder_outside_the_project_is_refused(folder: str) -> None:
    assert refused(orders(folder)) == [
        f"{AT}: must lie in the project (got {folder or chr(34) * 2}). "
        "Name a folder below the project's root, such as migrations/orders."
    ]


def test_a_network_without_a_way_to_secrets_manager_is_refused() -> None:
    assert refused(orders(**{"networks.payment.endpoints": ["s3"]})) == [
        f"{AT}: needs a way from network payment to Secrets Manager (got migrations/orders). "
        "Add secretsmanager to networks.payment.endpoints, or set networks.payment.nat."
    ]


def test_an_endpoint_or_nat_is_a_way_to_secrets_manager() -> None:
    accepted(orders())
    accepted(orders(**{"networks.payment.endpoints": [], "networks.payment.nat": "single"}))


def test_an_adopted_network_is_trusted_to_have_a_way() -> None:
    tiers = {"db": {"subnet_ids": ["subnet-1", "subnet-2"]}}
    database = {**DATABASE, "network": "old", "tier": "db", "migrations": FOLDER}
    accepted({"networks.old": {"vpc_id": "vpc-0123", "tiers": tiers}, "databases": {"orders": database}})


def test_migrations_in_a_network_that_does_not_exist_are_told_once() -> None:
    (line,) = refused({"databases": {"orders": {**DATABASE, "network": "nowhere", "migrations": FOLDER}}})
    assert line.startswith("databases.orders.network: ")


def test_a_missing_folder_is_refused(root: Path) -> None:
    (root / FOLDER).rmdir()
    assert problems(root) == [
        f"{AT}: must name a folder that exists (got {FOLDER}). "
        f"Put a file such as {FOLDER}/001_tables.sql there, or correct the path."
    ]


def test_a_folder_without_migrations_is_refused(root: Path) -> None:
    put(root, "README.md")
    (line,) = problems(root)
    assert line.startswith(f"{AT}: must name a folder with migrations (got {FOLDER}).")


def test_two_files_of_one_number_are_refused_naming_both(root: Path) -> None:
    put(root, "002_d.sql", "001_b.sql", "001_a.sql", "0002_c.sql")
    assert problems(root) == [
        f"{AT}: holds two files with the number {number} (got {FOLDER}). "
        f"Renumber one of {first} and {second}, which no database may have run yet."
        for number, first, second in ((1, "001_a.sql", "001_b.sql"), (2, "0002_c.sql", "002_d.sql"))
    ]


@pytest.mark.parametrize("name", ["1_a.sql", "a.sql", "001-a.sql", "001_ä.sql"])
def test_a_file_of_another_name_is_refused(root: Path, name: str) -> None:
    put(root, "001_first.sql", name)
    assert problems(root) == [
        f"{AT}: holds a file that is not named like 001_name.sql (got {FOLDER}). "
        f"Rename {FOLDER}/{name} to a number of three digits or more, _ and letters, digits or _."
    ]


def test_files_are_listed_by_name_with_their_checksums(root: Path) -> None:
    put(root, "002_b.sql", "001_a.sql", "notes.txt")
    found = listing.migration_files(accepted(orders()), "orders")
    assert [(file.name, file.path, file.checksum) for file in found] == [
        (name, str(root / FOLDER / name), hashlib.sha256(f"SELECT '{name}';".encode()).hexdigest())
        for name in ("001_a.sql", "002_b.sql")
    ]


def test_a_database_without_migrations_has_no_files(root: Path) -> None:
    del root
    assert listing.migration_files(accepted({"databases": {"orders": DATABASE}}), "orders") == ()


def test_loading_tells_of_folders_together_with_what_it_found_before(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / FOLDER).rmdir()
    (tmp_path / "shop.yaml").write_text(
        "description: A shop.\n"
        "networks: {main: {cidr: 10.0.0.0/16, zones: 2, endpoints: [secretsmanager], tiers: {db: {kind: isolated}}}}\n"
        "databases: {orders: {network: main, tier: db, engine_version: '16', serverless: {},"
        f" migrations: {FOLDER}}}}}\n"
    )
    monkeypatch.setattr(loading, "BLUEPRINTS", tmp_path)
    with pytest.raises(SettingsError) as raised:
        TapStackArgs.from_blueprint("shop", environment_suffix="dev", tags={"Owner": "o"}, nonsense=1)
    assert [problem.path for problem in raised.value.problems] == ["nonsense", AT]


def test_a_function_is_listed_with_the_packages_that_it_brings() -> None:
    files = listing.function_files("migrate", PACKAGES)
    names = [file.name for file in files]
    assert names == sorted(names)
    assert {name.split("/")[0] for name in names if name.endswith(".py")} == {"functions", *PACKAGES}
    assert {"functions/migrate/handler.py", "functions/migrate/migration.py", "pg8000/native.py"} <= set(names)
    assert [name.split("-")[0] for name in names if name.endswith("LICENSE")] == sorted(PACKAGES)
    assert all(name.endswith((".py", "/LICENSE")) for name in names)
    for file in files:
        assert file.checksum == hashlib.sha256(Path(file.path).read_bytes()).hexdigest()


def test_the_packages_are_pinned_where_pulumi_installs_from() -> None:
    lines = (Path(__file__).resolve().parents[3] / "requirements.txt").read_text().splitlines()
    assert {f"{package}=={metadata.version(package)}" for package in PACKAGES} <= set(lines)


def test_a_package_that_is_not_installed_is_told_with_its_remedy() -> None:
    with pytest.raises(SettingsError) as raised:
        listing.function_files("migrate", ["pg9999"])
    (problem,) = raised.value.problems
    assert str(problem) == "functions.migrate: needs the package pg9999. Run make setup."


def test_a_package_whose_files_are_unknown_brings_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "files", lambda _: None)
    assert all(file.name.startswith("functions/") for file in listing.function_files("migrate", PACKAGES))
