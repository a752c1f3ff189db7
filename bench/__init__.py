"""Measures what the library costs over Pulumi itself, how it grows, and how fast the embedded AWS is."""
