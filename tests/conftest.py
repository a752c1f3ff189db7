"""What all tests share."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deployed",
        action="store_true",
        help="integration tests look at what cfn-outputs/flat-outputs.json (or that file in TAP_OUTPUTS) tells of",
    )
