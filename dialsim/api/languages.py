"""The language option of the Python API."""

from __future__ import annotations

from typing import Any

from dialsim.errors import Problem, ScenarioError, shown
from dialsim.messages.catalogue import Language, languages
from dialsim.messages.text import message

LANGUAGES = languages()


def language_fault(option: str, language: Any) -> Problem | None:
    """Return the fault of the language given for an option; None if it is valid."""
    if isinstance(language, str) and language in LANGUAGES:
        return None
    allowed = ", ".join(LANGUAGES)
    return Problem(option, message("no such language"), found=shown(language), allowed=allowed)


def language_of(option: str, language: Any) -> Language:
    """Return the language given for an option.

    Raises
    ------
    ScenarioError
        The language is not supported.

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
