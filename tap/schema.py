"""The JSON schema of settings: what editors complete and check blueprints and stack files by."""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from lib.args.blueprint import Head
from lib.args.stack import TapStackArgs

FILE = Path(__file__).resolve().parent.parent / "schemas" / "tapstack.schema.json"


class _Untitled(GenerateJsonSchema):
    """Without titles made of field names, which tell an editor nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def schema() -> dict[str, Any]:
    """The JSON schema of a blueprint file: every setting, and the keys that only a blueprint has.

    It also fits the `settings` of a stack. Nothing is required at the top: suffix and tags come from elsewhere.
    """
    settings = TapStackArgs.model_json_schema(schema_generator=_Untitled)
    head = Head.model_json_schema(schema_generator=_Untitled)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "TapStack settings",
        "description": "A blueprint of TapStack (blueprints/*.yaml), or the settings of one of its stacks.",
        "type": "object",
        "properties": {**head["properties"], **settings["properties"]},
        "additionalProperties": False,
        "$defs": settings["$defs"],
    }


def text() -> str:
    """The schema as its file has it."""
    return json.dumps(schema(), indent=2) + "\n"


def is_current() -> bool:
    """Whether the file says what the models say."""
    return FILE.is_file() and FILE.read_text(encoding="utf-8") == text()


def write() -> None:
    """Bring the file up to date."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
