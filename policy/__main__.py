"""The policy pack: `pulumi preview --policy-pack policy`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Pulumi runs this folder by itself, and puts it first on the path, where its modules would stand before those of Python
# that bear their names. They are found from the folder above.
sys.path[:] = [str(HERE.parent), *(each for each in sys.path if Path(each).resolve() != HERE)]

from pulumi_policy import PolicyPack  # noqa: E402

from policy.pack import policies  # noqa: E402

# This never returns: it serves the policies until the engine ends it.
PolicyPack("tapstack", policies=list(policies()))
