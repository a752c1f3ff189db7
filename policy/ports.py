"""Blocks and ports of rules: what counts as the world, and what a range covers."""

import ipaddress
from typing import Any

# The widest blocks that are no part of the world's halves and quarters: a rule for 0.0.0.0/1 and one for 128.0.0.0/1
# are one for 0.0.0.0/0.
WIDEST = {4: 8, 6: 16}
ALL_PROTOCOLS = ("-1", "all")
TCP = ("tcp", "6")


def is_world(block: Any) -> bool:
    """Whether a CIDR block is so wide that it stands for anybody on the internet."""
    try:
        network = ipaddress.ip_network(str(block), strict=False)
    except ValueError:
        return False
    return network.prefixlen < WIDEST[network.version]


def covers(protocol: str, first: Any, last: Any, port: int) -> bool:
    """Whether a rule of this protocol and range is about a TCP port; without a range it is about all of them."""
    if protocol.lower() in ALL_PROTOCOLS:
        return True
    if protocol.lower() not in TCP:
        return False
    if first is None or last is None:
        return True
    return first <= port <= last
