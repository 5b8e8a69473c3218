"""Explanations of a run: an intervention, the history of a caller ID or of a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dialsim.api.explaining import explained
from dialsim.api.results import Run, load_run
from dialsim.messages.catalogue import Language

if TYPE_CHECKING:
    from dialsim.explanations.person_result import Explained


def explain_run(
    run: Run | str | Path,
    *,
    intervention: int | str | None = None,
    caller: int | str | None = None,
    person: int | str | None = None,
    language: Language = "en",
) -> Explained:
    """Return why the network acted, or the history of a caller ID or a person.

    Parameters
    ----------
    run
        A run, or its folder. It must have kept its call log.
    intervention
        Row of ``interventions``, from 0.
    caller
        A caller ID: its number in the run, from 1, its number range and ordinal (``"north/12"``),
        or its name in the tables (``"north-012"``).
    person
        Column `person` of the tables, from 0; or the pseudonym, if the run has these.
    language
        Of names and sentences.

    Returns
    -------
    dict
        As :func:`dialsim.explanations.intervention_trace.intervention_trace`,
        :func:`dialsim.explanations.caller_life.timeline` or
        :func:`dialsim.explanations.person_history.story`; without a selection, the list of
        interventions in brief. Each with ``run`` (name, seed, folder, complete, reached, note).

    Raises
    ------
    ScenarioError
        Unknown run, intervention, caller ID, person or language; the error lists what is allowed.

    Examples
    --------
    >>> explain_run("runs/none", intervention=0)
    Traceback (most recent call last):
        ...
    dialsim.errors.ScenarioError: runs/none: no such run folder
    """
    if isinstance(run, str | Path):
        run = load_run(run)
    asked = {"intervention": intervention, "caller": caller, "person": person}
    return explained(run, **asked, language=language)
