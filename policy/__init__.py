"""Security rules over recorded resources, the same for the policy pack, for `python -m tap policy` and for tests."""
