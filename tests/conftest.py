"""What all tests share."""

import pytest
from hypothesis import settings

# A slow machine is no reason to fail; nothing here is timed.
settings.register_profile("tap", deadline=None, print_blob=True)
settings.load_profile("tap")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deployed",
        action="store_true",
        help="integration tests look at what cfn-outputs/flat-outputs.json (or that file in TAP_OUTPUTS) tells of",
    )
