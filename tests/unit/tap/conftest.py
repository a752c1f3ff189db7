"""Before any of these tests is read: what is read takes over the profile of its time."""

import tests.support.examples  # noqa: F401
