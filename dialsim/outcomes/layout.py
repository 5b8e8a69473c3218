"""Records of a run: calls under way, the log, tallies and series."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.jit.frame import frame

CALL = np.dtype(
    [
        ("dial_tick", "i8"),
        ("answer_tick", "i8"),  # -1 until answered
        ("after_ms", "i4"),  # dial to answer or failure
        ("lead", "i4"),  # -1: the slot is free
        ("caller", "i4"),
        ("trunk", "i4"),
        ("agent", "i4"),  # -1 none
        ("next", "i4"),  # free list, or the campaign's waiting list
        ("prev", "i4"),
        ("wait_ms", "i4"),
        ("person", "i4"),
        ("probe", "i4"),  # its place among calls whose ends its campaign waits for, -1 none
        ("sip", "u2"),  # code that came back
        ("seen", "u1"),  # `Seen`
        ("answered", "u1"),  # the signalling says answered
        ("robot", "u1"),  # 1: robots talk for its campaign, 2: recordings
        ("stage", "u1"),  # of a call that robots answer: with the robot, on hold, with a person
        ("campaign", "u1"),
        ("announcement", "u1"),  # `Announcement` that came in place of an answer
    ],
    align=True,
)
"""An attempt under way as the dialer sees it: one slot a channel, and one line of memory."""

TRANSFER = np.dtype(
    [
        ("robot", "i4"),  # who was asked for a person, -1 nobody
        ("robot_ms", "i4"),  # talk until then
        ("hold_ms", "i4"),  # from then to the person, or the end
        ("hold_tick", "i8"),  # when that began
    ],
    align=True,
)
"""What became of an attempt's callee who asked a robot for a person; same slot."""

FATE = np.dtype(
    [
        ("talk_ms", "i8"),  # how long the callee will talk, if connected
        ("patience_ms", "i8"),  # how long the callee will wait; 0: nobody has asked
        ("desk_ms", "i8"),  # how long the callee will talk to a person whom a robot hands over to
        ("attempt", "i4"),  # the person's attempt ordinal: n of every draw
        ("cause", "u1"),  # `Cause`
        ("delivered", "u1"),  # the phone rang
        ("live", "u1"),  # a person picked up
        ("opt_out", "u1"),  # will ask not to be called again, if connected
        ("declined", "u1"),  # will say "not interested", if connected and no call is agreed on
    ],
    align=True,
)
"""The same attempt as it really is; same slot. The fields without a comment's "really"
(talk, patience, desk, live, opt_out, declined) reach the dialer through its agents, the others
never."""

CALL_ROW = np.dtype(
    [
        ("tick", "i8"),  # dial
        ("ring_ms", "i4"),  # dial to answer or failure
        ("wait_ms", "i4"),
        ("talk_ms", "i4"),
        ("person", "i4"),
        ("caller", "i4"),
        ("agent", "i4"),
        ("robot", "i4"),  # robot that was asked for a person, -1: none was
        ("robot_ms", "i4"),  # of talk_ms, with that robot
        ("hold_ms", "i4"),  # of wait_ms, from then to the person who took over, or the end
        ("sip", "u2"),
        ("campaign", "u1"),
        ("trunk", "u1"),
        ("attempt", "u1"),  # attempt of this campaign, from 1
        ("seen", "u1"),
        ("cause", "u1"),
        ("seen_operator", "u1"),
        ("true_operator", "u1"),
        ("delivered", "u1"),
        ("announcement", "u1"),  # `Announcement`
        ("grounds", "u1"),  # bits: what weighs on a complaint; 0 if there can be none
        ("declined", "u1"),  # 1: said "not interested"
    ],
    align=True,
)
"""One row of the call log."""

EVENT_ROW = np.dtype(
    [
        ("tick", "i8"),
        ("call_tick", "i8"),  # dial tick of the attempt behind it
        ("person", "i4"),
        ("caller", "i4"),
        ("code", "u1"),  # `EventCode`
        ("campaign", "u1"),
    ],
    align=True,
)
"""One thing a person did after a call."""

ACTION_ROW = np.dtype(
    [
        ("tick", "i8"),
        ("until", "i8"),  # -1: open
        # caller ID; N + class: all linked unregistered numbers; -1 the enterprise; -2 - g gateway g
        ("target", "i4"),
        ("measured", "i8"),
        ("threshold", "i8"),
        ("cause_person", "i4"),  # person whose complaint or call tipped it; -1 unknown
        ("action", "u1"),
        ("rule", "u1"),
        ("noticed", "u1"),  # 1: the dialer was told formally
        ("operator", "u1"),  # who acted; NO_OPERATOR: no single one
        ("there", "u1"),  # 1: the callees' operator, for calls to its subscribers alone
    ],
    align=True,
)
"""One action of the network."""

NO_OPERATOR = 255

TALLY = np.dtype(
    [
        # what each call adds to, and most answers: one line of memory
        ("attempts", "i8"),
        ("delivered", "i8"),
        ("ring_ms", "i8"),
        ("intercepted", "i8"),
        ("answered", "i8"),
        ("live_answers", "i8"),
        ("connects", "i8"),
        ("talk_ms", "i8"),
        # and what else comes of an answer, or follows
        ("conversations", "i8"),
        ("reach", "i8"),
        ("abandoned", "i8"),
        ("marks", "i8"),
        ("complaints_12321", "i8"),
        ("complaints_hotline", "i8"),
        ("complaints_sector", "i8"),
        ("opt_outs", "i8"),
    ],
    align=True,
)
"""Counts of a campaign, by interval of the dial (`series`) and in all (`tallies`)."""

TALLIED = (
    "attempts", "delivered", "answered", "live_answers", "connects", "conversations", "reach",
    "abandoned", "intercepted", "marks", "complaints_12321", "complaints_hotline",
    "complaints_sector", "opt_outs", "talk_ms", "ring_ms",
)  # fmt: skip
"""The same names in the order in which they are shown."""

INTERVAL_MS = 15 * 60_000
"""Length of a series interval: a quarter of an hour. By a constant kernels need not divide."""


class EventSubject(NamedTuple):
    """The call behind an event."""

    call_tick: int  # at which it was dialled
    caller: int
    person: int
    campaign: int


class NetworkAction(NamedTuple):
    """An action of the network, to be logged (ACTION_ROW)."""

    tick: int
    action: int  # Action
    measured: int
    threshold: int
    until: int  # -1: no end
    person: int  # behind it; -1: none


@frame
class Memory(NamedTuple):
    """Everything that is recorded of a run."""

    calls: NDArray[Any]  # CALL_ROW[capacity]
    events: NDArray[Any]  # EVENT_ROW[capacity]
    actions: NDArray[Any]  # ACTION_ROW[capacity]
    series: NDArray[Any]  # TALLY[C, intervals]: attempts and what came of them
    later: NDArray[Any]  # TALLY[C]: marks, complaints and opt-outs, which no interval counts
    by_end: NDArray[Any]  # int32[C, Cause, Seen]: attempts by what happened, and was seen of it

    @property
    def tallies(self) -> NDArray[Any]:
        """TALLY[C]: counts of each campaign; summed at each access, read only."""
        found = self.later.copy()
        for name in TALLIED:
            found[name] += self.series[name].sum(axis=1)
        found.flags.writeable = False
        return found

    @property
    def by_seen(self) -> NDArray[Any]:
        """int32[C, len(Seen)]: attempts by observed outcome; summed at each access, read only."""
        return self._summed(axis=1)

    @property
    def by_cause(self) -> NDArray[Any]:
        """int32[C, len(Cause)]: attempts by true cause; summed at each access, read only."""
        return self._summed(axis=2)

    def _summed(self, axis: int) -> NDArray[Any]:
        found: NDArray[Any] = self.by_end.sum(axis=axis, dtype=np.int32)
        found.flags.writeable = False
        return found
