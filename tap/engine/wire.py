"""Values as Pulumi's protocol carries them, and as a Plan holds them.

A `Struct` knows only JSON: secrets, assets and archives are objects with a signature, an unknown is a fixed string.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from tap.plan import UNKNOWN, Secret

# Part of the protocol: sdk/go/common/resource/properties.go and asset/asset.go in pulumi/pulumi.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 a marker, no secret
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"

_SIGNED: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    (SECRET, "value"): Secret,
    (ASSET, "path"): pulumi.FileAsset,
    (ASSET, "text"): pulumi.StringAsset,
    (ASSET, "uri"): pulumi.RemoteAsset,
    (ARCHIVE, "assets"): pulumi.AssetArchive,
    (ARCHIVE, "path"): pulumi.FileArchive,
    (ARCHIVE, "uri"): pulumi.RemoteArchive,
}


def decode(struct: Any) -> dict[str, Any]:
    """A `Struct` as plain values.

    Whole numbers become int, keys without a value are left out, Secret and UNKNOWN mark what they mark, assets and
    archives are the SDK's own.
    """
    values = {key: _decode_value(value) for key, value in struct.fields.items()}
    return {key: value for key, value in values.items() if value is not None}


def _decode_value(value: Any) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
        case "number_value":
            return int(value.number_value) if value.number_value.is_integer() else value.number_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode_value(item) for item in value.list_value.values]
        case "struct_value":
            fields = decode(value.struct_value)
            return _decode_signed(fields) if SIGNATURE in fields else fields
        case _:
            return None


def _decode_signed(fields: dict[str, Any]) -> Any:
    signature = fields.pop(SIGNATURE)
    if signature == SECRET:
        return Secret(fields.get("value"))
    for key, value in fields.items():
        if (signature, key) in _SIGNED:
            # The SDK's assets take neither unknowns nor secrets, so the whole asset is one.
            asset = UNKNOWN if holds(value, is_unknown) else _SIGNED[signature, key](plain(value))
            return Secret(asset) if holds(value, is_secret) else asset
    raise ValueError(f"no value is known with the signature {signature} and {sorted(fields)}")


def encode(values: Mapping[str, Any]) -> Any:
    """Plain values as a `Struct`; the opposite of `decode`."""
    struct = struct_pb2.Struct()
    struct.update({key: _encode_value(value) for key, value in values.items() if value is not None})
    return struct


def _encode_value(value: Any) -> Any:
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET, "value": _encode_value(value.value)}
    if value is UNKNOWN:
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {str(key): _encode_value(item) for key, item in cast(Mapping[str, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [_encode_value(item) for item in cast(list[Any], value)]
    if isinstance(value, (pulumi.Asset, pulumi.Archive)):
        signature = ASSET if isinstance(value, pulumi.Asset) else ARCHIVE
        return {SIGNATURE: signature} | {key: _encode_value(item) for key, item in vars(value).items()}
    return value


def plain(value: Any) -> Any:
    """The value with all secrets unwrapped, however deep."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in cast(Mapping[str, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in cast(list[Any], value)]
    return value


def holds(value: Any, wanted: Callable[[Any], bool]) -> bool:
    """Whether the value, or anything inside it, is `wanted`."""
    if wanted(value):
        return True
    if isinstance(value, Secret):
        return holds(value.value, wanted)
    if isinstance(value, Mapping):
        return any(holds(item, wanted) for item in cast(Mapping[str, Any], value).values())
    return isinstance(value, (list, tuple)) and any(holds(item, wanted) for item in cast(list[Any], value))


def is_unknown(value: Any) -> bool:
    """Whether the value itself is not known yet."""
    return value is UNKNOWN


def is_secret(value: Any) -> bool:
    """Whether the value itself is secret."""
    return isinstance(value, Secret)


def keep_secret(output: Any, source: Any) -> Any:
    """An output, secret where the input it comes from is: whole, key by key, or the whole list for one item of it."""
    if isinstance(output, Secret) or not holds(source, is_secret):
        return output
    if isinstance(output, Mapping) and isinstance(source, Mapping):
        outputs, sources = cast(Mapping[str, Any], output), cast(Mapping[str, Any], source)
        return {key: keep_secret(value, sources.get(key)) for key, value in outputs.items()}
    return Secret(output)
