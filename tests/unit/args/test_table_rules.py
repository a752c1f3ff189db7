"""Rules on tables: their keys, their indexes, and where they are."""

import pytest

from tests.support.settings import accepted, refused


def table(**settings):
    return {"tables.orders": {"hash_key": "id", **settings}}


def index(name="by-owner", **settings):
    return table(indexes={name: {"hash_key": "owner", **settings}})


def test_a_table_in_a_network_with_indexes_and_replicas_is_accepted():
    settings = table(
        network="payment",
        range_key="at",
        attributes={"at": "N", "owner": "S"},
        indexes={"by-owner": {"hash_key": "owner", "projection": "INCLUDE", "include": ["total"]}},
        ttl="expires",
        replicas=["analytics", "eu-west-1"],
    )
    assert accepted(settings).tables["orders"].keys == {"id", "at", "owner"}


def test_an_unknown_network_is_refused_with_the_nearest():
    assert refused(table(network="paymnt")) == [
        "tables.orders.network: must name a network (got paymnt). Did you mean payment?"
    ]


def test_a_table_whose_network_is_unknown_is_told_nothing_of_its_own_region():
    lines = refused(table(network="elsewhere", replicas=["us-east-1", "us-west-2"]))
    assert lines == ["tables.orders.network: must name a network (got elsewhere). Choose one of: analytics, payment."]


@pytest.mark.parametrize(
    ("replica", "remedy"),
    [
        ("us-wst-2", "Did you mean us-west-2?"),
        ("analytcs", "Did you mean analytics?"),
        ("nowhere", "Name a network, or a region such as us-west-2."),
    ],
)
def test_a_replica_that_is_neither_network_nor_region_is_refused(replica, remedy):
    assert refused(table(replicas=[replica])) == [
        f"tables.orders.replicas[0]: must name a network or a region (got {replica}). {remedy}"
    ]


def test_a_replica_in_a_network_that_is_in_error_itself_is_not_unknown():
    [line] = refused({**table(replicas=["other"]), "networks.other": 5})
    assert line.startswith("networks.other: ")


@pytest.mark.parametrize(
    ("network", "replica", "region"),
    [
        (None, "us-east-1", "us-east-1"),
        (None, "payment", "us-east-1"),
        ("analytics", "us-west-2", "us-west-2"),
        ("analytics", "analytics", "us-west-2"),
    ],
)
def test_a_replica_in_the_tables_own_region_is_refused(network, replica, region):
    assert refused(table(network=network, replicas=[replica])) == [
        f"tables.orders.replicas[0]: must not be in {region}, the table's own region (got {replica}). "
        "Name a network in another region, or another region."
    ]


def test_two_replicas_in_one_region_are_refused_however_they_are_named():
    assert refused(table(replicas=["analytics", "eu-west-1", "us-west-2"])) == [
        "tables.orders.replicas[2]: is in us-west-2, where analytics puts a replica already (got us-west-2). "
        "Remove one of the two."
    ]


def test_the_type_of_an_attribute_that_is_no_key_is_refused_with_the_nearest():
    assert refused(table(range_key="created", attributes={"creatd": "N"})) == [
        "tables.orders.attributes.creatd: must name an attribute of a key (got creatd). Did you mean created?"
    ]


def test_a_sort_key_that_is_the_partition_key_is_refused_in_tables_and_indexes():
    assert refused(table(range_key="id")) == [
        "tables.orders.range_key: must differ from hash_key (got id). Name another attribute, or remove it."
    ]
    assert refused(index(range_key="owner")) == [
        "tables.orders.indexes.by-owner.range_key: must differ from hash_key (got owner). "
        "Name another attribute, or remove it."
    ]


@pytest.mark.parametrize(("attributes", "kind"), [({}, "S"), ({"at": "B"}, "B")])
def test_items_that_expire_by_a_key_need_a_number_in_it(attributes, kind):
    assert refused(table(range_key="at", ttl="at", attributes=attributes)) == [
        f"tables.orders.ttl: must be a number, and is a key of type {kind} (got at). "
        "Add at: N to the table's attributes, or name another attribute."
    ]
    assert accepted(table(range_key="at", ttl="at", attributes={"at": "N"}))


@pytest.mark.parametrize("name", ["by", "b" * 256])
def test_an_index_has_a_name_of_a_length_that_dynamodb_takes(name):
    assert refused(index(name)) == [
        f"tables.orders.indexes.{name}: must have a name of 3 to 255 characters (got {name[:120]}"
        f"{'…' * (len(name) > 120)}). Rename the index."
    ]
    assert accepted(index("b" * 255))


def test_a_projection_that_includes_says_what():
    assert refused(index(projection="INCLUDE")) == [
        "tables.orders.indexes.by-owner.include: is required with projection INCLUDE. "
        "List attributes, or set projection: KEYS_ONLY."
    ]


@pytest.mark.parametrize("projection", ["ALL", "KEYS_ONLY"])
def test_attributes_to_include_belong_to_their_projection_alone(projection):
    assert refused(index(projection=projection, include=["total"])) == [
        f'tables.orders.indexes.by-owner.include: has no effect with projection {projection} (got ["total"]). '
        "Set projection: INCLUDE, or remove it."
    ]


@pytest.mark.parametrize("key", ["id", "owner", "at", "since"])
def test_a_key_is_in_every_index_already(key):
    keys = {"hash_key": "owner", "range_key": "since", "projection": "INCLUDE", "include": ["total", key]}
    assert refused(table(range_key="at", indexes={"by-owner": keys})) == [
        f"tables.orders.indexes.by-owner.include[1]: is in the index already, as part of a key (got {key}). Remove it."
    ]


def test_an_attribute_is_included_once():
    assert refused(index(projection="INCLUDE", include=["total", "total"])) == [
        "tables.orders.indexes.by-owner.include[1]: must not be the same attribute again (got total). Remove it."
    ]


def test_more_included_attributes_than_dynamodb_takes_are_refused():
    def indexes(*counts):
        return table(
            indexes={
                f"index-{count}": {
                    "hash_key": "owner",
                    "projection": "INCLUDE",
                    "include": [f"a{i}" for i in range(count)],
                }
                for count in counts
            }
        )

    assert accepted(indexes(51, 49))
    assert refused(indexes(51, 50)) == [
        "tables.orders.indexes: include 101 attributes in all; DynamoDB takes 100. Set projection: ALL in one of them."
    ]


def test_a_table_name_too_long_for_any_suffix_is_refused():
    line, *_ = refused({f"tables.{'t' * 250}": {"hash_key": "id"}})
    assert line.startswith(f"tables.{'t' * 250}: makes the table named tapstack-ttt")
    assert "longer than the 255 characters that AWS takes" in line


def test_two_tables_with_one_aws_name_are_refused():
    settings = {"tables.a-b": {"hash_key": "id"}, "tables.a_b": {"hash_key": "id"}}
    assert refused(settings) == [
        "tables.a_b: gets the AWS name tapstack-a-b-dev (table), which tables.a-b has already. "
        "Rename one of the two; '_' and '-' count as the same."
    ]
