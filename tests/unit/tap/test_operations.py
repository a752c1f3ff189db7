"""The handwritten pages name what there is: outputs, alarms, settings, files."""

import re
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from lib.args.fields import field_at
from lib.args.loading import blueprint_names
from lib.args.stack import TapStackArgs
from tests.support.stack import deploy_blueprint

# Commands that the CLI makes of several operations, and options that all commands take.
OF_THE_CLI_ALONE = {("s3", "sync"), ("logs", "tail")}
GLOBAL = {"--region", "--query", "--output", "--max-items", "--profile"}
DOCS = Path(__file__).resolve().parents[3] / "docs"
OF_A_BLUEPRINT = {**{name: f"operations/{name}.md" for name in blueprint_names()}}
WHOLE = {**OF_A_BLUEPRINT, "multi-region-dr runbook": "runbook.md"}


def text_of(name: str) -> str:
    return (DOCS / WHOLE[name]).read_text(encoding="utf-8")


@cache
def outputs_of(blueprint: str) -> frozenset[str]:
    return frozenset(deploy_blueprint(blueprint).exports)


@cache
def alarms_of(blueprint: str) -> tuple[str, ...]:
    """Names of all alarms in dev and in prod, where there is more to watch."""
    plans = (deploy_blueprint(blueprint), deploy_blueprint(blueprint, "prod"))
    return tuple(str(alarm.inputs["name"]) for plan in plans for alarm in plan.of("MetricAlarm"))


def patterns(text: str) -> list[str]:
    """What a page calls alarms: `…-cpu-…` or a whole name with `<suffix>`, those of probes apart, which a user adds."""
    found = re.findall(r"`((?:…-|[a-z<])[\w<> …-]*-(?:…|<suffix>))`", text)
    return [each for each in found if "-probe-" not in each and "flowlogs" not in each]


def expression(pattern: str) -> str:
    parts = re.split(r"(…|<[\w ]+>)", pattern)
    return "".join(".+" if part.startswith(("…", "<")) else re.escape(part) for part in parts)


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_commands_use_outputs_that_the_blueprint_has(name: str) -> None:
    used = set(re.findall(r"[(`]out (\w+)[)`]", text_of(name)))
    assert used
    assert used <= outputs_of(name.split()[0])


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_every_alarm_that_a_page_names_is_there(name: str) -> None:
    named = patterns(text_of(name))
    assert named
    for pattern in named:
        assert any(re.fullmatch(expression(pattern), alarm) for alarm in alarms_of(name.split()[0])), pattern


@pytest.mark.parametrize("name", sorted(OF_A_BLUEPRINT))
def test_every_kind_of_alarm_has_its_line(name: str) -> None:
    """A kind is an alarm's name without what counts and without where it is."""
    page = patterns(text_of(name))
    told = re.compile("|".join(map(expression, page)))
    assert {alarm for alarm in alarms_of(name) if not told.fullmatch(alarm)} == set()


def test_paths_of_settings_lead_to_settings() -> None:
    texts = [text_of(name) for name in WHOLE]
    paths = {path for text in texts for path in re.findall(r"--path 'settings\.([\w.-]+)'", text)}
    assert paths
    assert all(field_at(TapStackArgs, path.split(".")) is not None for path in paths)


def commands(text: str) -> list[list[str]]:
    """Every `aws` command of a page, whole lines in blocks and pieces of prose alike, as words."""
    joined = re.sub(r"\\\n\s*", " ", text)
    blocks = [line.strip() for block in re.findall(r"```\n(.*?)```", joined, re.DOTALL) for line in block.splitlines()]
    pieces = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", joined, flags=re.DOTALL))
    prose = [re.sub(r"\s+", " ", piece) for piece in pieces]
    # What is put in for an output or a time has words of its own.
    found = (re.sub(r"\$\([^)]*\)", "…", line.partition(" #")[0]) for line in (*blocks, *prose))
    return [line.split() for line in found if line.startswith("aws ")]


@cache
def operations_of(service: str) -> dict[str, set[str]]:
    """The operations of a service and their parameters, as the AWS CLI writes them."""
    model = botocore.session.get_session().get_service_model(service.removesuffix("api"))
    inputs = {name: model.operation_model(name).input_shape for name in model.operation_names}
    return {
        xform_name(name, "-"): {f"--{xform_name(key, '-')}" for key in (shape.members if shape else ())}
        for name, shape in inputs.items()
    }


@pytest.mark.parametrize(
    "page", [*sorted(DOCS.glob("operations/*.md")), DOCS / "runbook.md"], ids=lambda page: page.name
)
def test_commands_of_aws_have_operations_and_options_that_exist(page: Path) -> None:
    found = commands(page.read_text(encoding="utf-8"))
    assert found
    for _, service, operation, *words in found:
        if (service, operation) in OF_THE_CLI_ALONE:
            continue
        known = operations_of(service)
        assert operation in known, f"{service} {operation}"
        options = {word for word in words if word.startswith("--")} - GLOBAL
        assert options <= known[operation], f"{service} {operation}: {options - known[operation]}"


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_to_pages_and_headings(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, heading = target.partition("#")
        to = (page.parent / file).resolve() if file else page
        assert to.exists(), target
        titles = re.findall(r"^#+ (.+)$", to.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in titles}
