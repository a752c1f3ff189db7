"""The JSON schema of settings, which editors complete and check by, and the pages that are generated with it."""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from lib.args.blueprint import Head
from lib.args.stack import TapStackArgs
from tap.reference import pages

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
        "properties": {**head["properties"], **settings["properties"], "parameters": _both(head, settings)},
        "additionalProperties": False,
        "$defs": settings["$defs"],
    }


def _both(head: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """What stands under `parameters`: knobs, whose entries are paths, and Parameter Store's, which are maps."""
    knobs, stored = head["properties"]["parameters"], settings["properties"]["parameters"]["additionalProperties"]
    paths = knobs["additionalProperties"]
    return {**knobs, "additionalProperties": {"anyOf": [*paths.get("anyOf", [paths]), stored]}}


def text() -> str:
    """The schema as its file has it."""
    return json.dumps(schema(), indent=2) + "\n"


def is_current() -> bool:
    """Whether the schema's file says what the models say."""
    return _holds(FILE, text())


def generated() -> dict[Path, str]:
    """Every generated file with what it should hold: the schema, and the reference under `docs/`."""
    docs = FILE.parent.parent / "docs"
    return {FILE: text(), **{docs / name: page for name, page in pages(schema()).items()}}


def stale() -> list[Path]:
    """The generated files that do not say what the models and blueprints say; pages of blueprints that are gone too."""
    current = generated()
    gone = set((FILE.parent.parent / "docs" / "blueprints").glob("*.md")) - set(current)
    return sorted({path for path, content in current.items() if not _holds(path, content)} | gone)


def write() -> list[Path]:
    """Bring the generated files up to date; gives those that were not."""
    current = generated()
    outdated = stale()
    for path in outdated:
        if path in current:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(current[path], encoding="utf-8")
        else:
            path.unlink()
    return outdated


def _holds(path: Path, content: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == content
