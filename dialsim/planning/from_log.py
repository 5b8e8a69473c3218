"""The rest of a campaign whose past is a call log: what the log tells, and what is left of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import LeadState, Reason, Seen
from dialsim.core.ticks import local_tick
from dialsim.errors import InternalError, Problem, Problems, ScenarioError
from dialsim.planning.from_here import FromHere
from dialsim.planning.in_mid_run import Moment, Raw
from dialsim.scenario.metrics import metrics
from dialsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from dialsim.engine.build import World

Calls = NDArray[Any]
CONVERSATION_MS = 30_000  # by definition, as in the tallies
SHOWN = ("attempts", "answered", "connects", "conversations", "reach")
"""Metrics that a log tells of what has happened."""
ANSWERED = (Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT)


class FromLog(FromHere):
    """A moment of a campaign whose past is in its scenario, as a call log up to there."""

    @property
    def head(self) -> str:
        """What a scenario that was found for the rest says at its head."""
        return (
            f"Found by `dialsim replan` for what a call log leaves as of "
            f"{self.moment.now:%Y-%m-%d %H:%M}: goals are what is left of them"
        )

    def open_promises(self, promises: Any) -> Any:
        """Return what is still to be promised: neither lost nor met by the log alone."""
        met = {goal["index"] for goal in self.told["goals"] if goal["state"] == "met"}
        return tuple(each for each in promises if each.goal not in self.lost | met)

    def _going_on(self, base: Scenario, past: Raw, rest: Raw) -> Scenario:
        from dialsim.scenario.load import scenario_from

        del past  # it is in the scenario
        return scenario_from(rest, replace(base._origin, lines={}))


@dataclass(frozen=True)
class Logged:
    """A campaign's scenario that goes on from a call log, and what the log tells.

    Attributes
    ----------
    scenario
        With the log as its own calls, and goals less what is reached.
    moment
        From which it is played.
    told
        What had happened, as of :func:`dialsim.planning.happened.happened`; with ``log`` true,
        ``leads`` {finished, by reason, again, fresh} and ``assumed`` sentences.
    digest
        Of the log's content.
    """

    scenario: Scenario
    moment: Moment
    told: Mapping[str, Any]
    digest: str

    def from_here(self) -> FromLog:
        """Return the moment, ready to plan from."""
        goals = self.told["goals"]
        lost = frozenset(goal["index"] for goal in goals if goal["state"] == "lost")
        attempts = self.told["metrics"]["attempts"]["value"]
        return FromLog(self.scenario, self.moment, attempts, self.digest, lost, self.told)


def with_log(asked: Scenario, log: Path, moment: Moment) -> Scenario:
    """Return a campaign's scenario that is played from a moment on, its calls before in a log.

    Raises
    ------
    ScenarioError
        The scenario tells of earlier calls in another file, or is not valid with the log.
    """
    from dialsim.scenario.load import scenario_from

    raw: dict[str, Any] = dict(asked._raw or asked.to_dict())
    history = dict(raw.get("history") or {})
    calls = dict(history.get("calls") or {})
    named = calls.get("file")
    if named is not None and asked.file_path(str(named)).resolve() != log.resolve():
        raise ScenarioError(
            [
                Problem(
                    "history.calls.file",
                    "the scenario tells of earlier calls in another file than the log",
                    found=str(named),
                    allowed=f"{log}, or no [history.calls]",
                    remedy="put both into one log; a column `campaign` tells which are of this "
                    "scenario",
                    file=asked._origin.file,
                )
            ]
        )
    folder = Path(asked._origin.file).parent if asked._origin.file else Path()
    calls |= {"file": os.path.relpath(log, folder), "own": True}
    raw["history"] = {**history, "calls": calls, "as_of": moment.now}
    return scenario_from(raw, asked._origin)


def logged(asked: Scenario, log: Path, moment: Moment) -> Logged:
    """Read a call log as the past of a campaign.

    Parameters
    ----------
    asked
        The campaign's scenario, from its first day to its last.
    log
        CSV or Parquet; its columns are those of ``[history.calls]``, or have their names.
    moment
        Up to which it tells.

    Raises
    ------
    ScenarioError
        As of :func:`with_log`; the log cannot be read, or has no call of the campaigns' people
        before the moment; a goal counts what no column tells.
    CapacityError
        Memory will not suffice.

    Notes
    -----
    Everybody is read and put where their last call left them, once: as long as a run takes to
    begin. Deterministic.
    """
    from dialsim.scheduler.beginning import Beginning

    scenario = with_log(asked, log, moment)
    beginning = Beginning(scenario)
    calls = beginning.own_calls
    problems = Problems(file=scenario._origin.file, lines=scenario._origin.lines)
    goals = [_goal_so_far(place, scenario, calls, moment, problems)
             for place in range(len(scenario.goals))]  # fmt: skip
    if not len(calls):
        _no_call(log, moment, problems)
    problems.raise_if_any()
    world = beginning.world(0)
    if world is None:
        raise InternalError("the lists of a log were not read to their end")
    leads = _leads(world)
    if not leads["finished"] and not leads["again"]:
        _nobody(log, problems)
        problems.raise_if_any()
    known = metrics()
    account = world.history
    assert account is not None  # it has a log
    down = int((world.state.carrier.lines["state"][: len(world.caller_names)] != 0).sum())
    told = {
        "run": log.name,
        "log": True,
        "as_of": moment.now.isoformat(timespec="minutes"),
        "metrics": {
            key: {
                "value": _counted(calls, key),
                "name": known[key].name,
                "name_zh": known[key].name_zh,
            }
            for key in SHOWN
        },
        "caller_ids": {"all": len(world.caller_names), "suspended": down, "down": down},
        "leads": leads,
        "assumed": [each.en for each in account.assumed],
        "assumed_zh": [each.zh for each in account.assumed],
        "spent": None,
        "goals": goals,
    }
    digest = beginning.lists.inputs["history.calls.file"]
    return Logged(_with_what_is_left(scenario, goals), moment, told, digest)


def _counted(calls: Calls, metric: str) -> int | None:
    """Return what a log tells of a metric; None: no row tells it."""
    seen = calls["seen"]
    if metric == "attempts":
        return len(calls)
    if metric == "answered":
        return int(np.isin(seen, ANSWERED).sum())
    connected = seen == Seen.CONNECTED
    if metric == "connects":
        return int(connected.sum())
    if metric == "abandoned":
        return int((seen == Seen.ABANDONED).sum())
    if metric == "reach":
        whom = calls[connected][["number", "id_key"]]
        return len(np.unique(whom))
    if metric == "conversations":
        talk_ms = calls["talk_ms"][connected]
        return None if (talk_ms < 0).any() else int((talk_ms >= CONVERSATION_MS).sum())
    return None


def _goal_so_far(
    place: int, scenario: Scenario, calls: Calls, here: Moment, problems: Problems
) -> dict[str, Any]:
    """Return what the log tells of a goal; what it cannot tell counts from the moment on."""
    goal = scenario.goals[place]
    metric = metrics()[goal.metric]
    due = None if goal.by is None else local_tick(scenario.start, scenario.time_zone, goal.by)
    mine = calls
    if goal.campaign is not None:
        row = next(i for i, each in enumerate(scenario.campaigns) if each.name == goal.campaign)
        mine = calls[calls["campaign"] == row]
    over = due is not None and due <= here.tick
    value = _counted(mine[mine["tick"] < due] if over else mine, goal.metric)
    at_least = goal.at_least is not None
    target = goal.at_least if at_least else goal.at_most
    assert target is not None  # a goal has a bound
    if goal.metric == "conversations" and value is None and len(calls):
        problems.add(
            f"goals[{place}]",
            "nothing in the log tells which of its connected calls were conversations",
            found=goal.metric,
            allowed="a column with the seconds talked, filled for every connected call",
            remedy='history.calls.columns = { talk_s = "..." }, or a goal of `connects`',
        )
    state = "open"
    if value is not None and (over or (value >= target if at_least else value > target)):
        state = "met" if (value >= target if at_least else value <= target) else "lost"
    elif over:
        state = "lost"  # nobody can tell that it was met
    return {
        "index": place,
        "metric": goal.metric,
        "campaign": goal.campaign,
        "name": metric.name,
        "name_zh": metric.name_zh,
        "unit": metric.unit,
        "bound": "at_least" if at_least else "at_most",
        "target": target,
        "by": None if goal.by is None else goal.by.isoformat(),
        "value": value,
        "state": state,
    }


def _with_what_is_left(scenario: Scenario, goals: list[dict[str, Any]]) -> Scenario:
    """Return the scenario with the targets of what is counted less what is reached."""
    from dialsim.scenario.load import scenario_from

    raw: dict[str, Any] = dict(scenario._raw or scenario.to_dict())
    raw["goals"] = [
        {**written, told["bound"]: told["target"] - told["value"]}
        if told["state"] == "open" and told["value"] is not None
        else written
        for written, told in zip(raw.get("goals", ()), goals, strict=True)
    ]
    return scenario_from(raw, scenario._origin)


def _leads(world: World) -> dict[str, Any]:
    leads = world.state.leads
    finished = leads[leads["state"] == LeadState.FINISHED]
    reasons = np.bincount(finished["reason"], minlength=max(Reason) + 1)
    return {
        "finished": len(finished),
        "by_reason": {each.name: int(reasons[each]) for each in Reason if reasons[each]},
        "again": int((leads["state"] == LeadState.SLEEPING).sum()),
        "fresh": int((leads["state"] == LeadState.FRESH).sum()),
    }


def _no_call(log: Path, moment: Moment, problems: Problems) -> None:
    problems.add(
        "history.calls",
        f"the log has no call of the scenario's campaigns before {moment.now:%Y-%m-%d %H:%M}",
        found=str(log),
        allowed="calls of the campaigns by name, in a column `campaign`; of a single campaign "
        "all without one",
    )


def _nobody(log: Path, problems: Problems) -> None:
    problems.add(
        "history.calls",
        "nobody whom the log names is on the lists of the campaigns",
        found=str(log),
        allowed="numbers or identifiers as in the lists",
        remedy="lists that are drawn have no numbers: give the campaign's own, with `file`",
    )
