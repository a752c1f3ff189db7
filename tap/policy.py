"""`python -m tap policy`: does what a stack consists of keep the security rules?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from tap.options import HERE, AssumedVpcs, Blueprint, ConfigFile, Folder, Overrides, Stack
from tap.recorded import recorded_plan

if TYPE_CHECKING:
    from rich.console import RenderableType

    from policy.judgement import Finding, Judgement
    from policy.resource import Resource as Judged
    from policy.rule import Rule
    from policy.stack import Stack as JudgedStack
    from tap.plan import Plan, Resource

UNBOUNDED = 10_000

Listed = Annotated[bool, typer.Option("--rules", help="Only list the rules, with their sources.")]


def policy(
    stack: Stack = "dev",
    blueprint: Blueprint = "",
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    folder: Folder = HERE,
    assumed_vpcs: AssumedVpcs = None,
    listed: Listed = False,
) -> None:
    """Hold a stack against the security rules; 1 where it breaks a mandatory one. No server, no account."""
    from rich.console import Console

    from policy.judgement import judge
    from policy.rules import RULES

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = UNBOUNDED
    if listed:
        console.print(_rules(RULES))
        return
    plan = recorded_plan(folder, stack, blueprint, overrides, config_file, assumed_vpcs)
    judgement = judge(stack_of(plan), RULES, preview=plan.preview)
    for part in render(judgement, len(RULES)):
        console.print(part)
    if judgement.mandatory:
        raise typer.Exit(1)


def stack_of(plan: "Plan") -> "JudgedStack":
    """A Plan as rules look at it; what the program only reads is not its own to judge."""
    from policy.stack import Stack

    return Stack(_judged(resource) for resource in plan.resources if not resource.read)


def render(judgement: "Judgement", rules: int) -> list["RenderableType"]:
    """What is wrong, what is excused and why, and a last line that counts; no value of a secret is in any of it."""
    from rich.table import Table
    from rich.text import Text

    parts: list[RenderableType] = []

    def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        if rows:
            shown = Table(*columns, box=None, padding=(0, 2, 0, 0))
            for row in rows:
                # Names and reasons are text: brackets in them are no markup.
                shown.add_row(*map(Text, row))
            parts.extend((Text(title, "bold"), shown, Text()))

    for severity in ("mandatory", "advisory"):
        found = [each for each in judgement.violations if each.rule.severity == severity]
        rows = [(*_about(each), each.rule.remedy) for each in found]
        table(f"{severity.capitalize()} rules broken", ("rule", "resource", "what", "remedy"), rows)
    table(
        "Not judged yet",
        ("rule", "resource", "what"),
        [_about(each) for each in judgement.unjudged],
    )
    table(
        "Exceptions in force",
        ("rule", "resource", "what", "reason"),
        [(*_about(each), each.reason) for each in judgement.excused],
    )
    table(
        "Exceptions that excuse nothing: remove them",
        ("rule", "resource", "reason"),
        [(each.rule, each.resource, each.reason) for each in judgement.idle],
    )
    mandatory = len(judgement.mandatory)
    counts = (
        f"{rules} rules: {mandatory} mandatory and {len(judgement.violations) - mandatory} advisory violations, "
        f"{len(judgement.excused)} excused"
    )
    return [*parts, Text(counts)]


def _about(finding: "Finding") -> tuple[str, str, str]:
    return finding.rule.id, f"{finding.resource.kind} {finding.resource.name}", finding.message


def _rules(rules: "Sequence[Rule]") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table("rule", "severity", "what has to hold", "also", "document", box=None, padding=(0, 2, 0, 0))
    for rule in rules:
        severity = f"{rule.severity}, in production" if rule.production else rule.severity
        table.add_row(*map(Text, (rule.id, severity, rule.title, " ".join(rule.also), rule.document)))
    return table


def _judged(resource: "Resource") -> "Judged":
    from policy.resource import Resource as Judged

    return Judged(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        # A recording makes outputs up. What a component says of itself is its outputs.
        properties=_plain(resource.inputs if resource.custom else resource.outputs),
        references=resource.property_dependencies,
        parent=resource.parent,
    )


def _plain(value: Any) -> Any:
    """A value as rules know it: secrets as what they hold, since the policy pack gets them so too."""
    from policy.resource import UNKNOWN
    from tap.plan import Secret, Unknown

    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("Sequence[Any]", value)]
    return value
