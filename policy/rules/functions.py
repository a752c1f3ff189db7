"""Rules on Lambda functions and on who may invoke them."""

from collections.abc import Iterable

from policy.resource import Resource
from policy.rule import Rule, control
from policy.stack import Stack
from policy.zones import zones

FUNCTION = "lambda:Function"
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-supported
RUNTIMES = frozenset(
    (
        *("nodejs22.x", "nodejs24.x", "python3.11", "python3.12", "python3.13", "python3.14"),
        *("java8.al2", "java11", "java17", "java21", "java25", "dotnet10", "ruby3.3", "ruby3.4", "provided.al2023"),
    )
)
# Services that invoke functions without waiting for them, so that a failed event is lost unless it goes somewhere.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
ASYNCHRONOUS = ("events.", "logs.", "s3.", "sns.", "ses.", "config.", "iot.", "scheduler.", "codecommit.")
STREAMS = (":dynamodb:", ":kinesis:")


def _invokers_are_named(permission: Resource, _: Stack) -> Iterable[str]:
    principal = permission.get("principal")
    bound = any(permission.get(key) for key in ("sourceArn", "sourceAccount", "principalOrgId"))
    if not bound and (principal == "*" or str(principal).endswith((".amazonaws.com", ".amazonaws.com.cn"))):
        yield f"lets {principal} invoke the function for any account"


def _runtime_is_supported(function: Resource, _: Stack) -> Iterable[str]:
    if function.get("packageType") != "Image" and function.get("runtime") not in RUNTIMES:
        yield f"has runtime {function.get('runtime')}, which AWS does not support, or not for long"


def _is_in_a_vpc(function: Resource, _: Stack) -> Iterable[str]:
    if not function.get("vpcConfig", "subnetIds"):
        yield "is in no VPC"


def _spans_zones(function: Resource, stack: Stack) -> Iterable[str]:
    if function.get("vpcConfig") and zones(function, stack, "vpcConfig", "subnetIds") == 1:
        yield "is in one zone"


def _environment_is_encrypted(function: Resource, _: Stack) -> Iterable[str]:
    if function.get("environment") and not function.get("kmsKeyArn"):
        yield "has an environment that no customer key encrypts"


def _failures_are_kept(function: Resource, stack: Stack) -> Iterable[str]:
    """Whether every event that the function fails on ends somewhere.

    What is invoked and waited for tells its caller of failures, and a queue keeps its messages itself.
    """
    callers = stack.referring(function, "lambda:Permission", "function")
    asynchronous = [p for p in callers if str(p.get("principal")).startswith(ASYNCHRONOUS)]
    configs = stack.referring(function, "lambda:FunctionEventInvokeConfig", "functionName")
    kept = function.get("deadLetterConfig", "targetArn") or any(
        config.get("destinationConfig", "onFailure", "destination") for config in configs
    )
    if asynchronous and not kept:
        yield f"loses events of {asynchronous[0].get('principal')} that it fails on"
    for mapping in stack.referring(function, "lambda:EventSourceMapping", "functionName"):
        is_queue = bool(stack.referred(mapping, "eventSourceArn", "sqs:Queue"))
        for queue in stack.referred(mapping, "eventSourceArn", "sqs:Queue"):
            if not queue.get("redrivePolicy") and not stack.referring(queue, "sqs:RedrivePolicy", "queueUrl"):
                yield f"loses messages of {queue.name} that it fails on: the queue has no dead-letter queue"
        if (
            not is_queue
            and any(part in str(mapping.get("eventSourceArn")) for part in STREAMS)
            and not mapping.all("destinationConfig", "onFailure")
        ):
            yield f"loses records of {mapping.name} that it fails on"


RULES = (
    Rule(
        id="Lambda.1",
        title="A permission to invoke a function names whom it is for.",
        kinds=("lambda:Permission",),
        check=_invokers_are_named,
        remedy="Set sourceArn or sourceAccount.",
        document=control("Lambda.1"),
        also=("CKV_AWS_301", "CKV_AWS_364", "awslambda_function_not_publicly_accessible"),
    ),
    Rule(
        id="Lambda.2",
        title="Functions have supported runtimes.",
        kinds=(FUNCTION,),
        check=_runtime_is_supported,
        remedy="Move to a present runtime, such as python3.13.",
        document=control("Lambda.2"),
        also=("CKV_AWS_363", "awslambda_function_using_supported_runtimes"),
    ),
    Rule(
        id="Lambda.3",
        title="Functions are in a VPC.",
        kinds=(FUNCTION,),
        check=_is_in_a_vpc,
        remedy="Give it vpcConfig, unless it talks to AWS alone.",
        document=control("Lambda.3"),
        also=("CKV_AWS_117", "awslambda_function_inside_vpc"),
        severity="advisory",
    ),
    Rule(
        id="Lambda.5",
        title="Functions in a VPC span two zones or more.",
        kinds=(FUNCTION,),
        check=_spans_zones,
        remedy="Give it subnets in two zones or more.",
        document=control("Lambda.5"),
        also=("awslambda_function_vpc_multi_az",),
    ),
    Rule(
        id="CKV_AWS_173",
        title="A customer key encrypts the environment of functions.",
        kinds=(FUNCTION,),
        check=_environment_is_encrypted,
        remedy="Set kmsKeyArn.",
        document="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
        also=("awslambda_function_env_vars_not_encrypted_with_cmk",),
    ),
    Rule(
        id="CKV_AWS_116",
        title="Events that a function fails on are kept.",
        kinds=(FUNCTION,),
        check=_failures_are_kept,
        remedy="Set deadLetterConfig or a destination on failure; give the queue a redrive policy.",
        document="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
        also=("awslambda_function_no_dead_letter_queue",),
    ),
)
