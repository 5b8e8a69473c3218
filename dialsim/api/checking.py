"""What can be said without playing, and what can be compiled before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialsim.api.sources import Source, loaded
from dialsim.errors import Problems, ScenarioError


def check(scenario: Source) -> dict[str, Any]:
    """Return what is wrong with a scenario, what is worth knowing, and what it can do at most.

    Returns
    -------
    dict
        ``ok``, ``problems`` (a list of dicts), ``warnings`` (sentences), and, if it is ok,
        ``estimate``: what each resource allows, which one binds, the outlook of each goal.

    Notes
    -----
    Simulates nothing. Of lists it reads no more than a sample, of registries and withdrawals
    everything.
    """
    from dialsim.people.lists import Lists
    from dialsim.report.estimate import estimate
    from dialsim.scenario.advice import warnings

    try:
        ready = loaded(scenario)
        problems = Problems(file=ready._origin.file, lines=ready._origin.lines)
        counts = Lists(ready, problems).estimate
        problems.raise_if_any()
    except ScenarioError as error:
        found = [problem.to_dict() for problem in error.problems]
        return {"ok": False, "problems": found, "warnings": []}
    return {
        "ok": True,
        "problems": [],
        "warnings": warnings(ready),
        "estimate": estimate(ready, counts),
    }


def warm(on_kernel: Callable[[str, float], None] | None = None) -> dict[str, Any]:
    """Compile every kernel and remove stale ones; see :func:`dialsim.scheduler.warm.warm`."""
    from dialsim.scheduler.warm import warm as compile_all

    return compile_all(on_kernel)
