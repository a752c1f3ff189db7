"""Settings of probes."""

import hashlib
from typing import Annotated

from pydantic import AliasChoices, Field, StrictStr

from lib.args.scalars import Host, Port
from lib.args.section import Section

End = Annotated[StrictStr, Field(min_length=1)]


class ProbeArgs(Section):
    """A connection that is tried every minute from inside a network. In Python `from` is `source`."""

    source: End = Field(
        validation_alias=AliasChoices("from", "source"), description="Tier that it is tried from: network.tier."
    )
    host: Host = Field(description="Host name or address that is tried.")
    port: Port = Field(description="Port that is tried; a refused connection counts as an answer.")

    @property
    def network(self) -> str:
        """Network that it is tried from."""
        return self.source.partition(".")[0]

    @property
    def tier(self) -> str:
        """Tier that it is tried from; "" where none is named."""
        return self.source.partition(".")[2]

    @property
    def name(self) -> str:
        """What tells it from others, whatever their order: `payment-app-443-1a2b3c`."""
        digest = hashlib.sha256(f"{self.host}:{self.port}".encode()).hexdigest()[:6]
        return f"{self.network}-{self.tier}-{self.port}-{digest}"
