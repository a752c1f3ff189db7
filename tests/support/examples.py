"""How Hypothesis looks for examples in these tests: imported where it is used, since it takes long to import."""

from hypothesis import settings

# A slow machine is no reason to fail; nothing here is timed.
settings.register_profile("tap", deadline=None, print_blob=True)
settings.load_profile("tap")
