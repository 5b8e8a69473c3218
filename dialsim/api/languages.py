"""The language option of the Python API."""

from __future__ import annotations

from typing import Any, get_args

from dialsim.errors import Problem, ScenarioError, shown
from dialsim.scenario.profiles.reasons import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


def language_fault(option: str, language: Any) -> Problem | None:
    """Return what is wrong with the language given for an option; None if nothing."""
    if isinstance(language, str) and language in LANGUAGES:
        return None
    allowed = ", ".join(LANGUAGES)
    return Problem(option, "no such language", found=shown(language), allowed=allowed)


def language_of(option: str, language: Any) -> Language:
    """Return the language given for an option.

    Raises
    ------
    ScenarioError
        Nothing is written in it.

    Examples
    --------
    >>> language_of("language", "zh")
    'zh'
    """
    fault = language_fault(option, language)
    if fault is not None:
        raise ScenarioError([fault])
    known: Language = language
    return known
