"""What all tests share."""

from hypothesis import settings

# A slow machine is no reason to fail; nothing here is timed.
settings.register_profile("tap", deadline=None, print_blob=True)
settings.load_profile("tap")
