"""What the names of container images say."""

import pytest

from lib.args.image import EcrRepository, Image

DIGEST = f"sha256:{'0a' * 32}"
ACCOUNT = "123456789012"


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("nginx", Image("", "nginx", None, None)),
        ("shop/app:1.4", Image("", "shop/app", "1.4", None)),
        ("localhost:5000/app:dev", Image("localhost:5000", "app", "dev", None)),
        ("registry:443/app", Image("registry:443", "app", None, None)),
        (f"ghcr.io/shop/pay_app/api@{DIGEST}", Image("ghcr.io", "shop/pay_app/api", None, DIGEST)),
        (f"ghcr.io/shop/app:v1@{DIGEST}", Image("ghcr.io", "shop/app", "v1", DIGEST)),
    ],
)
def test_an_image_is_registry_repository_tag_and_digest(text: str, image: Image) -> None:
    assert Image.of(text) == image


@pytest.mark.parametrize("text", ["", "my app:1", "App:1", "app:", "app@sha256:12", "https://ghcr.io/app:1", "app:1:2"])
def test_other_text_is_no_image(text: str) -> None:
    assert Image.of(text) is None


@pytest.mark.parametrize(
    ("text", "moves"),
    [("app", True), ("app:latest", True), ("app:1", False), (f"app@{DIGEST}", False), (f"app:latest@{DIGEST}", False)],
)
def test_an_image_moves_without_a_tag_of_its_own_or_a_digest(text: str, moves: bool) -> None:
    image = Image.of(text)
    assert image
    assert image.moves is moves


@pytest.mark.parametrize(
    ("registry", "region"),
    [
        (f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com", "us-east-1"),
        (f"{ACCOUNT}.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        (f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        (f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws", "eu-west-1"),
    ],
)
def test_a_private_repository_of_ecr_is_told_by_its_registry(registry: str, region: str) -> None:
    image = Image.of(f"{registry}/pay/app:1")
    assert image
    assert image.ecr_repository == EcrRepository(ACCOUNT, region, "pay/app")


@pytest.mark.parametrize("text", ["nginx:1", "public.ecr.aws/shop/app:1", f"{ACCOUNT}.dkr.ecr.example.com/app:1"])
def test_another_registry_is_none_of_ecr(text: str) -> None:
    image = Image.of(text)
    assert image
    assert image.ecr_repository is None
