"""Addresses: sets of IPv4 addresses as sorted, disjoint, inclusive ranges of whole numbers. Pure."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, summarize_address_range

Range = tuple[int, int]
Addresses = tuple[Range, ...]

NONE: Addresses = ()
# What never stands in the internet: https://www.iana.org/assignments/iana-ipv4-special-registry/
_SPECIAL = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"),
)
_SHOWN = 4


@lru_cache(maxsize=4096)
def block(cidr: str) -> Range:
    """The addresses of a CIDR block; ValueError for what is none."""
    network = IPv4Network(cidr, strict=False)
    return int(network.network_address), int(network.broadcast_address)


def of(cidrs: Iterable[str]) -> Addresses:
    """The addresses of some CIDR blocks."""
    return union(tuple(block(cidr) for cidr in cidrs))


def union(*sets: Addresses) -> Addresses:
    """The addresses in any of the sets; one given alone need not be in order."""
    merged: list[Range] = []
    for low, high in sorted(piece for each in sets for piece in each):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def common(one: Addresses, other: Addresses) -> Addresses:
    """The addresses in both."""
    found = ((max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other)
    return tuple(piece for piece in found if piece[0] <= piece[1])


def without(one: Addresses, other: Addresses) -> Addresses:
    """The addresses of the first that are not in the second."""
    left = one
    for low, high in other:
        left = tuple(
            piece for a, b in left for piece in ((a, min(b, low - 1)), (max(a, high + 1), b)) if piece[0] <= piece[1]
        )
    return left


@lru_cache(maxsize=4096)
def text(addresses: Addresses) -> str:
    """The addresses as CIDR blocks; many of them shortened, and all of the internet by its name."""
    if addresses == INTERNET:
        return "the internet"
    blocks = [
        str(network)
        for low, high in addresses
        for network in summarize_address_range(IPv4Address(low), IPv4Address(high))
    ]
    more = [f"{len(blocks) - _SHOWN} more"] if len(blocks) > _SHOWN else []
    return ", ".join((*blocks[:_SHOWN], *more))


EVERYWHERE: Addresses = ((0, 2**32 - 1),)
INTERNET: Addresses = without(EVERYWHERE, of(_SPECIAL))
