"""Connections to the embedded AWS: boto3 clients by account, service and region."""

import os
import threading
from collections.abc import Mapping
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tap.engine.answers import AnswerError, Provider

ACCOUNT = "123456789012"
REGION = "us-east-1"

# Dummy keys: moto takes any, and keys from the user's environment must never reach a request of ours.
KEYS = {"aws_access_key_id": "embedded", "aws_secret_access_key": "embedded"}

_CONFIG = Config(
    retries={"max_attempts": 2, "mode": "standard"},
    s3={"addressing_style": "path"},
    connect_timeout=10,
    read_timeout=60,
    # Not None: a proxy of the environment has no business between two processes of one machine.
    proxies={},
)
# Profile and files of the user are for real accounts; a profile that does not exist would stop every client.
_NO_PROFILE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Connection:
    """What everything embedded reaches AWS by; safe to use from several threads.

    moto is not thread-safe: calls to one service run one after the other, over all regions, since peerings, buckets
    and roles cross them.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._session = boto3.session.Session(botocore_session=botocore.session.Session(session_vars=_NO_PROFILE))
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._making = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._roles: dict[str, Mapping[str, str]] = {}

    def client(self, service: str, region: str | None = None, role_arn: str = "") -> Any:
        """The client of a service in a region, made once; with `role_arn` it acts as that role."""
        key = (service, region or REGION, role_arn)
        with self._making:
            if key not in self._clients:
                credentials = self._assumed(role_arn) if role_arn else KEYS
                self._clients[key] = self._make(service, key[1], credentials)
            return self._clients[key]

    def call(
        self, service: str, operation: str, params: Mapping[str, Any], region: str | None = None, role_arn: str = ""
    ) -> dict[str, Any]:
        """Call an operation (`create_vpc`) and give back its response.

        Raises:
            AnswerError: AWS refused, the parameters don't fit botocore's model, or the server does not answer.
        """
        client = self.client(service, region, role_arn)
        with self._making:
            lock = self._locks.setdefault(service, threading.Lock())
        try:
            with lock:
                response: dict[str, Any] = getattr(client, operation)(**params)
        except ClientError as error:
            told = error.response.get("Error", {})
            name = client.meta.method_to_api_mapping[operation]
            raise AnswerError(f"{name}: {told.get('Code', '')}: {told.get('Message', '')}") from error
        except BotoCoreError as error:
            raise AnswerError(f"{client.meta.method_to_api_mapping[operation]}: {error}") from error
        return response

    def account(self, role_arn: str = "") -> str:
        """The account that calls are made in: the role's, else moto's default one."""
        return role_arn.split(":")[4] if role_arn else ACCOUNT

    def _assumed(self, role_arn: str) -> Mapping[str, str]:
        if role_arn not in self._roles:
            sts = self._make("sts", REGION, KEYS)
            try:
                answer = sts.assume_role(RoleArn=role_arn, RoleSessionName="tap")
            except (ClientError, BotoCoreError) as error:
                raise AnswerError(f"AssumeRole of {role_arn}: {error}") from error
            keys = answer["Credentials"]
            self._roles[role_arn] = {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            }
        return self._roles[role_arn]

    def _make(self, service: str, region: str, credentials: Mapping[str, str]) -> Any:
        # The service is only known at run time, so the stubs' overloads by literal name don't apply.
        make: Any = getattr(self._session, "client")  # noqa: B009
        return make(service, region_name=region, endpoint_url=self.endpoint, config=_CONFIG, **credentials)


def role_of(provider: Provider | None) -> str:
    """The role that a provider assumes, "" where it assumes none."""
    return provider.role_arn if provider else ""
