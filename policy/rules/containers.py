"""Rules on ECS: clusters, services and task definitions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from policy.resource import Resource
from policy.rule import Check, Rule, control
from policy.secrecy import names_secret
from policy.stack import Stack

Container = Mapping[str, Any]
CLUSTER, SERVICE, TASK = "ecs:Cluster", "ecs:Service", "ecs:TaskDefinition"
SESSIONS = ("configuration", "executeCommandConfiguration")


def _containers(task: Resource) -> Iterator[Container]:
    yield from cast("list[Container]", task.document("containerDefinitions") or [])


def _each(message: str, is_good: Callable[[Container], Any]) -> Check:
    """The check that each container is good, with what is wrong with one that is not."""

    def check(task: Resource, _: Stack) -> Iterable[str]:
        for container in _containers(task):
            if not is_good(container):
                yield f"has container {container.get('name')} {message}"

    return check


def _environment_has_no_secrets(task: Resource, _: Stack) -> Iterable[str]:
    for container in _containers(task):
        for variable in cast("list[Container]", container.get("environment") or []):
            if names_secret(str(variable.get("name"))):
                yield f"has container {container.get('name')} with {variable.get('name')} in its environment"


def _service_has_no_public_address(service: Resource, _: Stack) -> Iterable[str]:
    if service.get("networkConfiguration", "assignPublicIp"):
        yield "gives its tasks public addresses"


def _insights_are_on(cluster: Resource, _: Stack) -> Iterable[str]:
    settings = {part.get("name"): part.get("value") for part in cluster.all("settings")}
    if settings.get("containerInsights") not in ("enabled", "enhanced"):
        yield "has no container insights"


def _commands_are_logged(cluster: Resource, stack: Stack) -> Iterable[str]:
    if not _lets_execute(cluster, stack):
        return
    logs = (*SESSIONS, "logConfiguration")
    named = cluster.get(*logs, "cloudWatchLogGroupName") and cluster.get(*logs, "cloudWatchEncryptionEnabled")
    kept = cluster.get(*logs, "s3BucketName") and cluster.get(*logs, "s3BucketEncryptionEnabled")
    if cluster.get(*SESSIONS, "logging") != "OVERRIDE" or not (named or kept):
        yield "lets commands be executed without an encrypted log of them"


def _sessions_have_a_key(cluster: Resource, stack: Stack) -> Iterable[str]:
    if _lets_execute(cluster, stack) and not cluster.get(*SESSIONS, "kmsKeyId"):
        yield "lets commands be executed without a customer key"


def _lets_execute(cluster: Resource, stack: Stack) -> bool:
    services = stack.referring(cluster, SERVICE, "cluster")
    return bool(cluster.get(*SESSIONS)) or any(service.get("enableExecuteCommand") for service in services)


def _roles_differ(task: Resource, _: Stack) -> Iterable[str]:
    own, starting = (set(task.references.get(key, ())) for key in ("taskRoleArn", "executionRoleArn"))
    if own and starting:
        same = own == starting
    else:
        same = task.get("taskRoleArn") == task.get("executionRoleArn") and task.get("taskRoleArn") not in (None, "")
    if same:
        yield "runs with the role that starts it"


RULES = (
    Rule(
        id="ECS.2",
        title="Tasks have no public address.",
        kinds=(SERVICE,),
        check=_service_has_no_public_address,
        remedy="Set networkConfiguration.assignPublicIp to false, and run tasks in private subnets.",
        document=control("ECS.2"),
        also=("CKV_AWS_333", "ecs_service_no_assign_public_ip"),
    ),
    Rule(
        id="ECS.4",
        title="Containers are not privileged.",
        kinds=(TASK,),
        check=_each("privileged", lambda container: not container.get("privileged")),
        remedy="Leave privileged off.",
        document=control("ECS.4"),
        also=("CKV_AWS_334", "ecs_task_definitions_no_privileged_containers"),
    ),
    Rule(
        id="ECS.5",
        title="Containers cannot write to their root file system.",
        kinds=(TASK,),
        check=_each("with a root file system that it can write to", lambda c: c.get("readonlyRootFilesystem") is True),
        remedy="Set readonlyRootFilesystem to true, and mount volumes for what is written.",
        document=control("ECS.5"),
        also=("CKV_AWS_336", "ecs_task_definitions_containers_readonly_access"),
    ),
    Rule(
        id="ECS.8",
        title="Secrets reach containers as secrets, not in the environment.",
        kinds=(TASK,),
        check=_environment_has_no_secrets,
        remedy="Name the secret or parameter under the container's secrets.",
        document=control("ECS.8"),
        also=("ecs_task_definitions_no_environment_secrets",),
    ),
    Rule(
        id="ECS.9",
        title="Containers write logs.",
        kinds=(TASK,),
        check=_each("without a log", lambda container: container.get("logConfiguration")),
        remedy="Give the container a logConfiguration.",
        document=control("ECS.9"),
        also=("ecs_task_definitions_logging_enabled",),
    ),
    Rule(
        id="ECS.12",
        title="Clusters have container insights.",
        kinds=(CLUSTER,),
        check=_insights_are_on,
        remedy="Set containerInsights to enabled or enhanced.",
        document=control("ECS.12"),
        also=("CKV_AWS_65", "ecs_cluster_container_insights_enabled"),
    ),
    Rule(
        id="CKV_AWS_224",
        title="Commands executed in containers have an encrypted log.",
        kinds=(CLUSTER,),
        check=_commands_are_logged,
        remedy="Set executeCommandConfiguration: logging OVERRIDE, and an encrypted log group or bucket.",
        document="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    ),
    Rule(
        id="tap-exec-key",
        title="A customer key encrypts what goes into containers and comes out, beyond TLS.",
        kinds=(CLUSTER,),
        check=_sessions_have_a_key,
        remedy="Set executeCommandConfiguration.kmsKeyId, and let the task's role decrypt under that key.",
        document="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html",
        also=("CKV_AWS_224",),
        severity="advisory",
    ),
    Rule(
        id="CKV_AWS_249",
        title="A task runs with another role than it is started with.",
        kinds=(TASK,),
        check=_roles_differ,
        remedy="Make a role for the task and one for its execution.",
        document="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html",
    ),
)
