"""Runs a Pulumi program over Pulumi's own wire protocol and answers it from a recording or from an embedded AWS."""
