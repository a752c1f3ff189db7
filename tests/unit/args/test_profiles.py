"""Profiles: what protects data, by default and as stated."""

import pytest

from lib.args.monitoring import ProtectionArgs
from tests.support.settings import accepted, refused


def test_a_development_stack_can_always_be_destroyed():
    assert accepted({}).protection.model_dump() == {
        "deletion_protection": False,
        "force_destroy": True,
        "key_deletion_days": 7,
        "secret_recovery_days": 0,
        "log_retention_days": 30,
        "backup_retention_days": 7,
    }


@pytest.mark.parametrize("environment", ["prod", "production"])
def test_production_protects_data(environment):
    args = accepted({"environment": environment})
    assert args.profile == "prod"
    assert args.protection.model_dump() == {
        "deletion_protection": True,
        "force_destroy": False,
        "key_deletion_days": 30,
        "secret_recovery_days": 30,
        "log_retention_days": 365,
        "backup_retention_days": 35,
    }


def test_a_stated_profile_wins_over_the_environment():
    assert accepted({"environment": "prod", "profile": "dev"}).protection.force_destroy
    assert accepted({"profile": "prod"}).protection.deletion_protection


def test_a_stated_protection_goes_over_the_profile_key_by_key():
    for stated in ({"log_retention_days": 90}, ProtectionArgs(log_retention_days=90)):
        args = accepted({"profile": "prod", "protection": stated})
        assert args.protection.log_retention_days == 90
        assert args.protection.deletion_protection


def test_null_gives_the_default_of_the_profile_back():
    assert (
        accepted({"profile": "prod", "protection": {"log_retention_days": None}}).protection.log_retention_days == 365
    )


def test_an_unknown_profile_is_refused_once():
    assert refused({"profile": "test"}) == ["profile: must be one of dev, prod (got test). Choose one of these."]


@pytest.mark.parametrize("days", [1, 6])
def test_a_recovery_that_secrets_manager_does_not_offer_is_refused(days):
    assert refused({"protection": {"secret_recovery_days": days}}) == [
        f"protection.secret_recovery_days: must be 0, or 7 to 30 (got {days}). Use 7, or 0 to delete secrets at once."
    ]


def test_a_retention_that_cloudwatch_does_not_offer_is_refused_with_the_next_longer():
    [line] = refused({"protection": {"log_retention_days": 100}})
    assert line.startswith("protection.log_retention_days: must be a retention that CloudWatch offers: 1, 3, 5, 7, ")
    assert line.endswith("(got 100). Use 120.")


def test_flow_logs_keep_to_what_their_destination_offers():
    logs = {"destination": "cloudwatch", "retention_days": 10}
    [line] = refused({"networks.payment.flow_logs": logs})
    assert line.startswith("networks.payment.flow_logs.retention_days: must be a retention that CloudWatch offers")
    assert accepted({"networks.payment.flow_logs": {**logs, "destination": "s3"}})
    assert accepted({"networks.payment.flow_logs": {"destination": "cloudwatch", "retention_days": 14}})


def test_an_argument_that_the_provider_does_not_take_is_refused():
    assert refused({"aws": {"profil": "me"}}) == [
        "aws.profil: is no argument of the AWS provider. Did you mean profile?"
    ]
    assert refused({"aws": {"region": "us-east-1"}}) == [
        "aws.region: is set by the stack. Set region, or the region of a network."
    ]
