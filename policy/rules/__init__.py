"""All rules, one area a module."""

from policy.rule import Rule
from policy.rules import (
    apis,
    balancers,
    buckets,
    compute,
    containers,
    databases,
    functions,
    groups,
    identity,
    keys,
    network,
    stores,
)

RULES: tuple[Rule, ...] = (
    *network.RULES,
    *groups.RULES,
    *compute.RULES,
    *containers.RULES,
    *balancers.RULES,
    *apis.RULES,
    *functions.RULES,
    *databases.RULES,
    *stores.RULES,
    *buckets.RULES,
    *keys.RULES,
    *identity.RULES,
)
