"""Answers a program from nothing: no server, no account, the same answers every time."""

from tap.recording.recording import Recording
from tap.recording.vpcs import ExistingSubnet, ExistingVpc, assumed

__all__ = ["ExistingSubnet", "ExistingVpc", "Recording", "assumed"]
