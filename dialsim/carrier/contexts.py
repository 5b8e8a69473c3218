"""What kernels of the network hand to each other as one value."""

from typing import NamedTuple

import numpy as np

from dialsim.core.rng import StreamKeys


class Attempt(NamedTuple):
    """One call placed: when, to whom, from which caller ID, and what its draws are keyed by."""

    now: int  # tick at which it is judged, or at which it ended
    person: int  # row
    caller: int  # row of the caller ID
    keys: StreamKeys
    key: np.uint64  # of the person
    n: int  # attempts to the person before this one


class Seat(NamedTuple):
    """Where an operator keeps the counts of a caller ID, and the row that its rules act on."""

    counter: int
    row: int


class Judged(NamedTuple):
    """What the operators' ceilings say of an attempt, its own (here) and the callee's (there)."""

    above: bool  # a throttling ceiling here
    above_there: bool
    row_there: int  # row of the caller ID there; -1: not judged there
    target_there: int  # row that the rules there act on; -1


class WeekCounts(NamedTuple):
    """How the delivered calls of a week went."""

    delivered: int
    answered: int
    short: int
    talk_s: int


class Circumstances(NamedTuple):
    """What weighs on a complaint about a call, beside its caller ID."""

    keys: StreamKeys
    n: int  # attempts to the person before this one
    abandoned: bool
    labelled: bool
    off_hours: bool
    refused: bool  # the callee had refused such a call
    robot: bool


class Channels(NamedTuple):
    """Where a callee complains about a call."""

    at_12321: bool
    at_hotline: bool
    at_regulator: bool


class Complaint(NamedTuple):
    """The call that a complaint is about, and its channel."""

    call_tick: int
    caller: int
    person: int
    campaign: int
    channel: int  # EventCode
