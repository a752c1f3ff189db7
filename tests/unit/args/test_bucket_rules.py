"""Rules on buckets: where they and their replicas are, what becomes of old versions, and their names."""

import pytest

from tests.support.settings import REMOVED, accepted, refused


def bucket(**settings):
    return {"buckets.docs": settings}


def lifecycle(**days):
    return bucket(lifecycle=days)


def test_a_bucket_in_a_network_with_a_replica_in_another_region_is_accepted():
    assert accepted(bucket(network="payment", replicate_to="analytics"))
    assert accepted(bucket(network="analytics", replicate_to="payment"))


def test_a_bucket_that_says_nothing_keeps_old_versions_for_a_year():
    days = accepted(bucket()).buckets["docs"].lifecycle
    assert (days.infrequent_access_days, days.glacier_days, days.expire_days) == (30, 90, 365)


@pytest.mark.parametrize("key", ["network", "replicate_to"])
def test_an_unknown_network_is_refused_with_the_nearest(key):
    assert refused(bucket(**{key: "analytcs"})) == [
        f"buckets.docs.{key}: must name a network (got analytcs). Did you mean analytics?"
    ]


def test_a_bucket_whose_network_is_unknown_is_told_nothing_of_its_own_region():
    assert refused(bucket(network="elsewhere", replicate_to="payment")) == [
        "buckets.docs.network: must name a network (got elsewhere). Choose one of: analytics, payment."
    ]


@pytest.mark.parametrize(
    ("network", "target", "region", "remedy"),
    [
        (None, "payment", "us-east-1", "Name analytics."),
        ("payment", "payment", "us-east-1", "Name analytics."),
        ("analytics", "analytics", "us-west-2", "Name payment."),
    ],
)
def test_a_replica_in_the_buckets_own_region_is_refused(network, target, region, remedy):
    assert refused(bucket(network=network, replicate_to=target)) == [
        f"buckets.docs.replicate_to: must be in another region than the bucket, which is in {region} too "
        f"(got {target}). {remedy}"
    ]


def test_a_replica_where_all_networks_are_in_one_region_is_refused_with_what_is_missing():
    settings = {**bucket(replicate_to="analytics"), "networks.analytics.region": REMOVED}
    assert refused(settings) == [
        "buckets.docs.replicate_to: must be in another region than the bucket, which is in us-east-1 too "
        "(got analytics). Add a network in another region."
    ]


def test_old_versions_are_in_infrequent_access_for_30_days_at_least():
    assert refused(lifecycle(infrequent_access_days=40, glacier_days=69)) == [
        "buckets.docs.lifecycle.glacier_days: must be 70 or more, 30 after infrequent_access_days (got 69). Use 70."
    ]
    assert accepted(lifecycle(infrequent_access_days=40, glacier_days=70))
    [line] = refused(lifecycle(infrequent_access_days=29))
    assert line.startswith("buckets.docs.lifecycle.infrequent_access_days: ")


def test_old_versions_come_to_glacier_before_they_are_gone():
    assert refused(lifecycle(expire_days=90)) == [
        "buckets.docs.lifecycle.expire_days: must be more than glacier_days, which is 90 (got 90). Use 91 or more."
    ]
    assert accepted(lifecycle(expire_days=91))


def test_days_that_are_all_wrong_get_remedies_that_fit_together():
    assert refused(lifecycle(infrequent_access_days=100, glacier_days=50, expire_days=40)) == [
        "buckets.docs.lifecycle.glacier_days: must be 130 or more, 30 after infrequent_access_days (got 50). Use 130.",
        "buckets.docs.lifecycle.expire_days: must be more than glacier_days, which is 50 (got 40). Use 131 or more.",
    ]
    assert accepted(lifecycle(infrequent_access_days=100, glacier_days=130, expire_days=131))


def test_a_bucket_name_too_long_for_any_suffix_is_refused_for_its_replica_too():
    longest = "b" * (63 - len("tapstack--000000000000-dev"))
    assert accepted({f"buckets.{longest}": {}})
    [line] = refused({f"buckets.{longest}": {"replicate_to": "analytics"}, "environment_suffix": "d"})
    assert f"makes the bucket named tapstack-{longest}-us-west-2-000000000000-d, longer than the 63" in line


@pytest.mark.parametrize(
    ("settings", "path", "other"),
    [
        ({"buckets.trail": {}}, "buckets.trail", "application"),
        (
            {"buckets.docs": {"replicate_to": "analytics"}, "buckets.docs-us-west-2": {}},
            "buckets.docs-us-west-2",
            "buckets.docs",
        ),
        ({"buckets.access-logs-us-east-1": {}}, "application", "buckets.access-logs-us-east-1"),
    ],
)
def test_a_bucket_with_the_name_of_another_is_refused(settings, path, other):
    [line] = refused(settings)
    assert line.startswith(f"{path}: gets the AWS name tapstack-")
    assert f"(bucket), which {other} has already" in line
