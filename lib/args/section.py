"""The base of every settings model."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from lib.args.problems import Problem, SettingsError
from lib.args.validation import Rule, problems_of


class Section(BaseModel):
    """A part of the settings: frozen, closed to unknown keys, documented field by field.

    Raises:
        SettingsError: with every problem at once, however the section is made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, use_attribute_docstrings=False)

    # Rules that look at whatever parsed, and rules that can only look at settings which break none of the others.
    rules: ClassVar[tuple[Rule, ...]] = ()
    last_rules: ClassVar[tuple[Rule, ...]] = ()
    stand_ins: ClassVar[Mapping[str, Any]] = {}
    # Keys that one may well expect here, with what to do instead.
    elsewhere: ClassVar[Mapping[str, str]] = {}

    def __init__(self, /, **settings: Any) -> None:
        completed = self.completed(settings)
        if problems := problems_of(type(self), completed, self.rules, self.stand_ins):
            raise SettingsError(problems)
        super().__init__(**completed)
        if problems := [problem for rule in self.last_rules for problem in rule(self)]:
            raise SettingsError(problems)

    # Marks the constructor as pydantic's own, so that a section inside another is validated as part of the whole and
    # its problems are found together with the rest.
    __init__.__pydantic_base_init__ = True  # pyright: ignore[reportFunctionMemberAccess]

    @classmethod
    def completed(cls, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """The settings, with what depends on several of them filled in; a section alone adds nothing."""
        return settings

    @classmethod
    def model_validate(cls, obj: Any, *_: Any, **__: Any) -> Self:
        """The section made from a mapping.

        Raises:
            SettingsError: with every problem at once.
        """
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise SettingsError([Problem("settings", "must be a map of keys and values", obj, "Write key: value.")])
        return cls(**{str(key): value for key, value in obj.items()})  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
