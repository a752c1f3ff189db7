"""The policy pack: `pulumi preview --policy-pack policy`."""

import sys
from pathlib import Path

# Pulumi runs this folder by itself, and its modules are found from the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pulumi_policy import PolicyPack

from policy.pack import policies

# This never returns: it serves the policies until the engine ends it.
PolicyPack("tapstack", policies=list(policies()))
