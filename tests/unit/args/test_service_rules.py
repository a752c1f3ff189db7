"""Rules on container services."""

import pytest

from tests.support.settings import REMOVED, accepted, refused

AT = "services.app"
# A service needs a way to its image: here over NAT.
WAY = {
    "networks.payment.nat": "single",
    "networks.payment.allow": [
        {"from": "lb", "to": "app", "port": 8080},
        {"from": "app", "to": "internet", "port": 443},
    ],
}
PROD = {"environment": "prod"}


def app(**settings: object) -> dict[str, object]:
    """Good settings with a service, of which something is another way."""
    service = {"network": "payment", "image": "ghcr.io/shop/app:1.4", **settings}
    return {**WAY, "services.app": {key: value for key, value in service.items() if value is not REMOVED}}


def test_a_service_in_a_private_tier_is_accepted() -> None:
    service = accepted(app()).services["app"]
    assert (service.port, service.architecture, service.cpu, service.memory) == (8080, "arm64", 256, 512)
    assert (service.min, service.max) == (2, 6)


def test_a_missing_image_is_told_with_what_to_write() -> None:
    assert refused(app(image=REMOVED)) == [
        f"{AT}.image: is missing. Set it: an image with its tag, such as ghcr.io/shop/app:1.4."
    ]


def test_a_blueprint_s_missing_image_is_told_with_the_command_that_sets_it() -> None:
    assert refused({**app(image=REMOVED), "blueprint": "payment-processing"}) == [
        f"{AT}.image: is missing. Run pulumi config set containerImage <image>, or set it: an image with its tag, "
        "such as ghcr.io/shop/app:1.4."
    ]


@pytest.mark.parametrize("image", ["Shop/App:1", "my app:1", "https://ghcr.io/shop/app:1"])
def test_what_is_no_image_is_refused(image: str) -> None:
    assert refused(app(image=image)) == [
        f"{AT}.image: must be the name of a container image (got {image}). "
        "Write [registry/]repository:tag, such as ghcr.io/shop/app:1.4, in lower case but for the tag."
    ]


@pytest.mark.parametrize("image", ["ghcr.io/shop/app", "ghcr.io/shop/app:latest"])
def test_an_image_that_moves_is_refused_in_production_only(image: str) -> None:
    accepted(app(image=image))
    line = (
        f"{AT}.image: must have a tag other than latest, or a digest, in production (got {image}). "
        "Name the version that was tested, such as ghcr.io/shop/app:1.4."
    )
    assert refused({**app(image=image), **PROD}) == [line]
    assert refused({**app(image=image), "protection": {"deletion_protection": True}}) == [line]


def test_an_image_by_its_digest_is_accepted_in_production() -> None:
    accepted({**app(image=f"ghcr.io/shop/app@sha256:{'0' * 64}"), **PROD})


@pytest.mark.parametrize(
    ("cpu", "memory", "remedy"),
    [
        (256, 4096, "Choose one of: 512, 1024, 2048."),
        (512, 512, "Choose one of: 1024, 2048, 3072, 4096."),
        (1024, 2000, "Choose one of: 2048, 3072, 4096, 5120, 6144, 7168, 8192."),
        (4096, 4096, "Choose 8192 to 30720 in steps of 1024."),
        (8192, 17408, "Choose 16384 to 61440 in steps of 4096."),
        (16384, 131072, "Choose 32768 to 122880 in steps of 8192."),
    ],
)
def test_memory_that_fargate_does_not_offer_is_told_with_what_it_does(cpu: int, memory: int, remedy: str) -> None:
    assert refused(app(cpu=cpu, memory=memory)) == [
        f"{AT}.memory: must be what Fargate offers with {cpu} CPU units (got {memory}). {remedy}"
    ]


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [(256, 2048), (512, 4096), (1024, 8192), (2048, 16384), (4096, 30720), (8192, 61440), (16384, 122880)],
)
def test_the_most_memory_of_each_size_is_accepted(cpu: int, memory: int) -> None:
    accepted(app(cpu=cpu, memory=memory))


def test_cpu_units_that_fargate_does_not_offer_are_told_with_those_it_does() -> None:
    assert refused(app(cpu=300)) == [
        f"{AT}.cpu: must be as many CPU units as Fargate offers (got 300). "
        "Choose one of: 256, 512, 1024, 2048, 4096, 8192, 16384."
    ]


def test_the_least_tasks_are_no_more_than_the_most() -> None:
    accepted(app(min=3, max=3))
    assert refused(app(min=4, max=3)) == [f"{AT}.min: must not be above max, 3 (got 4). Lower it, or raise max."]


def test_a_port_of_root_s_is_refused() -> None:
    accepted(app(port=1024))
    assert refused(app(port=80)) == [
        f"{AT}.port: must be 1024 or more, since containers run without the capability for lower ones (got 80). "
        "Let the container listen on a port such as 8080."
    ]
