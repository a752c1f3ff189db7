"""TapStack: AWS infrastructure as components, behind validated settings."""

__version__ = "0.1.0"
