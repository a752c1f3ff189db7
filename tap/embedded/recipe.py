"""Recipes: how a Pulumi type becomes API calls, as data.

Every text in a recipe that holds a name in braces (`{id}`) is a template over what is known of the resource: its
state (inputs, the response's plain values, outputs so far) and `id`, `region`, `account`, `partition`, `suffix`. Any
other text that says where to find something is a JMESPath into a response.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tap.embedded.creation import Creation

Hook = Callable[["Creation"], None]


def _nothing(_: "Creation") -> None:
    """No hook."""


@dataclass(frozen=True, slots=True)
class Step:
    """A further call after the creating one.

    Args:
        operation: `modify_vpc_attribute`, or `ec2.modify_vpc_attribute` where the service is another one.
        takes: inputs that it consumes; where any are named and none is given, the step is left out.
        send: parameters by their API name; templates. In a list, an entry alone stands for the list of one.
        finds: outputs by name, as JMESPath into the response.
    """

    operation: str
    takes: tuple[str, ...] = ()
    send: Mapping[str, Any] = field(default_factory=dict[str, Any])
    finds: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a resource of one type is made.

    Args:
        operation: `service.operation` that creates it; it takes every input that nothing else takes.
        id: where the response has its id (below `root`), or a template; "" where a hook sets it.
        root: where in the response the resource is described; its plain values become outputs by name. Without it no
            value does, and paths start at the response itself.
        outputs: further outputs: templates, or JMESPath below `root`.
        assumes: inputs where the program gives none, as the provider itself assumes them.
        defaults: outputs where neither inputs nor response say otherwise; also what AWS leaves empty.
        renames: inputs that the API calls by a name that cannot be matched.
        ignores: inputs that are the provider's own business.
        under: parameter (dotted path) that all inputs but `beside` belong under.
        attributes: inputs that go into the operation's `Attributes` map, under their own name in upper camel case.
        send: parameters set besides; templates.
        steps: further calls, in order.
        named: the input that names the resource in AWS; generated where it is not given.
        longest: limit of that name, characters.
        tagged: whether the type has tags where the operation has no parameter for them (they are put on after).
        lists_tags: whether its tags are a list in a form of the type's own, to which its provider adds none.
        prepare: a hook before the call, on `Creation.left`; where it pretends the call, none is made.
        hooked: inputs that `finish` takes, kept from the creating call.
        finish: a hook after the last call.
    """

    operation: str = ""
    id: str = ""
    root: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    assumes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])
    renames: Mapping[str, str] = field(default_factory=dict[str, str])
    ignores: tuple[str, ...] = ()
    under: str = ""
    beside: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    send: Mapping[str, Any] = field(default_factory=dict[str, Any])
    steps: tuple[Step, ...] = ()
    named: str = ""
    longest: int = 255
    tagged: bool = False
    lists_tags: bool = False
    prepare: Hook = _nothing
    hooked: tuple[str, ...] = ()
    finish: Hook = _nothing
