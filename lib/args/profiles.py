"""Profiles: defaults that depend on how much a stack has to lose. They lie beneath everything that a user writes."""

from collections.abc import Mapping
from typing import Any

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "dev": {
        "protection": {
            "deletion_protection": False,
            "force_destroy": True,
            "key_deletion_days": 7,
            "secret_recovery_days": 0,
            "log_retention_days": 30,
            "backup_retention_days": 7,
        },
        "monitoring": {"thresholds": {"server_errors": 50, "throttles": 50}},
    },
    "prod": {
        "protection": {
            "deletion_protection": True,
            "force_destroy": False,
            "key_deletion_days": 30,
            "secret_recovery_days": 30,
            "log_retention_days": 365,
            "backup_retention_days": 35,
        },
        "monitoring": {"thresholds": {"cpu_percent": 80, "memory_percent": 80, "server_errors": 5, "throttles": 5}},
    },
}
