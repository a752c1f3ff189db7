"""The base of every component."""

from collections.abc import Sequence

import pulumi


class Component(pulumi.ComponentResource):
    """A component of TapStack: children are made with `opts=self.child()`, and inherit its provider by that.

    Args:
        type_: `tap:<folder>:<Class>`.
        name: logical name, unique among its siblings of the type.
        opts: options of the component; `provider` puts its children into a region.
    """

    def __init__(self, type_: str, name: str, opts: pulumi.ResourceOptions | None) -> None:
        super().__init__(type_, name, {}, opts)

    def child(
        self,
        *,
        provider: pulumi.ProviderResource | None = None,
        depends_on: Sequence[pulumi.Resource] | None = None,
        protect: bool | None = None,
        ignore_changes: Sequence[str] | None = None,
    ) -> pulumi.ResourceOptions:
        """Options of a child.

        Args:
            provider: provider of another region than the component's own.
            depends_on: what AWS needs first and no reference shows.
            protect: refuse its destruction by Pulumi.
            ignore_changes: properties that AWS or an operator changes after creation, and no deployment undoes.
        """
        return pulumi.ResourceOptions(
            parent=self,
            provider=provider,
            depends_on=depends_on,
            protect=protect,
            ignore_changes=None if ignore_changes is None else list(ignore_changes),
        )
