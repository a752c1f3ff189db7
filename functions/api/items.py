"""The table's items, as JSON documents by their id.

A number keeps every digit both ways: neither money nor an identifier passes through a float.

Environment:
    TABLE_NAME: the table.
    TABLE_KEY: its partition key, of type text, and its only key.
"""

import base64
import json
import os
import re
from decimal import Decimal
from typing import Any, cast

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from functions.api.aws import client

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
# DynamoDB takes 400 KB, as it counts them: up to one and a half times what the document's JSON has.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
MOST_BYTES = 256 * 1024
# No id: what it names is not there, and only has to be looked for.
NOWHERE = "/health"


class RefusedError(Exception):
    """A request that can't be served as it is: the status to answer, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def get(id_: str) -> str:
    """The item's JSON.

    Raises:
        RefusedError: 400 for what can't be an id, 404 where there is no such item.
    """
    found = _read(_checked(id_))
    if found is None:
        raise RefusedError(404, "There is no such item.")
    return _json(found)


def put(id_: str, body: bytes) -> str:
    """Put a JSON object in the place of the item, and give the item's JSON.

    Raises:
        RefusedError: 400 for an id or a document that can't be kept, 413 for one that is too long.
    """
    item = {**_document(body, _checked(id_)), os.environ["TABLE_KEY"]: id_}
    try:
        attributes = {name: TypeSerializer().serialize(value) for name, value in item.items()}
    except (ArithmeticError, RecursionError) as error:
        raise RefusedError(400, "A number has more than 38 digits, or too many objects stand in each other.") from error
    try:
        client("dynamodb").put_item(TableName=os.environ["TABLE_NAME"], Item=attributes)
    except ClientError as error:
        refused = error.response.get("Error", {})
        if refused.get("Code") not in {"ValidationException", "SerializationException"}:
            raise
        if "size" in refused.get("Message", ""):
            raise RefusedError(413, "The item is too long to be kept.") from error
        raise RefusedError(400, "The table does not take this document.") from error
    return _json(item)


def readable() -> bool:
    """Whether items can be read: True, or an error of AWS."""
    _read(NOWHERE)
    return True


def _read(key: str) -> dict[str, Any] | None:
    answer = client("dynamodb").get_item(
        TableName=os.environ["TABLE_NAME"],
        Key={os.environ["TABLE_KEY"]: {"S": key}},
        # What was put a moment ago is there, in this region.
        ConsistentRead=True,
    )
    found: dict[str, Any] | None = answer.get("Item")
    return None if found is None else {name: TypeDeserializer().deserialize(value) for name, value in found.items()}


def _checked(id_: str) -> str:
    if not ID.fullmatch(id_):
        raise RefusedError(400, "An id is 1 to 128 letters, digits, dots, dashes or underscores.")
    return id_


def _document(body: bytes, id_: str) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise RefusedError(413, f"A document has {MOST_BYTES} bytes at most.")
    try:
        document: Any = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "The body is not JSON.") from error
    if not isinstance(document, dict):
        raise RefusedError(400, "The body is not a JSON object.")
    found = cast("dict[str, Any]", document)
    key = os.environ["TABLE_KEY"]
    if found.get(key, id_) != id_:
        raise RefusedError(400, f"The document's {key} is not the id in the path.")
    return found


def _no_number(text: str) -> None:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(text)


def _json(value: Any) -> str:
    """JSON of what DynamoDB keeps: numbers digit by digit, sets as lists, bytes as Base64."""
    match value:
        case Decimal():
            return str(value)
        case dict():
            members = cast("dict[str, Any]", value).items()
            return "{" + ", ".join(f"{json.dumps(name)}: {_json(member)}" for name, member in members) + "}"
        case list() | set():
            return "[" + ", ".join(map(_json, cast("list[Any]", value))) + "]"
        case Binary():
            return json.dumps(base64.b64encode(cast("Any", value).value).decode())
        case _:
            return json.dumps(value)
