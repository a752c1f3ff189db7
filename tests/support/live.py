"""A deployment as its outputs tell of it, and clients of the AWS that it stands on.

Two files of an outputs folder are read and nothing else: `flat-outputs.json`, and beside it `deployment.json`, which
only a deployment on the embedded AWS leaves. Without the second one the outputs come from `pulumi stack output --json`,
and what they name is looked at in the account of boto3's ordinary credentials.
"""

import functools
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parents[2]
HOW_TO_DEPLOY = (
    "Deploy first: `make up` on the embedded AWS; or on a real account `pulumi up`, then "
    "`pulumi stack output --json > cfn-outputs/flat-outputs.json`. Another folder is named by TAP_OUTPUTS."
)


class NotDeployedError(Exception):
    """There is no deployment to look at; the message says why, and how to get one."""


@dataclass(frozen=True, eq=False)
class Live:
    """A deployment that stands.

    `outputs` is what `flat-outputs.json` holds. `endpoint` is the address of the embedded AWS, None for a real account.
    `defaults` says that the blueprint was deployed as it is in its file, which only the tests' own deployments are.
    """

    outputs: Mapping[str, Any]
    endpoint: str | None = None
    defaults: bool = False

    @property
    def embedded(self) -> bool:
        """Whether this is the embedded AWS."""
        return self.endpoint is not None

    @functools.cached_property
    def _session(self) -> boto3.session.Session:
        if not self.embedded:
            return boto3.session.Session()
        return boto3.session.Session(aws_access_key_id="embedded", aws_secret_access_key="embedded")

    @functools.cached_property
    def _clients(self) -> dict[tuple[str, str], Any]:
        return {}

    def client(self, service: str, region: str | None = None) -> Any:
        """The boto3 client of a service, in the deployment's own region if none is given."""
        key = (service, region or str(self.outputs["primary_region"]))
        if key not in self._clients:
            retries = {"max_attempts": 1 if self.embedded else 5, "mode": "standard"}
            config = Config(retries=cast("Any", retries), s3={"addressing_style": "path"}) if self.embedded else None
            make: Any = getattr(self._session, "client")  # noqa: B009 (its type knows only literal names)
            self._clients[key] = make(service, region_name=key[1], endpoint_url=self.endpoint, config=config)
        return self._clients[key]


def outputs_folder() -> Path:
    """`cfn-outputs` in the project's folder, or what the environment variable TAP_OUTPUTS names."""
    return Path(os.environ.get("TAP_OUTPUTS") or ROOT / "cfn-outputs").resolve()


def read_live(folder: Path, *, defaults: bool = False) -> Live:
    """The deployment that an outputs folder tells of, known to answer, and to be in the account of the outputs.

    Raises:
        NotDeployedError: no outputs, outputs that don't fit the record beside them, or nobody who answers.
    """
    outputs = _read(folder / "flat-outputs.json")
    if outputs is None:
        raise NotDeployedError(f"{folder / 'flat-outputs.json'} is missing. {HOW_TO_DEPLOY}")
    record = _read(folder / "deployment.json") or {}
    live = Live(outputs, endpoint=record["endpoint"] if record.get("aws") == "embedded" else None, defaults=defaults)
    account = _account(live, folder)
    if account != outputs["account_id"]:
        where = f"{folder / 'flat-outputs.json'} is of account {outputs['account_id']}"
        if live.embedded:
            raise NotDeployedError(
                f"{where}, but deployment.json beside it is of the embedded AWS at {live.endpoint}, account {account}. "
                "Remove deployment.json if the outputs are those of a real account."
            )
        raise NotDeployedError(f"{where}, the credentials in use are of {account}. Use credentials of that account.")
    return live


def _read(file: Path) -> dict[str, Any] | None:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise NotDeployedError(f"{file} is not JSON: {error}. {HOW_TO_DEPLOY}") from None


def _account(live: Live, folder: Path) -> str:
    try:
        return str(live.client("sts").get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        if live.embedded:
            raise NotDeployedError(
                f"The embedded AWS at {live.endpoint}, where {folder / 'flat-outputs.json'} was deployed, no longer "
                "answers. Run `make up` again. If the outputs are those of a real account, remove deployment.json "
                "beside them."
            ) from None
        raise NotDeployedError(
            f"The AWS account of {folder / 'flat-outputs.json'} can't be looked at: {error}. "
            "Give boto3 credentials (AWS_PROFILE, AWS_ACCESS_KEY_ID …), or deploy on the embedded AWS by `make up`."
        ) from None
