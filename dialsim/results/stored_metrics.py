"""Metrics as a summary holds them."""

from __future__ import annotations

from dialsim.results.summary_types.summary import Summary

__all__ = ["count_of"]


def count_of(summary: Summary, key: str) -> int:
    """Return a metric that counts something, and so always has a value.

    >>> count_of({"metrics": {"attempts": {"value": 120}}}, "attempts")
    120
    """
    value = summary["metrics"][key]["value"]
    assert value is not None  # a count divides by nothing
    return int(value)
