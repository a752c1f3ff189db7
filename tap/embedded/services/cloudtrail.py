"""Recipes of CloudTrail."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe, Step


def _start(creation: Creation) -> None:
    """A trail records nothing before it is started."""
    if creation.take("enableLogging", True):
        creation.call("start_logging", Name=creation.id)


RECIPES = {
    "aws:cloudtrail/trail:Trail": Recipe(
        "cloudtrail.create_trail",
        id="TrailARN",
        outputs={"arn": "TrailARN", "homeRegion": "{region}"},
        defaults={"enableLogging": True, "includeGlobalServiceEvents": True, "isMultiRegionTrail": False},
        renames={"cloudWatchLogsGroupArn": "cloudWatchLogsLogGroupArn"},
        named="name",
        longest=128,
        steps=(
            Step("put_event_selectors", takes=("eventSelectors", "advancedEventSelectors"), send={"TrailName": "{id}"}),
            Step("put_insight_selectors", takes=("insightSelectors",), send={"TrailName": "{id}"}),
        ),
        hooked=("enableLogging",),
        finish=_start,
    ),
}
