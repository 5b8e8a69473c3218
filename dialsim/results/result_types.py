"""What types of results have in common: their keys are fixed, and each is described."""

from __future__ import annotations

from pydantic import ConfigDict

__all__ = ["CLOSED"]

CLOSED = ConfigDict(extra="forbid", use_attribute_docstrings=True)
"""Of a result with fixed keys: no others, and each described by the text below it."""
