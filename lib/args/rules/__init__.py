"""Rules that look at several settings at once: one noun a module, each rule a function from settings to problems."""

from lib.args.validation import Rule

RULES: tuple[Rule, ...] = ()
