"""Opens a connection and tells by a metric whether the other side answered.

The metric is written into the function's log in CloudWatch's embedded metric format: from a tier without a way out a
function's log is the only thing that reaches CloudWatch.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

Environment: `HOST`, `PORT`, `METRIC_NAMESPACE`, `METRIC_NAME`.
"""

import json
import os
import socket
import time
from typing import Any

# Seconds; a peer in another region answers in well under one.
PATIENCE = 5


def handler(event: object, context: object) -> dict[str, Any]:
    """Probe once.

    Args:
        event: what the schedule sends; not looked at.
        context: Lambda's own; not looked at.

    Returns:
        `reachable` (1 or 0) and `detail`.
    """
    del event, context
    reachable, detail = probe(os.environ["HOST"], int(os.environ["PORT"]))
    name = os.environ["METRIC_NAME"]
    told: dict[str, Any] = {
        "Namespace": os.environ["METRIC_NAMESPACE"],
        "Dimensions": [[]],
        "Metrics": [{"Name": name}],
    }
    metric: dict[str, Any] = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [told]},
        name: reachable,
    }
    print(json.dumps({**metric, "detail": detail}))
    return {"reachable": reachable, "detail": detail}


def probe(host: str, port: int) -> tuple[int, str]:
    """Whether a host answers: 1, also where it refuses the connection; 0 where nothing comes back; and the detail."""
    try:
        with socket.create_connection((host, port), timeout=PATIENCE):
            return 1, "connected"
    except ConnectionRefusedError:
        # Nobody listens, but the way there and back is open.
        return 1, "refused"
    except socket.gaierror as error:
        return 0, f"{host} has no address: {error.strerror}"
    except OSError as error:
        return 0, str(error) or type(error).__name__
