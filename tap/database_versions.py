"""The versions of Aurora PostgreSQL that both answering sides offer, as AWS's look-up describes them."""

from collections.abc import Mapping
from typing import Any

from tap.engine.answers import AnswerError

# Minor versions by major: the first and the newest.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/
MINORS = {13: (9, 21), 14: (6, 18), 15: (2, 13), 16: (1, 9), 17: (4, 5)}


def engine_version(args: Mapping[str, Any], region: str) -> Mapping[str, Any]:
    """Answer `aws:rds/getEngineVersion:getEngineVersion`: the newest version that fits `version`, exact or major.

    Raises:
        AnswerError: none does.
    """
    wanted = str(args.get("version") or "")
    fitting = [
        (major, minor)
        for major, (first, newest) in MINORS.items()
        for minor in range(first, newest + 1)
        if args["engine"] == "aurora-postgresql" and wanted in ("", str(major), f"{major}.{minor}")
    ]
    if not fitting:
        raise AnswerError("no RDS engine versions match the criteria")
    major, minor = max(fitting)
    return {
        **args,
        "id": f"{major}.{minor}",
        "region": region,
        "defaultCharacterSet": "",
        "engineDescription": "Aurora PostgreSQL",
        "exportableLogTypes": ["postgresql"],
        "parameterGroupFamily": f"aurora-postgresql{major}",
        "status": "available",
        "supportedCharacterSets": [],
        "supportedFeatureNames": [],
        "supportedModes": ["provisioned"],
        "supportedTimezones": [],
        "supportsCertificateRotationWithoutRestart": True,
        "supportsGlobalDatabases": True,
        "supportsIntegrations": True,
        "supportsLimitlessDatabase": False,
        "supportsLocalWriteForwarding": True,
        "supportsLogExportsToCloudwatch": True,
        "supportsParallelQuery": False,
        "supportsReadReplica": False,
        "validMajorTargets": [],
        "validMinorTargets": [],
        "validUpgradeTargets": [],
        "version": f"{major}.{minor}",
        "versionActual": f"{major}.{minor}",
        "versionDescription": f"Aurora PostgreSQL (compatible with PostgreSQL {major}.{minor})",
    }
