"""What a role may do: the policies that a Plan gives it, enforced by moto on calls made as that role.

moto looks at the actions of a policy and at its resources; what a call is about is said here for services where moto
itself does not know. It takes every condition as met: an Allow with one allows, a Deny with one denies. Trust, and the
policies of keys, buckets and secrets, are not looked at. Nothing needs to exist: a call that is let through and then
finds nothing was permitted.
"""

import contextlib
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.authorization import enable_iam_authentication
from moto.iam.access_control import IAMRequestBase
from moto.iam.models import IAMBackend

from tap.plan import Plan

ACCOUNT = "123456789012"
PARTITION = "aws"
# Calls that are not even looked at, their caller or their service being unknown: a fault of the test, not an answer.
STRANGER = ("Not yet implemented", "InvalidClientTokenId", "AuthFailure", "InvalidAccessKeyId", "InvalidToken")
REFUSED = "AccessDenied"
# Services that sign requests with another name than policies have.
SIGNED_AS = {"monitoring": "cloudwatch"}


def _arn(service: str, parameter: str, prefix: str = "") -> Callable[[Any], str]:
    """The resource that a request names by a parameter, in whole or by its name alone."""

    def resource(request: Any) -> str:
        name = str(request._get_param(parameter) or "*")
        # Slashes that lead the name of a parameter are not in its ARN twice.
        named = f"arn:aws:{service}:{request.region}:{ACCOUNT}:{prefix}{name.lstrip('/')}"
        return name if name.startswith("arn:") else named

    return resource


def _log_group(request: Any) -> str:
    group, stream = request._get_param("logGroupName") or "*", request._get_param("logStreamName")
    return f"arn:aws:logs:{request.region}:{ACCOUNT}:log-group:{group}:{f'log-stream:{stream}' if stream else '*'}"


# Responses of moto that tell nobody what a request is about, by service: `module.class` and how to tell it.
RESOURCES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "secretsmanager": ("SecretsManagerResponse", _arn("secretsmanager", "SecretId", "secret:")),
    "ssm": ("SimpleSystemManagerResponse", _arn("ssm", "Name", "parameter/")),
    "kms": ("KmsResponse", _arn("kms", "KeyId", "key/")),
    "dynamodb": ("DynamoHandler", _arn("dynamodb", "TableName", "table/")),
    "sns": ("SNSResponse", _arn("sns", "TopicArn")),
    "logs": ("LogsResponse", _log_group),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone who calls AWS as a role."""

    session: boto3.session.Session

    def may(self, service: str, operation: str, *, region: str = "us-east-1", **params: Any) -> bool:
        """Whether a call is let through, whatever comes of it then.

        Args:
            service: boto3's name of the service.
            operation: its method, such as `get_secret_value`.
            region: where the call goes.
            params: the call's own parameters.

        Raises:
            ClientError: moto knows neither caller nor service, so nothing was looked at.
        """
        make: Any = getattr(self.session, "client")  # noqa: B009 (its type knows only literal names)
        client = make(service, region_name=region)
        with enable_iam_authentication():
            try:
                getattr(client, operation)(**params)
            except NotImplementedError:
                return True
            except ClientError as error:
                # Where moto answers a JSON service in XML, the code is in the message.
                told = str(error.response.get("Error"))
                if any(code in told for code in STRANGER):
                    raise
                return REFUSED not in told
        return True


@contextlib.contextmanager
def enforced() -> Iterator[Callable[[Plan, str], Caller]]:
    """Gives `assume(plan, role)`: a role of a Plan, by its logical name, assumed with the policies it has there."""
    with contextlib.ExitStack() as stack:
        for service, (response, resource) in RESOURCES.items():
            module = importlib.import_module(f"moto.{service}.responses")
            stack.enter_context(patch.object(getattr(module, response), "_determine_resource", resource, create=True))
        stack.enter_context(patch.object(IAMRequestBase, "check_signature", _named_as_in_policies))
        stack.enter_context(patch.object(IAMBackend, "_init_aws_policies", _policies_of_aws))
        stack.enter_context(mock_aws(config={"iam": {"load_aws_managed_policies": True}}))
        yield _assume


def _policies_of_aws(backend: IAMBackend, load: Callable[..., Any] = IAMBackend._init_aws_policies) -> Any:
    """AWS's own policies in the one partition that is called: moto would read all of them again for each other one."""
    return load(backend) if backend.region_name == PARTITION else []


def _named_as_in_policies(request: Any) -> None:
    """In place of a look at the signature, which moto finds wrong in some services."""
    service, _, action = request._action.partition(":")
    request._action = f"{SIGNED_AS.get(service, service)}:{action}"


def _assume(plan: Plan, name: str) -> Caller:
    iam, sts = boto3.client("iam", region_name="us-east-1"), boto3.client("sts", region_name="us-east-1")
    role = plan.one("aws:iam/role:Role", name)
    own = str(role.id)
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=own, AssumeRolePolicyDocument=role.inputs["assumeRolePolicy"])
    for policy in plan.of("aws:iam/rolePolicy:RolePolicy"):
        if policy.inputs["role"] == own:
            iam.put_role_policy(RoleName=own, PolicyName=policy.name, PolicyDocument=policy.inputs["policy"])
    for attached in plan.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        if attached.inputs["role"] == own:
            iam.attach_role_policy(RoleName=own, PolicyArn=attached.inputs["policyArn"])
    given = sts.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{own}", RoleSessionName="test")["Credentials"]
    return Caller(
        boto3.session.Session(
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
    )
