"""Recipes of ECS."""

import json

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _containers(creation: Creation) -> None:
    """Container definitions are text to the provider and a list to the API."""
    creation.left["containerDefinitions"] = json.loads(creation.take("containerDefinitions"))


DEPLOYMENT = {
    "deploymentCircuitBreaker": "deploymentCircuitBreaker",
    "deploymentMaximumPercent": "maximumPercent",
    "deploymentMinimumHealthyPercent": "minimumHealthyPercent",
}


def _configurations(creation: Creation) -> None:
    """What the API keeps in structures; a public address is a word to it."""
    given = {DEPLOYMENT[name]: creation.take(name) for name in DEPLOYMENT if name in creation.left}
    if given:
        creation.left["deploymentConfiguration"] = given
    if (network := creation.take("networkConfiguration")) is not None:
        address = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
        creation.left["networkConfiguration"] = {"awsvpcConfiguration": {**network, "assignPublicIp": address}}


RECIPES = {
    "aws:ecs/cluster:Cluster": Recipe(
        "ecs.create_cluster",
        id="clusterArn",
        root="cluster",
        outputs={"arn": "clusterArn"},
        renames={"name": "clusterName"},
        named="name",
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Recipe(
        "ecs.register_task_definition",
        id="{family}",
        root="taskDefinition",
        outputs={"arn": "taskDefinitionArn"},
        ignores=("skipDestroy", "trackLatest"),
        prepare=_containers,
    ),
    "aws:ecs/service:Service": Recipe(
        "ecs.create_service",
        id="serviceArn",
        root="service",
        outputs={"arn": "serviceArn"},
        renames={"name": "serviceName", "enableEcsManagedTags": "enableECSManagedTags"},
        ignores=("waitForSteadyState", "forceDelete", "sigintRollback"),
        named="name",
        prepare=_configurations,
    ),
}
