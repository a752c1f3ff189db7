"""Rules on outputs: each is that of one thing."""

from tests.support.settings import accepted, refused

SERVERLESS = {"min_capacity": 0.5, "max_capacity": 2}
DATABASE = {"network": "payment", "tier": "database", "engine_version": "16", "serverless": SERVERLESS}
CACHE = {"network": "payment", "tier": "database"}


def test_a_cache_and_a_database_of_one_name_would_share_their_endpoints() -> None:
    assert refused({"databases.pay": DATABASE, "caches.pay": CACHE}) == [
        "caches.pay: gives the output pay_endpoint, which databases.pay gives already. "
        "Rename one of the two; '_' and '-' count as the same."
    ]


def test_dashes_and_underscores_are_the_same_in_outputs() -> None:
    assert refused({"databases.pay-2": DATABASE, "secrets.pay_2": {"network": "payment", "description": "x"}}) == [
        "secrets.pay_2: gives the output pay_2_secret_arn, which databases.pay-2 gives already. "
        "Rename one of the two; '_' and '-' count as the same."
    ]


def test_what_an_api_gives_in_a_network_is_not_what_something_of_both_names_gives() -> None:
    table = {"network": "analytics", "hash_key": "id"}
    ways = {"networks.analytics.endpoints": ["dynamodb"]}
    allow = {"networks.analytics.allow": [{"from": "api", "to": "dynamodb", "port": 443}]}
    api = {"networks": "analytics", "table": "items"}
    settings = {**ways, **allow, "tables.items": table, "apis.orders": api}
    assert refused({**settings, "caches.orders-analytics": CACHE}) == [
        "apis.orders: gives the output orders_analytics_endpoint, which caches.orders-analytics gives already. "
        "Rename one of the two; '_' and '-' count as the same."
    ]
    accepted({**settings, "caches.orders": CACHE})


def test_things_of_one_name_without_a_common_output_are_accepted() -> None:
    accepted({"databases.pay": DATABASE, "queues.pay": {}, "parameters.pay": {"network": "payment", "value": "1"}})
