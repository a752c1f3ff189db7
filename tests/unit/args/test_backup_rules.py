"""Rules on backups: where they are, when they run, how long they are kept."""

import pytest

from lib.args.backup import data_kinds
from tests.support.settings import accepted, refused

BUCKET = {"buckets.files": {"network": "payment"}}
CRON = "Use an expression such as cron(0 5 * * ? *): minute, hour, day, month, weekday, year, in UTC."


def backup(_=None, /, **settings):
    return refused({**BUCKET, "backup": {"network": "payment", **settings}})


def test_a_backup_with_every_setting_is_accepted():
    args = accepted(
        {
            **BUCKET,
            "backup": {
                "network": "payment",
                "copy_to": "analytics",
                "cold_storage_days": 30,
                "retention_days": 120,
                "schedule": "cron(15 0/12 1,15 JAN-JUN ? 2030)",
                "restore_test_schedule": "never",
            },
        }
    )
    assert args.backup.rehearses is False


@pytest.mark.parametrize("key", ["network", "copy_to"])
def test_the_networks_must_be_the_stacks(key):
    assert backup(**{key: "paymnt"}) == [f"backup.{key}: must name a network (got paymnt). Did you mean payment?"]


def test_copies_go_to_another_region():
    second = {"cidr": "10.2.0.0/16", "tiers": {"api": {}}}
    line = (
        "backup.copy_to: must be in another region than the vault (us-east-1) (got {}). "
        "Name a network in another region, or remove it."
    )
    assert backup(copy_to="payment") == [line.format("payment")]
    settings = {**BUCKET, "networks.second": second, "backup": {"network": "payment", "copy_to": "second"}}
    assert refused(settings) == [line.format("second")]


def test_cold_storage_lasts_90_days():
    assert backup(cold_storage_days=30, retention_days=119) == [
        "backup.cold_storage_days: must be 90 days less than the 119 days that recovery points are kept (got 30). "
        "Set backup.retention_days to 120 or more, or remove it."
    ]
    assert backup(cold_storage_days=1)[0].startswith("backup.cold_storage_days: must be 90 days less than the 7 days")


@pytest.mark.parametrize("key", ["schedule", "restore_test_schedule"])
@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("daily", "must be a cron expression of six fields"),
        ("cron(0 5 * * *)", "must be a cron expression of six fields"),
        ("cron(60 5 * * ? *)", "must be a cron expression: its minute can't be 60"),
        ("cron(0 24 * * ? *)", "must be a cron expression: its hour can't be 24"),
        ("cron(0 5 0 * ? *)", "must be a cron expression: its day of the month can't be 0"),
        ("cron(0 5 * DEZ ? *)", "must be a cron expression: its month can't be DEZ"),
        ("cron(0 5 ? * SUN-XXX *)", "must be a cron expression: its day of the week can't be SUN-XXX"),
        ("cron(0 5 * * ? ?)", "must be a cron expression: its year can't be ?"),
        ("cron(0 , * * ? *)", "must be a cron expression: its hour can't be ,"),
        ("cron(*/5 5 * * ? *)", "must start at most once an hour: its minute must be one number"),
        ("cron(0 5 * * * *)", "must have ? as either day of the month or day of the week"),
        ("cron(0 5 ? * ? *)", "must have ? as either day of the month or day of the week"),
    ],
)
def test_a_schedule_is_a_cron_expression_that_backup_takes(key, written, rule):
    assert backup(**{key: written}) == [f"backup.{key}: {rule} (got {written}). {CRON}"]


def test_there_must_be_something_to_back_up_in_the_region_of_the_vault():
    assert refused({"backup": {"network": "payment"}}) == [
        "backup: has nothing to back up: there is no database, table or bucket in us-east-1. Add one, or remove backup."
    ]
    assert refused({**BUCKET, "backup": {"network": "analytics"}}) == [
        "backup: has nothing to back up: there is no database, table or bucket in us-west-2. Add one, or remove backup."
    ]


def test_kinds_of_data_are_those_of_a_region_with_replicas():
    args = accepted(
        {
            "buckets.files": {"network": "payment", "replicate_to": "analytics"},
            "tables.orders": {"hash_key": "id", "network": "payment", "replicas": ["eu-west-1"]},
            "databases.main": {
                "network": "payment",
                "tier": "database",
                "engine_version": "16",
                "serverless": {},
            },
        }
    )
    assert data_kinds(args, "us-east-1") == ("Aurora", "DynamoDB", "S3")
    assert data_kinds(args, "us-west-2") == ("S3",)
    assert data_kinds(args, "eu-west-1") == ("DynamoDB",)
    assert data_kinds(args, "eu-west-2") == ()


def test_names_of_vault_and_plans_that_are_too_long_are_told():
    lines = refused({**BUCKET, "application": "a" * 44, "environment_suffix": "d", "backup": {"network": "payment"}})
    for what in ("backup vault", "backup plan", "restore plan"):
        assert any(f"backup: makes the {what} named" in line for line in lines)
