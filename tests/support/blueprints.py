"""What blueprints have to be given to be deployed by tests, in one place."""

from lib.args.environment import PRODUCTION
from lib.args.loading import read_blueprint

# What production alone asks for, by parameter.
OF_PRODUCTION = {
    "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "domain_name": "orders.example.com",
    "domain_zone_id": "Z0123456789ABCDEFGHIJ",
}


def parameters_of(blueprint: str, environment: str = "dev") -> dict[str, str]:
    """A blueprint's examples, and in production what it asks for there: a certificate, a domain."""
    head = read_blueprint(blueprint).head
    more = {key: value for key, value in OF_PRODUCTION.items() if key in head.parameters}
    return {**head.examples, **(more if environment in PRODUCTION else {})}


def overrides_of(blueprint: str, environment: str = "dev") -> tuple[str, ...]:
    """The same as `key=value`, as the commands take what `--set` says."""
    return tuple(f"{key}={value}" for key, value in parameters_of(blueprint, environment).items())
