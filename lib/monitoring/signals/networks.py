"""Signals of networks.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html.
"""

from collections.abc import Iterator

import pulumi

from lib.monitoring.signal import Metric, Signal

FIVE_MINUTES = 300


def nat_signals(network: str, zone: str, gateway_id: pulumi.Input[str]) -> Iterator[Signal]:
    """What a NAT gateway tells.

    Args:
        network: name of the network.
        zone: zone of the gateway; `regional` for one of all zones.
        gateway_id: the gateway.
    """
    lasting = "; move traffic to another zone's gateway if it lasts" * (zone != "regional")
    for key, name, title, first in (
        (
            "ports",
            "ErrorPortAllocation",
            "Connections refused for want of ports",
            "Spread traffic over more destinations, add addresses to the gateway, or reach AWS services by endpoints.",
        ),
        (
            "drops",
            "PacketsDropCount",
            "Packets dropped",
            f"Look at the AWS Health Dashboard of the region and its zones{lasting}.",
        ),
    ):
        yield Signal(
            scope=f"nat-{network}-{zone}",
            key=key,
            title=title,
            metrics=[Metric("AWS/NATGateway", name, {"NatGatewayId": gateway_id}, "Sum")],
            threshold=0 if key == "ports" else 100,
            period=FIVE_MINUTES,
            periods=1 if key == "ports" else 3,
            first=first,
        )


def probe_signal(probe: str, target: str, metric: Metric) -> Signal:
    """What a probe tells.

    Args:
        probe: its name.
        target: what it tries: `host:port`.
        metric: its own metric, 1 while something answers.
    """
    return Signal(
        scope=f"probe-{probe}",
        key="reachable",
        title=f"Way to {target}, 1 while it is open",
        metrics=[metric],
        threshold=1,
        below=True,
        periods=3,
        # A probe that does not run sees nothing either.
        missing="breaching",
        first="Ask tap reach, or VPC Flow Logs, what blocks it: a route, a grant or a peering; then the host itself.",
    )
