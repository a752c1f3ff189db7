"""Settings of when an alarm fires."""

from typing import Annotated

from pydantic import Field, StrictFloat, StrictInt

from lib.args.section import Section

Percent = Annotated[StrictInt, Field(ge=1, le=100)]
Count = Annotated[StrictInt, Field(ge=0)]
Milliseconds = Annotated[StrictInt, Field(ge=1)]
Seconds = Annotated[StrictInt, Field(ge=1)]


class ThresholdsArgs(Section):
    """From where on each kind of signal is news. Defaults come from the profile."""

    cpu_percent: Percent = Field(default=90, description="CPU use of databases, services and fleets.")
    memory_percent: Percent = Field(default=90, description="Memory use of services and caches.")
    database_connections: Annotated[StrictInt, Field(ge=1)] = Field(
        default=400, description="Connections to a database's cluster, on average over its instances."
    )
    database_free_memory_mib: Annotated[StrictInt, Field(ge=1)] = Field(
        default=256, description="Memory left on a database's instances, MiB."
    )
    replica_lag_ms: Milliseconds = Field(default=1000, description="Readers of a cluster behind its writer.")
    recovery_lag_ms: Milliseconds = Field(
        default=30000, description="A Global Database's copy behind its writer: what a failover would lose."
    )
    table_lag_ms: Milliseconds = Field(default=30000, description="A table's replica behind.")
    bucket_lag_seconds: Seconds = Field(default=1800, description="A bucket's replica behind.")
    bucket_pending: Count = Field(default=1000, description="Objects that wait for their replication.")
    throttles: Count = Field(default=10, description="Requests refused for load, in five minutes.")
    server_errors: Count = Field(default=10, description="Answers 5xx, or function errors, in five minutes.")
    latency_seconds: Annotated[StrictFloat, Field(ge=0.1, le=60)] = Field(
        default=2, description="Answer time of the slowest 5 % of requests."
    )
    queue_age_seconds: Seconds = Field(default=900, description="Age of the oldest message in a queue.")
    cache_evictions: Count = Field(default=100, description="Entries that a full cache gave up, in five minutes.")
