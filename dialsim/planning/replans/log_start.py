"""The rest of a campaign whose past is a call log: its progress, and what is left."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from dialsim.engine.call_history.goal_progress import on_record
from dialsim.errors import InternalError, Problems
from dialsim.messages.text import Text, Texts, from_table, message, translated
from dialsim.planning.plans.promises import Promise
from dialsim.planning.replans.decisions import Moment
from dialsim.planning.replans.log_progress import goal_on_record, stand_of_leads
from dialsim.planning.replans.scenario_changes import Raw
from dialsim.planning.replans.start_point import FromHere
from dialsim.results.planning_types.replan import Elapsed
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Scenario

if TYPE_CHECKING:
    from dialsim.api.sources import Source

Calls = NDArray[Any]
SHOWN = ("attempts", "answered", "connects", "conversations", "reach")
"""Metrics of the past that a log contains."""
LABELS: Texts = translated(
    {
        "of_nobody": "{:,} calls to nobody on the lists: not counted towards goals",
        "too_early": "{:,} calls before the first day: not counted towards goals",
    }
)


class FromLog(FromHere):
    """A moment of a campaign whose past is in its scenario, as a call log."""

    @property
    def head(self) -> str:
        """Header comment of a scenario that was found for the rest."""
        return (
            f"Found by `dialsim replan` for what a call log leaves as of "
            f"{self.moment.now:%Y-%m-%d %H:%M}: goals count what it has of the campaign, too"
        )

    def open_promises(self, promises: Sequence[Promise]) -> tuple[Promise, ...]:
        """Return what can still be promised: no lost goal, and none that cannot be judged."""
        closed = {
            goal["index"] for goal in self.so_far["goals"] if goal["state"] in ("lost", "unknown")
        }
        return tuple(each for each in promises if each.goal not in closed)

    def _going_on(self, base: Scenario, past: Raw, rest: Raw) -> Scenario:
        from dialsim.scenario.load import scenario_from

        del past  # it is in the scenario
        return scenario_from(rest, replace(base._origin, lines={}))


@dataclass(frozen=True)
class Logged:
    """A campaign's scenario that continues from a call log, and the log's content.

    Attributes
    ----------
    scenario
        With the log as its own calls; its goals count them.
    moment
        From which it is played.
    so_far
        What had happened; with ``log`` and what a log tells besides.
    digest
        Of the log's content.
    """

    scenario: Scenario
    moment: Moment
    so_far: Elapsed
    digest: str

    def from_here(self) -> FromLog:
        """Return the moment, ready to plan from."""
        goals = self.so_far["goals"]
        lost = frozenset(goal["index"] for goal in goals if goal["state"] == "lost")
        attempts = int(self.so_far["metrics"]["attempts"]["value"] or 0)
        return FromLog(self.scenario, self.moment, attempts, self.digest, lost, self.so_far)


def of_campaign(plan: Source, log: Path) -> Scenario:
    """Return a campaign's scenario with a log as the calls of its own campaigns.

    Parameters
    ----------
    plan
        The scenario. Its ``[history.calls]`` names the columns, if they have other names; the log
        stands in place of a file that is named there.

    Raises
    ------
    ScenarioError
        It is not valid with the log.
    """
    from dialsim.api.sources import loaded
    from dialsim.scenario.load import raw_of, scenario_from
    from dialsim.scenario.models.schema import Origin

    if isinstance(plan, (str, os.PathLike)):
        raw, origin = raw_of(Path(plan))
    elif isinstance(plan, Mapping):
        raw, origin = dict(plan), Origin()
    else:
        asked = loaded(plan)
        raw, origin = dict(asked._raw or asked.to_dict()), asked._origin
    history = raw.get("history", {})
    if not isinstance(history, Mapping) or not isinstance(history.get("calls", {}), Mapping):
        return scenario_from(raw, origin)  # which says what is wrong
    folder = Path(origin.file).parent if origin.file else Path()
    calls = {**history.get("calls", {}), "file": os.path.relpath(log, folder), "own": True}
    return scenario_from({**raw, "history": {**history, "calls": calls}}, origin)


def logged(asked: Scenario, moment: Moment) -> Logged:
    """Read a call log as the past of a campaign.

    Parameters
    ----------
    asked
        As of :func:`of_campaign`: the campaign's, from its first day to its last.
    moment
        Up to which the log reaches.

    Raises
    ------
    ScenarioError
        As of :func:`with_log`; the log cannot be read, or has no call of the campaigns' people
        before the moment; a goal counts what no column contains.
    CapacityError
        Memory will not suffice.

    Notes
    -----
    Every person is read once and set to the state after their last call. Cost: as the start of a
    run. Deterministic.
    """
    from dialsim.scenario.load import scenario_from
    from dialsim.scheduler.prepared_inputs import Beginning

    raw: dict[str, Any] = dict(asked._raw or asked.to_dict())
    raw["history"] = {**raw["history"], "as_of": moment.now}
    scenario = scenario_from(raw, asked._origin)
    assert scenario.history is not None  # it was just written
    assert scenario.history.calls is not None
    log = Path(scenario.history.calls.file)
    beginning = Beginning(scenario)
    problems = Problems(file=scenario._origin.file, lines=scenario._origin.lines)
    if not len(beginning.own_calls()[0]):
        _no_call(log, moment, problems)
        problems.raise_if_any()
    world = beginning.world(0)
    if world is None:
        raise InternalError("the lists of a log were not read to their end")
    leads = stand_of_leads(world)
    own, met = beginning.own_calls()
    if not leads["finished"] and not leads["again"]:
        _refuse_no_person(log, problems)
        problems.raise_if_any()
    record = on_record(world)
    assert record is not None  # it has calls
    goals = [
        goal_on_record(record, place, leads["finished"], problems)
        for place in range(len(scenario.goals))
    ]
    problems.raise_if_any()
    known = metrics()
    assumed = _beside(int((~met).sum()), int((met & (own["tick"] < 0)).sum()))
    account = world.history
    assert account is not None  # it has a log
    down = int((world.state.carrier.numbers["state"][: len(world.caller_names)] != 0).sum())
    so_far: Elapsed = {
        "run": log.name,
        "log": True,
        "as_of": moment.now.isoformat(timespec="minutes"),
        "metrics": {
            key: {
                "value": record.counted(key),
                "name": known[key].name["en"],
                "name_zh": known[key].name["zh"],
            }
            for key in SHOWN
        },
        "caller_ids": {"all": len(world.caller_names), "suspended": down, "down": down},
        "leads": leads,
        "assumed": [each.en for each in (*assumed, *account.assumed)],
        "assumed_zh": [each.zh for each in (*assumed, *account.assumed)],
        "spent": None,
        "goals": goals,
    }
    digest = beginning.lists.inputs["history.calls.file"]
    return Logged(scenario, moment, so_far, digest)


def _beside(unlisted: int, too_early: int) -> list[Text]:
    """Return the part of the log that does not count towards goals."""
    found: list[Text] = []
    for count, key in ((unlisted, "of_nobody"), (too_early, "too_early")):
        if count:
            found.append(from_table(LABELS, key, count))
    return found


def _no_call(log: Path, moment: Moment, problems: Problems) -> None:
    problems.add(
        "history.calls",
        message(
            "the log has no call of the scenario's campaigns before {now:%Y-%m-%d %H:%M}"
        ).filled(now=moment.now),
        found=str(log),
        allowed=message(
            "calls of the campaigns by name, in a column `campaign`; of a single campaign "
            "all without one"
        ),
    )


def _refuse_no_person(log: Path, problems: Problems) -> None:
    problems.add(
        "history.calls",
        message("nobody whom the log names is on the lists of the campaigns"),
        found=str(log),
        allowed=message("numbers or identifiers as in the lists"),
        remedy=message(
            "lists that are drawn have no numbers: give the campaign's own, with `file`"
        ),
    )
