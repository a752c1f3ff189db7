"""Rules on buckets: where they and their replicas are, and what becomes of old versions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.placement import region_of
from lib.args.problems import Problem, place
from lib.args.rules.references import unknown

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
DAYS_IN_INFREQUENT_ACCESS = 30


def buckets_have_known_networks(args: "TapStackArgs") -> Iterable[Problem]:
    """A bucket and its replica name networks."""
    for name, bucket in args.buckets.items():
        for key, network in (("network", bucket.network), ("replicate_to", bucket.replicate_to)):
            if network is not None and network not in args.networks:
                at = place("buckets", name, key)
                yield unknown(at, "a network", network, args.networks, place("networks", network))


def buckets_replicate_to_other_regions(args: "TapStackArgs") -> Iterable[Problem]:
    """A replica in the bucket's own region would be lost with it."""
    for name, bucket in args.buckets.items():
        home = region_of(args, bucket.network)
        known = {None, *args.networks} >= {bucket.network, bucket.replicate_to}
        if known and bucket.replicate_to and region_of(args, bucket.replicate_to) == home:
            rule = f"must be in another region than the bucket, which is in {home} too"
            others = [network for network in args.networks if region_of(args, network) != home]
            remedy = f"Name {' or '.join(sorted(others))}." if others else "Add a network in another region."
            networks = (bucket.network or "", bucket.replicate_to)
            basis = ("region", place("buckets", name, "network"), *(place("networks", n, "region") for n in networks))
            yield Problem(place("buckets", name, "replicate_to"), rule, bucket.replicate_to, remedy, basis)


def lifecycles_ascend(args: "TapStackArgs") -> Iterable[Problem]:
    """Old versions stay 30 days in STANDARD_IA at least, and come to GLACIER before they are gone."""
    for name, bucket in args.buckets.items():
        days = bucket.lifecycle
        at = place("buckets", name, "lifecycle")
        earliest = days.infrequent_access_days + DAYS_IN_INFREQUENT_ACCESS
        basis = (f"{at}.infrequent_access_days", f"{at}.glacier_days")
        if days.glacier_days < earliest:
            rule = f"must be {earliest} or more, {DAYS_IN_INFREQUENT_ACCESS} after infrequent_access_days"
            yield Problem(f"{at}.glacier_days", rule, days.glacier_days, f"Use {earliest}.", basis[:1])
        if days.expire_days <= days.glacier_days:
            rule = f"must be more than glacier_days, which is {days.glacier_days}"
            latest = max(days.glacier_days, earliest) + 1
            yield Problem(f"{at}.expire_days", rule, days.expire_days, f"Use {latest} or more.", basis)
