"""What blueprints have to be given to be deployed by tests, in one place."""

from lib.args.environment import PRODUCTION
from lib.args.loading import read_blueprint

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"


def parameters_of(blueprint: str, environment: str = "dev") -> dict[str, str]:
    """A blueprint's examples, and in production the certificate that it asks for there."""
    head = read_blueprint(blueprint).head
    certified = environment in PRODUCTION and "certificateArn" in head.parameters
    return {**head.examples, **({"certificateArn": CERTIFICATE} if certified else {})}


def overrides_of(blueprint: str, environment: str = "dev") -> tuple[str, ...]:
    """The same as `key=value`, as the commands take what `--set` says."""
    return tuple(f"{key}={value}" for key, value in parameters_of(blueprint, environment).items())
