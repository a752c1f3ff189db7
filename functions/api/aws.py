"""Clients of AWS: made once, and quick to give up."""

from functools import cache
from typing import Any, cast

import boto3
from botocore.config import Config

# Without a way to the service the default timeouts of a minute would outlast the function, and tell nothing.
CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})


@cache
def client(service: str) -> Any:
    """The client of a service in the function's own region."""
    return cast("Any", boto3).client(service, config=CONFIG)
