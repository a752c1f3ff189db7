"""Rules on outputs: what other programs read is that of one thing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

_BALANCED = ("url", "load_balancer_arn", "load_balancer_dns_name", "target_group_arn")
# What each thing of a section gives, behind its name.
OUTPUTS: Mapping[str, Sequence[str]] = {
    "databases": (
        *("cluster_id", "cluster_arn", "endpoint", "reader_endpoint", "port", "name", "secret_arn"),
        "global_cluster_id",
    ),
    "tables": ("table_name", "table_arn"),
    "buckets": ("bucket_name", "bucket_arn", "replica_bucket_name", "replica_bucket_arn"),
    "secrets": ("secret_arn",),
    "parameters": ("parameter_name",),
    "queues": ("queue_url", "queue_arn", "dead_letter_queue_url", "dead_letter_queue_arn"),
    "caches": (
        *("endpoint", "reader_endpoint", "port", "replication_group_id", "auth_token_secret_arn"),
        "log_group_name",
    ),
    "services": (
        *("cluster_name", "service_name", "log_group_name", "task_role_arn", "execution_role_arn"),
        *_BALANCED,
    ),
    "fleets": ("auto_scaling_group_name", "auto_scaling_group_arn", "log_group_name", *_BALANCED),
}
# What a part of an API gives, behind the API's name and its network's; and a copy of a database.
OF_APIS = ("endpoint", "api_id", "function_name", "log_group_name", "access_log_group_name")
OF_COPIES = ("cluster_id", "cluster_arn", "reader_endpoint")


def possible_outputs(args: "TapStackArgs") -> Iterator[tuple[str, str]]:
    """What data and workloads may give: the path of the settings that it comes from, and the output."""
    for section, keys in OUTPUTS.items():
        for name in getattr(args, section):
            yield from ((place(section, name), _output(name, key)) for key in keys)
    for name, database in args.databases.items():
        for network in database.secondary_networks:
            yield from ((place("databases", name), _output(name, network, key)) for key in OF_COPIES)
    for name, api in args.apis.items():
        for network in api.networks:
            yield from ((place("apis", name), _output(name, network, key)) for key in OF_APIS)


def _output(*parts: str) -> str:
    return "_".join(parts).replace("-", "_")


def outputs_differ(args: "TapStackArgs") -> Iterable[Problem]:
    """No two things give the same output, of which one would be lost without a word.

    Two of one section would get the same AWS names too, which is told already.
    """
    owners: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for path, output in possible_outputs(args):
        owner = owners.setdefault(output, path)
        # What clashes in one output does so in several.
        if owner.split(".")[0] != path.split(".")[0] and (owner, path) not in told:
            told.add((owner, path))
            rule = f"gives the output {output}, which {owner} gives already"
            yield Problem(path, rule, None, "Rename one of the two; '_' and '-' count as the same.")
