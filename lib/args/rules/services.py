"""Rules on container services: their image, their size, their port."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lib.args.environment import PRODUCTION
from lib.args.image import Image
from lib.args.problems import Problem, place

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

GIB = 1024
# Memory that Fargate offers, MiB, by CPU units.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
FARGATE: dict[int, Sequence[int]] = {
    256: (512, 1024, 2048),
    512: range(1 * GIB, 4 * GIB + 1, GIB),
    1024: range(2 * GIB, 8 * GIB + 1, GIB),
    2048: range(4 * GIB, 16 * GIB + 1, GIB),
    4096: range(8 * GIB, 30 * GIB + 1, GIB),
    8192: range(16 * GIB, 60 * GIB + 1, 4 * GIB),
    16384: range(32 * GIB, 120 * GIB + 1, 8 * GIB),
}
# More values than this are told as a range.
LISTED = 8
# Ports below it are root's, with a capability that no container has.
FIRST_FREE_PORT = 1024


def is_production(args: "TapStackArgs") -> bool:
    """Whether a stack has something to lose: it is production, or protects its data as production does."""
    return args.environment in PRODUCTION or args.protection.deletion_protection


def services_have_an_image(args: "TapStackArgs") -> Iterable[Problem]:
    """There is an image, and in production its name means the same one tomorrow."""
    for name, service in args.services.items():
        at = place("services", name, "image")
        if service.image is None:
            by_config = "Run pulumi config set containerImage <image>, or set it" if args.blueprint else "Set it"
            yield Problem(at, "is missing", None, f"{by_config}: an image with its tag, such as ghcr.io/shop/app:1.4.")
            continue
        image = Image.of(service.image)
        if image is None:
            remedy = "Write [registry/]repository:tag, such as ghcr.io/shop/app:1.4, in lower case but for the tag."
            yield Problem(at, "must be the name of a container image", service.image, remedy)
        elif image.moves and is_production(args):
            rule = "must have a tag other than latest, or a digest, in production"
            remedy = "Name the version that was tested, such as ghcr.io/shop/app:1.4."
            yield Problem(at, rule, service.image, remedy, ("environment", "protection", "profile"))


def services_fit_fargate(args: "TapStackArgs") -> Iterable[Problem]:
    """CPU and memory are a pair that Fargate offers."""
    for name, service in args.services.items():
        at = place("services", name)
        offered = FARGATE.get(service.cpu)
        if offered is None:
            rule = "must be as many CPU units as Fargate offers"
            yield Problem(f"{at}.cpu", rule, service.cpu, f"Choose one of: {_listed([*FARGATE])}.")
        elif service.memory not in offered:
            rule = f"must be what Fargate offers with {service.cpu} CPU units"
            remedy = f"Choose one of: {_listed(offered)}."
            if len(offered) > LISTED:
                step = offered[1] - offered[0]
                remedy = f"Choose {offered[0]} to {offered[-1]} in steps of {step}."
            yield Problem(f"{at}.memory", rule, service.memory, remedy, (f"{at}.cpu",))


def _listed(values: Sequence[int]) -> str:
    return ", ".join(str(value) for value in values)


def services_scale_upwards(args: "TapStackArgs") -> Iterable[Problem]:
    """The least tasks are no more than the most."""
    for name, service in args.services.items():
        if service.min > service.max:
            at = place("services", name)
            remedy = "Lower it, or raise max."
            yield Problem(f"{at}.min", f"must not be above max, {service.max}", service.min, remedy, (f"{at}.max",))


def services_listen_on_free_ports(args: "TapStackArgs") -> Iterable[Problem]:
    """A container without capabilities can't listen on a port that is reserved for root."""
    for name, service in args.services.items():
        if service.port < FIRST_FREE_PORT:
            at = place("services", name, "port")
            rule = f"must be {FIRST_FREE_PORT} or more, since containers run without the capability for lower ones"
            yield Problem(at, rule, service.port, "Let the container listen on a port such as 8080.")
