"""The aftermath of a campaign: late complaints and the network actions they caused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Action, EventCode
from dialsim.core.time_units import DAY_MS
from dialsim.messages.text import message
from dialsim.results.history.call_history import cases_before
from dialsim.results.network.action_texts import worked_line
from dialsim.results.network.interventions import basis_of
from dialsim.results.network.network_rules import network_rules
from dialsim.results.run_view import moment
from dialsim.results.summary_types.network import Aftermath, LateActions, LateComplaints

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]
SHOWN = 3  # dated lines of each action on the page


def aftermath(world: World, actions: Array, events: Array) -> Aftermath:
    """Return what happened between the end of the last day and the end of the aftermath.

    Returns
    -------
    Aftermath
        Names and lines are texts.
    """
    late = actions[(actions["tick"] >= world.horizon_tick) & (actions["action"] != Action.LIFT)]
    late = late[np.argsort(late["tick"], kind="stable")]
    found: list[LateActions] = []
    for code in np.unique(late["action"]).tolist():
        rows = late[late["action"] == code]
        found.append(
            {
                "action": Action(code).name.lower(),
                "name": network_rules().named("action", Action(code).name).name,
                "count": len(rows),
                "lines": _lines(world, rows[:SHOWN]),
            }
        )
    return {
        "from": moment(world.scenario, world.horizon_tick).isoformat(),
        "until": moment(world.scenario, world.end_tick).isoformat(),
        "complaints": _complaints(world, events),
        "actions": found,
    }


def _lines(world: World, rows: Array) -> list[str]:
    return [worked_line(world, row, basis_of(world, row)) for row in rows]


def _complaints(world: World, events: Array) -> list[LateComplaints]:
    network = world.network
    channels = (
        (EventCode.COMPLAINT_12321, message("12321", "channel"), "complaints.triage_working_days"),
        (
            EventCode.COMPLAINT_HOTLINE,
            message("operator hotlines"),
            "complaints.hotline_working_days",
        ),
    )
    found: list[LateComplaints] = []
    earlier = cases_before(world)
    now = int(world.state.control[0]["now"])
    for code, name, key in channels:
        filed = events["tick"][events["code"] == code]
        before = earlier["call_tick"][earlier["channel"] == code]
        arrives = arrival_ticks(
            world.static.profile.working, np.concatenate([before, filed]), network[key]
        )
        is_late = (arrives >= world.horizon_tick) & (arrives <= max(now, 0))
        late = arrives[is_late]
        if len(late):
            found.append(
                {
                    "channel": code.name.lower(),
                    "name": name,
                    "count": len(late),
                    "of_earlier": int(is_late[: len(before)].sum()),
                    "last": moment(world.scenario, int(late.max())).isoformat(),
                }
            )
    return found


def arrival_ticks(working: Array, filed: Array, days: int) -> Array:
    """Return int64[n]: the same time of day, `days` working days later.

    Each next day that is worked counts one.

    >>> week = np.array([1, 1, 1, 1, 1, 0, 0, 1], np.uint8)
    >>> (arrival_ticks(week, np.array([4 * DAY_MS + 5]), 1) - 5).tolist() == [7 * DAY_MS]
    True
    """
    if days == 0 or len(filed) == 0:
        return filed.astype(np.int64)
    worked = np.flatnonzero(working)
    day = filed // DAY_MS
    at = np.searchsorted(worked, day, side="right") + days - 1
    target = worked[np.minimum(at, len(worked) - 1)]
    ticks: Array = (target * DAY_MS + filed % DAY_MS).astype(np.int64)
    return ticks
