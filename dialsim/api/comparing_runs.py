"""Comparison of two runs without intervals: their results and their differences."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote
from typing import TYPE_CHECKING, Any

from dialsim.api.comparison import Comparison, Side
from dialsim.api.results import Run
from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.messages.catalogue import Language
from dialsim.messages.text import MARKS, Text, in_each, message, read_in
from dialsim.scenario.difference import Change, differences

if TYPE_CHECKING:
    from dialsim.results.comparison.comparison_result import OtherDifference

PAIRS = 20
"""Default replications of each of two scenarios."""


def compare_runs(one: Run, two: Run, labels: tuple[str, str]) -> Comparison:
    """Return a comparison of two runs; nothing is simulated.

    Raises
    ------
    ScenarioError
        A summary lacks what is compared.
    """
    _check_summaries((one, two), labels)
    notes: list[Text] = []
    changes: list[Change] = []
    try:
        changes = differences(one.scenario, two.scenario)
    except ScenarioError as error:
        reason = _reasons(error)
        text = message("Changes of the scenario are unknown: {reason}.")
        notes.append(text.filled(reason=reason))
    sides = [Side.of_run(label, run) for label, run in zip(labels, (one, two), strict=True)]
    for letter, run in zip("AB", (one, two), strict=True):
        if not run.complete:
            text = message("{side} was interrupted: its figures are those of a part.")
            notes.append(text.filled(side=letter))
    found = Comparison(
        "runs",
        one,
        two,
        sides=(sides[0], sides[1]),
        changes=changes,
        others=_surroundings(one.summary, two.summary),
        notes=notes,
    )
    if not found.same:
        found.notes = (*found.notes, _one_draw(one, two))
        found.again = _again(one, two)
    return found


def _reasons(error: ScenarioError) -> Text:
    """Return all problems as one text."""

    def in_language(language: Language) -> str:
        return MARKS["then"][language].join(
            read_in(each.message, language) for each in error.problems
        )

    return in_each(in_language)


_OF_A_GOAL = {"metric", "campaign", "name", "unit", "bound", "target", "value", "met"}
_OF_A_LIMIT = {"name", "campaign", "measured", "cap", "met"}


def _check_summaries(runs: tuple[Run, Run], labels: tuple[str, str]) -> None:
    """Raise unless both summaries hold everything that is compared."""
    problems = Problems()
    for run, label in zip(runs, labels, strict=True):
        summary = run.summary
        faults = []
        for key, wanted in (("goals", _OF_A_GOAL), ("walls", _OF_A_LIMIT)):
            rows = summary.get(key, [])
            if not isinstance(rows, list) or not all(_has(row, wanted) for row in rows):
                faults.append(f"{key} that miss something")
        figures = summary["metrics"].values()
        if not all(_has(figure, {"value"}) and _is_figure(figure["value"]) for figure in figures):
            faults.append("a metric without a figure")
        if faults:
            sentence = message("the summary of this run is damaged: {value}").filled(
                value=", ".join(faults)
            )
            problems.take(Problem("", sentence, remedy=message("run it again"), file=label))
    problems.raise_if_any()


def _has(row: object, wanted: set[str]) -> bool:
    return isinstance(row, dict) and wanted <= row.keys()


def _is_figure(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _one_draw(one: Run, two: Run) -> Text:
    """Return the note on why there are no intervals."""
    if one.summary["identity"]["seed"] == two.summary["identity"]["seed"]:
        return message(
            "One run of each, with the same random numbers, says nothing of chance: there are no "
            "intervals. This simulates both in pairs:"
        )
    return message(
        "One run of each, each with its own random numbers, says nothing of chance: there are no "
        "intervals. This simulates both in pairs:"
    )


def _again(one: Run, two: Run) -> str:
    """Return the command that simulates both in pairs."""
    if one.folder is None or two.folder is None:
        return f"dialsim.compare(a, b, replications={PAIRS})"
    folders = " ".join(quote(str(run.folder)) for run in (one, two))
    return f"dialsim compare {folders} --replications {PAIRS}"


def _surroundings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[OtherDifference]:
    """Return the differences beside the scenario: files, versions, tables of this machine."""
    found = inputs_changed(before.get("inputs", {}), after.get("inputs", {}))
    identities = before["identity"], after["identity"]
    for key, what in _IDENTITY.items():
        old, new = (each.get(key) for each in identities)
        if old != new:
            found.append({"what": what, "name": key, "before": old, "after": new})
    versions = before.get("data_versions", {}), after.get("data_versions", {})
    for name in dict.fromkeys([*versions[0], *versions[1]]):
        old, new = (each.get(name) for each in versions)
        if old != new:
            found.append(
                {"what": message("data version"), "name": name, "before": old, "after": new}
            )
    return found


_CONTENT = message("content of a file")
_IDENTITY = {
    "version": message("version of dialsim"),
    "replication": message("replication"),
    "policy_digest": _CONTENT,
    "tables": message("rounding of tables by the machine"),
}


def inputs_changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[OtherDifference]:
    """Return the files named at the same place in both whose content differs."""
    return [
        {"what": _CONTENT, "name": name, "before": before[name], "after": after[name]}
        for name in before
        if name in after and before[name] != after[name]
    ]
