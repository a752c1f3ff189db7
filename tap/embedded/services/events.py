"""Recipes of EventBridge rules and their targets."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _state(creation: Creation) -> None:
    """The old switch `isEnabled` is the new `state`."""
    if (enabled := creation.take("isEnabled")) is not None:
        creation.left.setdefault("state", "ENABLED" if enabled else "DISABLED")


def _target(creation: Creation) -> None:
    if transformer := creation.left.get("inputTransformer"):
        paths = transformer.get("inputPaths")
        rest = {name: value for name, value in transformer.items() if name != "inputPaths"}
        creation.left["inputTransformer"] = {**rest, "inputPathsMap": paths}
    creation.left.setdefault("targetId", f"{creation.resource.name[:56]}-{creation.suffix}")
    creation.given.setdefault("targetId", creation.left["targetId"])


RECIPES = {
    "aws:cloudwatch/eventRule:EventRule": Recipe(
        "events.put_rule",
        id="{name}",
        outputs={"arn": "RuleArn"},
        defaults={"eventBusName": "default", "state": "ENABLED"},
        ignores=("forceDestroy",),
        named="name",
        longest=64,
        prepare=_state,
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Recipe(
        "events.put_targets",
        id="{rule}-{targetId}",
        defaults={"eventBusName": "default"},
        renames={"targetId": "id", "ecsTarget": "ecsParameters"},
        ignores=("forceDestroy",),
        under="targets",
        beside=("rule", "eventBusName"),
        prepare=_target,
    ),
}
