"""Grants: what may talk to what, written once."""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field, StrictStr

from lib.args.scalars import Port, RuleDescription
from lib.args.section import Section

End = Annotated[StrictStr, Field(min_length=1)]


class GrantArgs(Section):
    """Leave for one end to open connections to another: security-group rules, ACL rules and routes come from it.

    Ends inside a network: `internet`, `vpc`, a tier, a security group, a CIDR block, `endpoints` (the network's
    interface endpoints), `s3` or `dynamodb` (its gateway endpoints). Ends between networks: `network.tier`.
    In Python the ends are `source` and `target`, since `from` is a keyword.
    """

    source: End = Field(validation_alias=AliasChoices("from", "source"), description="Who opens the connection.")
    target: End = Field(validation_alias=AliasChoices("to", "target"), description="Who accepts the connection.")
    port: Port = Field(description="Port that the target listens on, 1 to 65535.")
    protocol: Literal["tcp", "udp"] = Field(default="tcp", description="Transport protocol.")
    description: RuleDescription = Field(default="", description="Why the grant exists; on every rule made from it.")
