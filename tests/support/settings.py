"""Good settings, and what is said of them once something in them is changed."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs

GOOD: Mapping[str, Any] = {
    "environment_suffix": "dev",
    "tags": {"Owner": "payments-team"},
    "networks": {
        "payment": {
            "cidr": "10.0.0.0/16",
            "zones": 2,
            "tiers": {
                "web": {"kind": "public"},
                "app": {"kind": "private"},
                "database": {"kind": "isolated", "cidrs": ["10.0.200.0/24", "10.0.201.0/24"]},
            },
            "security_groups": {"lb": {"description": "Load balancer", "tier": "web"}},
            "endpoints": ["s3", "ecr.api"],
            "allow": [{"from": "lb", "to": "app", "port": 8080}],
        },
        "analytics": {"region": "us-west-2", "cidr": "10.1.0.0/16", "tiers": {"api": {}}},
    },
    "peerings": {
        "payment-analytics": {
            "between": ["payment", "analytics"],
            "allow": [{"from": "payment.app", "to": "analytics.api", "port": 443}],
        }
    },
}

REMOVED = object()


def changed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The good settings with other values at some paths; a value of REMOVED removes the key."""
    settings: dict[str, Any] = copy.deepcopy(dict(GOOD))
    for path, value in changes.items():
        *above, last = path.split(".")
        inner = settings
        for key in above:
            inner = inner.setdefault(key, {})
        if value is REMOVED:
            del inner[last]
        else:
            inner[last] = value
    return settings


def accepted(changes: Mapping[str, Any]) -> TapStackArgs:
    """The settings with these changes, which are good."""
    return TapStackArgs(**changed(changes))


def refused(changes: Mapping[str, Any]) -> list[str]:
    """The lines of the error that settings with these changes lead to."""
    with pytest.raises(SettingsError) as raised:
        TapStackArgs(**changed(changes))
    return [str(problem) for problem in raised.value.problems]
