"""What unit tests share."""

from tests.support.quick import _no_settings_from_outside, _plans_of_all_workers, pytest_collection_finish

__all__ = ["_no_settings_from_outside", "_plans_of_all_workers", "pytest_collection_finish"]
