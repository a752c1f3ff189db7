"""Rules on migrations and on functions, and how their files are listed."""

import dataclasses
import hashlib
from importlib import metadata
from pathlib import Path

import pytest

from lib.args import loading
from lib.args.problems import SettingsError
from lib.args.source import FUNCTIONS, SourceFiles
from lib.args.stack import TapStackArgs
from tests.support.settings import accepted, refused

DATABASE = {"network": "payment", "tier": "database", "engine_version": "16", "serverless": {}}
AT = "databases.orders.migrations"
FOLDER = "migrations/orders"
WAY = {"networks.payment.endpoints": ["secretsmanager"]}


def orders(folder: str = FOLDER, **changes: object) -> dict[str, object]:
    return {**WAY, "databases": {"orders": {**DATABASE, "migrations": folder}}, **changes}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loading, "ROOT", tmp_path)
    (tmp_path / FOLDER).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def listed(root: Path) -> None:
    put(root, "001_tables.sql")


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / FOLDER / name).write_text(f"SELECT '{name}';")


def problems(root: Path) -> list[str]:
    del root
    return refused(orders())


@pytest.mark.parametrize("folder", ["/etc", "../migrations", "migrations/../..", ""])
def test_a_folder_outside_the_project_is_refused(folder: str) -> None:
    assert refused(orders(folder)) == [
        f"{AT}: must lie in the project (got {folder or chr(34) * 2}). "
        "Name a folder below the project's root, such as migrations/orders."
    ]


@pytest.mark.usefixtures("listed")
def test_a_network_without_a_way_to_secrets_manager_is_refused() -> None:
    assert refused(orders(**{"networks.payment.endpoints": ["s3"]})) == [
        f"{AT}: needs a way from network payment to Secrets Manager (got migrations/orders). "
        "Add secretsmanager to networks.payment.endpoints, or set networks.payment.nat."
    ]


@pytest.mark.usefixtures("listed")
def test_saying_that_there_is_no_nat_is_no_way_to_secrets_manager() -> None:
    (line,) = refused(orders(**{"networks.payment.endpoints": [], "networks.payment.nat": "none"}))
    assert line.startswith(f"{AT}: needs a way from network payment to Secrets Manager")


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(("workload", "kind"), [("database", "isolated"), ("web", "public")])
def test_nat_is_no_way_from_a_tier_that_is_not_private(workload: str, kind: str) -> None:
    over_nat = {"networks.payment.endpoints": [], "networks.payment.nat": "single"}
    assert refused(orders(**over_nat, **{"networks.payment.workload": workload})) == [
        f"{AT}: runs in a tier of kind {kind} of network payment, from where NAT does not lead to Secrets Manager "
        "(got migrations/orders). "
        "Add secretsmanager to networks.payment.endpoints, or name a private tier as networks.payment.workload."
    ]


@pytest.mark.usefixtures("listed")
def test_an_endpoint_or_nat_is_a_way_to_secrets_manager() -> None:
    accepted(orders())
    accepted(orders(**{"networks.payment.endpoints": [], "networks.payment.nat": "single"}))


@pytest.mark.usefixtures("listed")
def test_an_adopted_network_is_trusted_to_have_a_way() -> None:
    tiers = {"db": {"subnet_ids": ["subnet-1", "subnet-2"]}}
    database = {**DATABASE, "network": "old", "tier": "db", "migrations": FOLDER}
    accepted({"networks.old": {"vpc_id": "vpc-0123", "tiers": tiers}, "databases": {"orders": database}})


@pytest.mark.usefixtures("listed")
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
    found = accepted(orders()).files.migrations[FOLDER]
    assert [(file.name, file.path, file.checksum) for file in found or ()] == [
        (name, str(root / FOLDER / name), hashlib.sha256(f"SELECT '{name}';".encode()).hexdigest())
        for name in ("001_a.sql", "002_b.sql")
    ]


def test_a_stack_without_migrations_has_no_files() -> None:
    assert accepted({"databases": {"orders": DATABASE}}).files == SourceFiles()


def test_a_folder_is_told_of_together_with_all_else(root: Path) -> None:
    (root / FOLDER).rmdir()
    lines = refused({**orders(), "application": "", "networks.analytics.cidr": "10.0.0.0/16"})
    assert [line.split(": ")[0] for line in lines] == ["application", "networks.analytics.cidr", AT]


@pytest.mark.parametrize("value", [5, ["migrations/payments"], {"folder": "migrations/payments"}])
def test_no_folder_is_looked_for_where_none_is_written(value: object) -> None:
    (line,) = refused({**WAY, "databases": {"orders": {**DATABASE, "migrations": value}}})
    assert line.startswith(f"{AT}: must be text")
    (line,) = refused({"databases": value})
    assert line.startswith("databases")


def test_files_given_in_python_are_taken_as_they_are() -> None:
    assert refused(orders(files=SourceFiles()))[0].startswith(f"{AT}: must name a folder that exists")
    args = accepted({"files": SourceFiles(not_installed={"migrate": []})})
    assert args.files.not_installed
    assert "files" not in args.model_dump()
    assert "files" not in repr(args)


def test_files_are_nothing_that_settings_can_say() -> None:
    (line,) = refused({"files": {"migrations": {}}})
    assert line.startswith("files: ")


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


def settings_of(function: str) -> dict[str, object]:
    """Settings, not validated, that call for a function."""
    value: object = "migrations/payments"
    for key in reversed(FUNCTIONS[function].settings.split(".")):
        value = {"any" if key == "*" else key: value}
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_listed_with_the_packages_that_it_brings(function: str) -> None:
    packages = FUNCTIONS[function].packages
    found = loading.source_files(settings_of(function))
    files = found.functions[function]
    names = [file.name for file in files]
    assert names == sorted(names)
    assert {name.split("/")[0] for name in names if name.endswith(".py")} == {"functions", *packages}
    assert f"functions/{function}/handler.py" in names
    assert {name.split("-")[0] for name in names if name.endswith("LICENSE")} == set(packages)
    assert all(name.endswith((".py", "/LICENSE")) for name in names)
    assert all(file.checksum == hashlib.sha256(Path(file.path).read_bytes()).hexdigest() for file in files)
    assert found.not_installed[function] == []


def test_the_packages_are_pinned_where_pulumi_installs_from() -> None:
    lines = (Path(__file__).resolve().parents[3] / "requirements.txt").read_text().splitlines()
    packages = {package for function in FUNCTIONS.values() for package in function.packages}
    assert {f"{package}=={metadata.version(package)}" for package in packages} <= set(lines)


@pytest.mark.usefixtures("listed")
def test_a_package_that_is_not_installed_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        loading.FUNCTIONS, "migrate", dataclasses.replace(FUNCTIONS["migrate"], packages=("pg9999", "scramp"))
    )
    assert refused(orders()) == ["functions.migrate: needs the package pg9999. Run make setup."]


def test_a_package_whose_files_are_unknown_brings_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "files", lambda _: None)
    found = loading.source_files(settings_of("migrate")).functions["migrate"]
    assert found
    assert all(file.name.startswith("functions/") for file in found)
