"""Secrets and parameters: values that workloads read when they run."""
