"""The program that `pulumi up` runs: settings in, TapStack, outputs out."""

import gc

import pulumi

from lib.args.loading import load
from lib.args.problems import SettingsError
from lib.tap_stack import TapStack

# The program lives for seconds, and what it has imported just as long: full collections would only walk it in vain.
gc.freeze()
gc.set_threshold(10_000, 10, 1_000)

try:
    stack = TapStack("tapstack", load())
except SettingsError as error:
    # What the user wrote is at fault, not the program: the list of problems, no traceback.
    raise pulumi.RunError(str(error)) from None

for key, value in stack.outputs.items():
    pulumi.export(key, value)
