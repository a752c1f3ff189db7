"""Rules on fleets: their sizes, their zones, and what their instances run on."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.networking.layout import subnet_count

if TYPE_CHECKING:
    from lib.args.fleet import FleetArgs
    from lib.args.stack import TapStackArgs

# A fleet that lives in one zone goes with it.
ZONES = 2
TYPE = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")
# Series, generation, then what it is made of: a processor of AWS's own is told by a leading g.
# https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
FAMILY = re.compile(r"([a-z]+)\d+([a-z]*)(?:-flex|-\d+tb)?")
GRAVITON = "g"
# The one series on an earlier processor of AWS's own, from before that letter.
FIRST_GRAVITON = "a"
IMAGE_ID = re.compile(r"ami-[0-9a-f]{8,17}")
PARAMETER = re.compile(r"/[\w.\-/]*\w")
# How publishers of images spell an architecture in the paths of their parameters.
SPELLED = {"arm64": "arm64", "x86_64": "x86_64", "amd64": "x86_64"}
EXAMPLES = {"arm64": "t4g.small", "x86_64": "t3.small"}


def fleets_have_ordered_sizes(args: "TapStackArgs") -> Iterable[Problem]:
    """A fleet's least is not above its most, and it starts between them."""
    for name, fleet in args.fleets.items():
        at = place("fleets", name)
        if fleet.min > fleet.max:
            rule, remedy = f"must not be above max, {fleet.max}", "Lower it, or raise max."
            yield Problem(f"{at}.min", rule, fleet.min, remedy, (f"{at}.max",))
        elif fleet.desired is not None and not fleet.min <= fleet.desired <= fleet.max:
            rule = f"must be between min, {fleet.min}, and max, {fleet.max}"
            remedy = "Choose a number between them, or leave it out to start with min."
            yield Problem(f"{at}.desired", rule, fleet.desired, remedy, (f"{at}.min", f"{at}.max"))


def fleets_have_two_zones(args: "TapStackArgs") -> Iterable[Problem]:
    """A fleet's tier has two zones, so that the loss of one leaves it something."""
    for name, fleet in args.fleets.items():
        network = args.networks.get(fleet.network)
        tier = None if network is None else network.tiers.get(fleet.tier_in(network) or "")
        zones = None if network is None or tier is None else subnet_count(network, tier)
        if network is not None and zones is not None and zones < ZONES:
            at = place("networks", fleet.network)
            rule = f"needs {ZONES} zones, and its tier in network {fleet.network} has {zones}"
            remedy = "List two of its subnets or more." if network.vpc_id else f"Set zones: {ZONES} or more there."
            basis = tuple(f"{at}.{key}" for key in ("zones", "tiers", "vpc_id"))
            yield Problem(place("fleets", name, "network"), rule, fleet.network, remedy, basis)


def instance_types_run_their_images(args: "TapStackArgs") -> Iterable[Problem]:
    """A fleet's image is named as EC2 takes it, and made for the processors of its instance type."""
    for name, fleet in args.fleets.items():
        at = place("fleets", name)
        broken = list(_misspelt(at, fleet))
        yield from broken
        wanted, offered = image_architecture(fleet.image), type_architecture(fleet.instance_type)
        if not broken and wanted and offered and wanted != offered:
            rule = f"is of architecture {offered}, and its image is for {wanted}"
            remedy = f"Choose a type such as {EXAMPLES[wanted]}, or an image for {offered}."
            yield Problem(f"{at}.instance_type", rule, fleet.instance_type, remedy, (f"{at}.image",))


def _misspelt(at: str, fleet: "FleetArgs") -> Iterator[Problem]:
    if not TYPE.fullmatch(fleet.instance_type):
        rule = "must be a type of instances"
        yield Problem(f"{at}.instance_type", rule, fleet.instance_type, "Use a type such as t4g.small.")
    if not PARAMETER.fullmatch(fleet.image) and not IMAGE_ID.fullmatch(fleet.image):
        rule = "must be the path of a parameter, or an image's id"
        remedy = (
            "Use a path such as /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64, "
            "or an id such as ami-0a1b2c3d4e5f67890."
        )
        yield Problem(f"{at}.image", rule, fleet.image, remedy)


def type_architecture(instance_type: str) -> str | None:
    """The architecture of an instance type by AWS's naming of types; None for what that does not cover."""
    family = FAMILY.fullmatch(instance_type.partition(".")[0])
    if family is None or family[1] == "mac":
        return None
    return "arm64" if family[2].startswith(GRAVITON) or family[1] == FIRST_GRAVITON else "x86_64"


def image_architecture(image: str) -> str | None:
    """The architecture that the path of an image's parameter tells; None where it tells none."""
    found = re.search(rf"(?<![a-z0-9])({'|'.join(SPELLED)})(?![a-z0-9])", image)
    return SPELLED[found[1]] if found else None


def balanced_fleets_have_a_port(args: "TapStackArgs") -> Iterable[Problem]:
    """What stands behind a load balancer listens on a port."""
    for name, fleet in args.fleets.items():
        if fleet.load_balancer and fleet.port is None:
            rule, remedy = "needs the port that its load balancer sends requests to", "Set it, such as port: 8080."
            yield Problem(place("fleets", name, "port"), rule, None, remedy)
