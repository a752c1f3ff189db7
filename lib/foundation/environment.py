"""What every component of one stack knows about it: its names, its tags and how it protects data."""

from dataclasses import dataclass, replace

from lib.args.monitoring import ProtectionArgs
from lib.args.placement import Place
from lib.args.stack import TapStackArgs
from lib.foundation.naming import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The environment of one stack.

    Args:
        names: maker of AWS names.
        protection: how hard the stack is to destroy, and how long it remembers.
        account_id: 12-digit id of the account that things are made in: the stack's own, save `within` another place.
    """

    names: Names
    protection: ProtectionArgs
    account_id: str

    @classmethod
    def of(cls, args: TapStackArgs, account_id: str) -> "Environment":
        """The environment that these settings describe, in that account."""
        return cls(
            names=Names(args.application, args.environment_suffix), protection=args.protection, account_id=account_id
        )

    def within(self, place: Place) -> "Environment":
        """The same environment in the account of a place."""
        return replace(self, account_id=place.account_id or self.account_id)

    def tags(self, resource_type: str, name: str, purpose: str | None = None) -> dict[str, str]:
        """A resource's own tags; the common ones come from its provider.

        Args:
            resource_type: what it is in AWS's words, such as `VPC`.
            name: its AWS name.
            purpose: what it is there for, where the name does not say.
        """
        return {"Name": name, "ResourceType": resource_type, **({"Purpose": purpose} if purpose else {})}


def partition(region: str) -> str:
    """The partition of a region, second part of every ARN: `aws`, `aws-cn` or `aws-us-gov`."""
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rsplit("-", 2)[0], "aws")


def arn_in(region: str, arn: str) -> str:
    """The ARN of a thing's replica in a region: AWS gives a secret's and a table's the same name there."""
    return ":".join([*arn.split(":")[:3], region, *arn.split(":")[4:]])


def dns_suffix(region: str) -> str:
    """The domain of the region's service principals and endpoints."""
    return "amazonaws.com.cn" if partition(region) == "aws-cn" else "amazonaws.com"


def global_region(region: str) -> str:
    """The region of the partition where Route 53's metrics and query logs are.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html.
    """
    return {"aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}.get(partition(region), "us-east-1")
