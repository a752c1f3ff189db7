"""One table per AWS service: its types' recipes.

A type is added by one entry in its service's `RECIPES`; a new service by one module and its name here.
"""

from collections.abc import Mapping

from tap.embedded.recipe import Recipe
from tap.embedded.services import (
    cloudtrail,
    cloudwatch,
    endpoint,
    events,
    iam,
    kms,
    logs,
    peering,
    random,
    rds,
    s3,
    security,
    sns,
    vpc,
)

_TABLES = (
    vpc.RECIPES,
    security.RECIPES,
    peering.RECIPES,
    endpoint.RECIPES,
    iam.RECIPES,
    kms.RECIPES,
    logs.RECIPES,
    cloudwatch.RECIPES,
    cloudtrail.RECIPES,
    events.RECIPES,
    rds.RECIPES,
    s3.RECIPES,
    sns.RECIPES,
    random.RECIPES,
)

RECIPES: Mapping[str, Recipe] = {type_: recipe for table in _TABLES for type_, recipe in table.items()}
