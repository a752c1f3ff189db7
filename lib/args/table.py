"""Settings of DynamoDB tables."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictStr

from lib.args.scalars import ONE_OR_MANY, Name
from lib.args.section import Section

KeyType = Literal["S", "N", "B"]
Attribute = Annotated[StrictStr, Field(min_length=1, max_length=255)]


class IndexArgs(Section):
    """A global secondary index."""

    hash_key: Attribute = Field(description="Attribute of the partition key.")
    range_key: Attribute | None = Field(default=None, description="Attribute of the sort key.")
    projection: Literal["ALL", "KEYS_ONLY", "INCLUDE"] = Field(default="ALL", description="What the index holds.")
    include: tuple[Attribute, ...] = Field(default=(), description="Further attributes, with projection INCLUDE.")


class TableArgs(Section):
    """A DynamoDB table on demand, in the region of a network, replicated to others."""

    network: Name | None = Field(
        default=None, description="Network whose region it is in. Default: the stack's region."
    )
    hash_key: Attribute = Field(description="Attribute of the partition key.")
    range_key: Attribute | None = Field(default=None, description="Attribute of the sort key.")
    attributes: Mapping[Attribute, KeyType] = Field(
        default_factory=dict[str, KeyType], description="Types of key attributes that are not text: N or B."
    )
    indexes: Mapping[Name, IndexArgs] = Field(default_factory=dict[str, IndexArgs], description="Indexes by name.")
    ttl: Attribute | None = Field(default=None, description="Attribute with the second at which an item expires.")
    stream: StrictBool = Field(default=False, description="Stream of changes; replicas switch it on by themselves.")
    replicas: Annotated[tuple[StrictStr, ...], ONE_OR_MANY] = Field(
        default=(), description="Networks or regions that get a replica."
    )

    @property
    def keys(self) -> frozenset[str]:
        """Every attribute that is part of a key, of the table's or of an index's: AWS wants types of just these."""
        keyed = (self, *self.indexes.values())
        return frozenset(key for each in keyed for key in (each.hash_key, each.range_key) if key)
