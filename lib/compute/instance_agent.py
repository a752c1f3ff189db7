"""The CloudWatch agent of an instance: what it records, and where it sends that."""

from dataclasses import dataclass
from typing import Any

PACKAGE = "amazon-cloudwatch-agent"
CONFIGURATION = "/opt/aws/amazon-cloudwatch-agent/etc/configuration.json"
CONTROL = "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"
APPLICATION_LOG = "/var/log/application/application.log"
# What is worth reading of an instance that is gone: how its start went, who did what, and what it was there for.
LOG_FILES = {
    "start": "/var/log/cloud-init-output.log",
    "audit": "/var/log/audit/audit.log",
    "application": APPLICATION_LOG,
}
GROUP_DIMENSION = "AutoScalingGroupName"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceAgent:
    """The agent on each instance of a group.

    Args:
        group: name of the Auto Scaling group.
        namespace: namespace of its metrics.
        log_group: name of the log group, which exists: the agent's role may make none.
    """

    group: str
    namespace: str
    log_group: str

    @property
    def configuration(self) -> dict[str, Any]:
        """Its configuration: memory and disk in per cent, each minute, by instance and over the group; and logs.

        The group's name is written rather than asked for: asking takes ec2:DescribeTags, on everything.
        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
        CloudWatch-Agent-Configuration-File-Details.html.
        """
        dimensions = {GROUP_DIMENSION: self.group}
        measured = {"mem": ["used_percent"], "disk": ["used_percent"]}
        metrics: dict[str, dict[str, Any]] = {
            of: {"measurement": names, "append_dimensions": dimensions} for of, names in measured.items()
        }
        metrics["disk"] |= {"resources": ["/"], "drop_device": True}
        return {
            "agent": {"metrics_collection_interval": 60},
            "metrics": {
                "namespace": self.namespace,
                "metrics_collected": metrics,
                "aggregation_dimensions": [[GROUP_DIMENSION]],
            },
            "logs": {
                "logs_collected": {
                    "files": {
                        "collect_list": [
                            {
                                "file_path": path,
                                "log_group_name": self.log_group,
                                "log_stream_name": f"{{instance_id}}/{stream}",
                            }
                            for stream, path in LOG_FILES.items()
                        ]
                    }
                }
            },
        }

    @property
    def start(self) -> list[str]:
        """The command that gives it its configuration and starts it, now and at every boot."""
        return [CONTROL, "-a", "fetch-config", "-m", "ec2", "-s", "-c", f"file:{CONFIGURATION}"]
