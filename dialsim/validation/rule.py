"""One comparison without chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One rule, played and counted.

    Attributes
    ----------
    name, given
        The rule, and what comes up against it.
    expected, found
        What is to happen, and what the engine did, as text.
    source
        Who documents the rule.
    """

    name: str
    given: str
    expected: str
    found: str
    source: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "rule": self.name,
            "given": self.given,
            "expected": self.expected,
            "found": self.found,
            "source": self.source,
            "agrees": self.expected == self.found,
        }
