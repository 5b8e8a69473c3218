"""The summary of a run folder, read by its schema: what it gives, every reader can rely on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from dialsim.errors import Problem, ScenarioError
from dialsim.messages.text import joined, message
from dialsim.outcomes import reader
from dialsim.outcomes.checked import SUMMARY
from dialsim.results.summary_types.summary import Summary
from dialsim.summary.schema import summary_faults

T = TypeVar("T")
SHOWN = 5
"""Faults that one sentence names."""


def read_summary(folder: Path) -> Summary:
    """Return the summary of a run folder, with every key of the form that its schema says.

    Raises
    ------
    ScenarioError
        There is none, or it cannot be read, or is damaged: the keys are named.
    """
    summary = reader.read_summary(folder)
    check_summary(summary, str(folder))
    return cast(Summary, summary)  # as was checked


def check_summary(summary: Mapping[str, Any], file: str | None = None) -> None:
    """See whether a summary holds everything that a reader of it needs.

    Raises
    ------
    ScenarioError
        The keys that are missing or have another form are named.
    """
    faults = summary_faults(summary)
    if faults:
        left = len(faults) - SHOWN
        more = [message("and {count} more").filled(count=left)] if left > 0 else []
        sentence = message("{summary} is damaged: {fault}").filled(
            summary=SUMMARY, fault=joined("; ", [*faults[:SHOWN], *more])
        )
        raise ScenarioError([Problem("", sentence, remedy=message("run it again"), file=file)])


def needed(found: T | None, key: str) -> T:
    """Return what a summary has under a key that only some readers need.

    Parameters
    ----------
    found
        What it has there; None: it is missing.

    Raises
    ------
    ScenarioError
        It is missing, as in summaries of earlier versions.
    """
    if found is None:
        sentence = message("{summary} does not say what this takes: {key}: is missing").filled(
            summary=SUMMARY, key=key
        )
        raise ScenarioError([Problem("", sentence, remedy=message("run it again"))])
    return found
