"""User data: what a new instance does at its first start, as cloud-init reads it."""

import base64
import json
import posixpath
from collections.abc import Mapping, Sequence

from lib.compute.instance_agent import APPLICATION_LOG, CONFIGURATION, PACKAGE, InstanceAgent

ENVIRONMENT = "/etc/application.env"


def user_data(agent: InstanceAgent, environment: Mapping[str, str], commands: Sequence[str]) -> str:
    """The user data of a launch template, in Base64.

    It installs and starts the CloudWatch agent, writes where things are to `/etc/application.env` (lines that systemd
    and a shell read alike), and then runs the application's commands. JSON is YAML, so nothing in it needs quoting.
    Sources: https://docs.cloud-init.io/en/latest/explanation/format.html,
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html.

    Args:
        agent: the agent.
        environment: where the application finds things; nothing secret, since user data can be read by whoever may
            describe instances.
        commands: the application's own, for a shell; the last to run.
    """
    written = {
        CONFIGURATION: json.dumps(agent.configuration, sort_keys=True),
        ENVIRONMENT: "".join(f"{name}={json.dumps(environment[name])}\n" for name in sorted(environment)),
    }
    configuration = {
        "packages": [PACKAGE],
        "write_files": [{"path": path, "content": content, "permissions": "0644"} for path, content in written.items()],
        "runcmd": [["mkdir", "-p", posixpath.dirname(APPLICATION_LOG)], agent.start, *commands],
    }
    return base64.b64encode(f"#cloud-config\n{json.dumps(configuration)}\n".encode()).decode()
