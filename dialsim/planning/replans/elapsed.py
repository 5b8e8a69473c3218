"""The past of a run up to a moment, replayed and compared with the run's records."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from dialsim.api.replaying import NotReplayed, not_as_it_was
from dialsim.api.stepping import moment_tick
from dialsim.arrow_numpy import values_of
from dialsim.errors import Problems, ScenarioError
from dialsim.messages.text import message
from dialsim.outcomes.reader import DamagedError
from dialsim.pages.dossiers.labels import SHARED
from dialsim.planning.replans.decisions import Moment
from dialsim.results.planning_types.replan import Elapsed, ElapsedGoal
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Goal, Scenario

if TYPE_CHECKING:
    from dialsim.api.results import Run
    from dialsim.engine.build import World
    from dialsim.execution.branches import BranchPoint
    from dialsim.results.goals import Values

SHOWN = ("attempts", "connects", "conversations", "reach", "opt_outs", "complaints")
"""Metrics of the past that are shown."""
LEVELS = ("share", "s", "1/million calls", "calls/h")
"""Units of what may fall again; everything else is counted and only grows."""


def name_of(run: Run) -> str:
    """Return a run's name: its folder, or its scenario and seed."""
    identity = run.summary["identity"]
    return f"{identity['name']}, seed {identity['seed']}" if run.folder is None else str(run.folder)


def check_run(run: Run, problems: Problems) -> None:
    """Add what prevents a run from being continued."""
    if run.summary.get("study") is not None:
        problems.add(
            "study", message("a study of what is forbidden can be neither planned nor exported")
        )
    if int(run.summary["identity"].get("replication", 0)) != 0:
        problems.add(
            "",
            message("a replication is not gone on from"),
            remedy=message("run the scenario itself"),
        )


def moment_of(run: Run, scenario: Scenario, as_of: str | datetime | timedelta | int) -> Moment:
    """Return the requested moment of a run.

    Raises
    ------
    ScenarioError
        It cannot be read, or lies outside the days of the run, or behind where it broke off.
    """
    from dialsim.core.ticks import local_tick

    reached = run.summary.get("period", {}).get("reached")
    if not run.complete and isinstance(reached, str):
        last = local_tick(scenario.start, scenario.time_zone, datetime.fromisoformat(reached))
        return moment_in(scenario, as_of, last, "behind where the run broke off")
    return moment_in(scenario, as_of)


def moment_in(
    scenario: Scenario,
    as_of: str | datetime | timedelta | int,
    most: int | None = None,
    beyond: str = "outside the days of the run",
) -> Moment:
    """Return the requested moment of a scenario's days, before the tick `most`.

    Raises
    ------
    ScenarioError
        It cannot be read, or lies outside the days, or `beyond` them.
    """
    from dialsim.core.ticks import end_tick, tick_to_datetime

    start, zone = scenario.start, scenario.time_zone
    last = end_tick(start, scenario.days, zone)
    until = tick_to_datetime(start, zone, last - 1)
    if most is not None and most < last:
        last, until = most, tick_to_datetime(start, zone, most)
    allowed = message("after {isoformat}T00:00, up to {until:%Y-%m-%dT%H:%M}").filled(
        isoformat=start.isoformat(), until=until
    )
    try:
        tick = moment_tick(scenario, as_of)
    except (ValueError, OverflowError) as error:
        sentence = message("this moment cannot be read: {error}").filled(error=error)
        raise ScenarioError.at("--as-of", sentence, found=str(as_of), allowed=allowed) from None
    if not 0 < tick < last:
        raise ScenarioError.at(
            "--as-of",
            message("this moment lies {beyond}").filled(beyond=beyond),
            found=str(as_of),
            allowed=allowed,
        )
    return Moment.of(scenario, tick)


def check_same(run: Run, branch_point: BranchPoint, scenario: Scenario, here: Moment) -> None:
    """Raise unless the replayed past is that of the run.

    Parameters
    ----------
    scenario
        The run's own.

    Raises
    ------
    ScenarioError
        Something has changed since, or as many calls were not made by that moment.
    """
    from dataclasses import replace

    world = replace(branch_point.world, scenario=scenario)
    differs = not_as_it_was(run.summary, world)
    if differs:
        sentence = NotReplayed(differs=differs).sentence(SHARED["en"])
        raise ScenarioError.at(
            "",
            sentence.rstrip("."),
            remedy=message("run it again, and go on from that run"),
            file=name_of(run),
        )
    logged = _calls_before(run, here)
    made = int(branch_point.world.state.control[0]["attempts"])
    if logged is not None and logged != made:
        raise ScenarioError.at(
            "",
            message("played again, it comes to another past than the run's folder holds"),
            found=message("{made:,} attempts by {now:%Y-%m-%d %H:%M}").filled(
                made=made, now=here.now
            ),
            allowed=message("{logged:,}, as in its call log").filled(logged=logged),
            remedy=message("run it again, and go on from that run"),
            file=name_of(run),
        )


def _calls_before(run: Run, here: Moment) -> int | None:
    """Return the number of logged calls before a moment; None: not all are logged."""
    zone = run.scenario.time_zone
    edge = np.datetime64(_utc(here.now, zone), "ms")
    try:
        if run.sampled > 1:
            return None
        times = [values_of(batch.column(0))
                 for batch in run.batches("calls", ["time"])]  # fmt: skip
    except DamagedError:
        raise
    except ScenarioError:
        return None
    stamps = np.concatenate([np.zeros(0, "M8[ms]"), *times]).astype("M8[ms]")
    if len(stamps) != run.metrics["attempts"] or not run.complete:
        return None  # some were forgotten, or not logged before it broke off
    return int((stamps < edge).sum())


def _utc(now: datetime, zone: str) -> datetime:
    from datetime import UTC
    from zoneinfo import ZoneInfo

    return now.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def happened(run: Run, branch_point: BranchPoint, scenario: Scenario, here: Moment) -> Elapsed:
    """Return the past up to a moment, as plain values.

    Parameters
    ----------
    scenario
        Whose goals count from now on.
    """
    from dialsim.results.metrics import metric_values

    values = metric_values(branch_point.world, branch_point.record.actions)
    known = metrics()
    return {
        "run": name_of(run),
        "as_of": here.now.isoformat(timespec="minutes"),
        "metrics": {
            key: {
                "value": values[key],
                "name": known[key].name["en"],
                "name_zh": known[key].name["zh"],
            }
            for key in SHOWN
        },
        "caller_ids": {
            "all": len(branch_point.down),
            "suspended": int(values["caller_ids_suspended"] or 0),
            "down": int(branch_point.down.sum()),
        },
        "spent": branch_point.spent,
        "goals": [
            _goal_so_far(place, goal, branch_point, values, here) for place, goal in
            enumerate(scenario.goals)
        ],
    }  # fmt: skip


def _goal_so_far(
    place: int, goal: Goal, branch_point: BranchPoint, values: Values, here: Moment
) -> ElapsedGoal:
    from dialsim.messages.stored_text import localised
    from dialsim.results.goals import due_tick, judge

    world: World = branch_point.world
    judged = judge(world, values, branch_point.record.snapshots)[place]
    over = due_tick(world, goal) <= here.tick
    value = judged["value"]
    counted = metrics()[goal.metric].unit not in LEVELS
    state: Literal["open", "met", "lost"] = "open"
    if over:
        state = "met" if judged["met"] else "lost"
    elif counted and value is not None:
        if goal.at_most is not None and value > goal.at_most:
            state = "lost"
        elif goal.at_least is not None and value >= goal.at_least:
            state = "met"
    return {
        "index": judged["index"],
        "metric": judged["metric"],
        "campaign": judged["campaign"],
        "name": localised(judged, "name", "en"),
        "name_zh": localised(judged, "name", "zh"),
        "unit": judged["unit"],
        "bound": judged["bound"],
        "target": judged["target"],
        "by": judged["by"],
        "value": value,
        "state": state,
    }
