"""The topology of a Plan as a Mermaid flowchart, which GitHub draws."""

from tap.picture.drawing import picture

__all__ = ["picture"]
