"""simulate_ahead in the engine: the board from present agents and calls, and its dials.

All of it is the dialer's own: how long its agents have been at calls and its calls been out.
"""

import numpy as np

from dialsim.core.time_units import SECOND_MS
from dialsim.engine.state import State, Static
from dialsim.jit.decorator import kernel
from dialsim.pacing.kernels import turn_to_day
from dialsim.pacing.layout import RINGING
from dialsim.pacing.rehearsal.kernels import choose_ratio, lay_out_recent, ratio_now
from dialsim.pacing.rehearsal.layout import AGES

EVERY_S = 60


@kernel
def dials_by_rehearsal(k: Static, s: State, campaign: int, second: bool, now: int) -> int:
    """Dials of simulate_ahead, after `survey_agents`; it simulates once a minute."""
    pacer, board = s.pacers[campaign], s.rehearsals[campaign]
    terms, floor = k.campaigns[campaign], s.crew.floor[0]
    if second:
        if pacer["clock"] % EVERY_S == 0:
            answered = lay_out_recent(board, now)
            if answered > 0 and board["known_talks"] > 0:
                set_board(k, s, campaign, now)
                choose_ratio(board, terms, answered, k.world[0]["run_base"])
        pacer["clock"] += 1
    turn_to_day(s.ledgers[campaign], now)
    agents = np.int64(floor["idle"]) + np.int64(floor["talking"]) + np.int64(floor["wrapping"])
    since_dial_ms = now - np.int64(pacer["last_dial"])
    ratio = ratio_now(board, terms, s.ledgers[campaign], agents, since_dial_ms)
    under_way = np.int64(floor["outstanding"]) + np.int64(floor["waiting"])
    return max(0, np.int64(ratio * floor["idle"]) - under_way)


@kernel
def set_board(k: Static, s: State, campaign: int, now: int) -> None:
    """Write the agents of a campaign's pools, and the calls that may come to them, to the board.

    Calls of others that may are taken for just dialled.
    """
    board, floor = s.rehearsals[campaign], s.crew.floor[0]
    board["idle"], board["waiting"] = floor["idle"], floor["waiting"]
    for age_s in range(AGES):
        board["at_call"][age_s] = board["out"][age_s] = 0
    second, own = now // SECOND_MS, 0
    for age_s in range(AGES):
        calls = np.int64(s.pacers[campaign]["ringing"][(second - age_s) % RINGING])
        board["out"][age_s] = calls
        own += calls
    board["out"][0] += max(0, np.int64(floor["outstanding"]) - own)
    order = k.routes.pools[campaign]
    for i in range(order.shape[0]):
        if order[i] >= 0:
            set_pool(s, campaign, np.int64(order[i]), now)


@kernel
def set_pool(s: State, campaign: int, row: int, now: int) -> None:
    """Write how long the agents of a pool who are on shift have been at calls."""
    board = s.rehearsals[campaign]
    for team in range(s.crew.groups.shape[0]):
        group = s.crew.groups[team]
        if group["pool"] != row or group["on_shift"] == 0:
            continue  # who is busy still goes home afterwards
        first = np.int64(group["first"])
        for agent in range(first, first + np.int64(group["count"])):
            age_ms = now - np.int64(s.crew.busy_since[agent])
            if age_ms >= 0:
                board["at_call"][min(AGES - 1, age_ms // SECOND_MS)] += 1
