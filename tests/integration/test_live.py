"""What is said where there is no deployment to look at; and the reading of event patterns on the embedded AWS."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.event_pattern import matches
from tests.support.live import ROOT, NotDeployedError, read_live

OUTPUTS = {"account_id": "123456789012", "blueprint": "vpc-peering", "primary_region": "us-east-1"}


def leave(folder: Path, outputs: dict[str, Any], endpoint: str | None = None) -> Path:
    (folder / "flat-outputs.json").write_text(json.dumps(outputs))
    if endpoint:
        (folder / "deployment.json").write_text(json.dumps({"aws": "embedded", "endpoint": endpoint}))
    return folder


def test_missing_outputs_are_told_with_how_to_deploy(tmp_path: Path) -> None:
    with pytest.raises(NotDeployedError, match=r"flat-outputs\.json is missing\. Deploy first: `make up`.*`pulumi up`"):
        read_live(tmp_path)


def test_outputs_that_are_no_json_are_told(tmp_path: Path) -> None:
    (tmp_path / "flat-outputs.json").write_text("error: no stack selected")
    with pytest.raises(NotDeployedError, match=r"flat-outputs\.json is not JSON: .* Deploy first"):
        read_live(tmp_path)


def test_an_embedded_aws_that_no_longer_answers_is_not_taken_for_an_account(tmp_path: Path) -> None:
    leave(tmp_path, OUTPUTS, endpoint="http://127.0.0.1:9")
    with pytest.raises(NotDeployedError, match=r"embedded AWS at http://127\.0\.0\.1:9.* no longer answers"):
        read_live(tmp_path)


def test_outputs_of_another_account_than_the_record_beside_them_are_told(tmp_path: Path, spare_aws: str) -> None:
    leave(tmp_path, {**OUTPUTS, "account_id": "999999999999"}, endpoint=spare_aws)
    with pytest.raises(NotDeployedError, match=r"of account 9{12}, but deployment\.json beside it is of the embedded"):
        read_live(tmp_path)


def test_outputs_of_another_account_than_the_credentials_are_told(
    tmp_path: Path, spare_aws: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", spare_aws)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "other")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "other")
    assert read_live(leave(tmp_path, OUTPUTS)).embedded is False
    with pytest.raises(NotDeployedError, match=r"of account 9{12}, the credentials in use are of 123456789012"):
        read_live(leave(tmp_path, {**OUTPUTS, "account_id": "999999999999"}))


def test_a_real_account_without_credentials_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NotDeployedError, match="can't be looked at: Unable to locate credentials"):
        read_live(leave(tmp_path, OUTPUTS))


def test_looking_at_what_stands_says_once_that_nothing_does(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/integration/test_banking_vpc.py",
        "--deployed",
        "-p",
        "no:cacheprovider",
    ]
    run = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "TAP_OUTPUTS": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    told = run.stdout + run.stderr
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert told.count("is missing. Deploy first") == 1
    assert "Traceback" not in told


PATTERN = {
    "source": ["aws.ec2"],
    "detail": {
        "errorCode": [{"exists": False}],
        "$or": [{"eventName": ["DeleteRoute", "ReplaceRoute"]}, {"requestParameters": {"groupId": ["sg-1"]}}],
    },
}


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({"eventName": "ReplaceRoute"}, True),
        ({"eventName": "Other", "requestParameters": {"groupId": "sg-1"}}, True),
        ({"eventName": "Other", "requestParameters": {"groupId": "sg-2"}}, False),
        ({"eventName": "Other"}, False),
        ({"eventName": "DeleteRoute", "errorCode": "Client.Denied"}, False),
    ],
)
def test_a_pattern_matches_what_has_all_its_keys_and_one_alternative(detail: dict[str, Any], told: bool) -> None:
    assert matches(PATTERN, {"source": "aws.ec2", "detail": detail}) is told
    assert not matches(PATTERN, {"source": "aws.s3", "detail": detail})


def test_an_operator_that_is_not_understood_is_no_match_and_no_mismatch() -> None:
    with pytest.raises(NotImplementedError, match="prefix"):
        matches({"source": [{"prefix": "aws."}]}, {"source": "aws.ec2"})
