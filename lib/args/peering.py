"""Settings of peerings between networks."""

from typing import Annotated

from pydantic import Field, StrictBool

from lib.args.grant import GrantArgs
from lib.args.scalars import Name
from lib.args.section import Section


class PeeringArgs(Section):
    """A VPC peering connection between two networks of the stack; the first is the requester."""

    between: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)] = Field(
        description="The two networks, requester first."
    )
    allow: tuple[GrantArgs, ...] = Field(default=(), description="Grants between the two, ends as `network.tier`.")
    dns: StrictBool = Field(default=True, description="Resolve each other's public host names to private addresses.")
    primary: StrictBool = Field(
        default=False, description="Also export this peering's outputs without its name as prefix."
    )


class MeshArgs(Section):
    """A peering between every two of its members."""

    members: Annotated[tuple[Name, ...], Field(min_length=2)] = Field(description="Networks to peer with each other.")
    allow: tuple[GrantArgs, ...] = Field(default=(), description="Grants between members, ends as `network.tier`.")
    dns: StrictBool = Field(default=True, description="Resolve each other's public host names to private addresses.")
