"""What becomes of a call that no rule stopped: reached, answered, and what the callee will do."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.contexts import Attempt
from dialsim.carrier.layout import START_SHIFT, Profile, SubscriberFlag, Table
from dialsim.core.bits import UPPER_HALF
from dialsim.core.codes import Cause, Stream
from dialsim.core.counts import quotient, remainder
from dialsim.core.quantiles import quantile
from dialsim.core.rng import CERTAIN, StreamKeys, draw_by, happens
from dialsim.core.time_units import HOUR_MS
from dialsim.jit.decorator import kernel

Array = NDArray[Any]

DAY_HOURS, WEEK_HOURS = 24, 168
RECORDING = 2  # of CAMPAIGN's and CALL's `robot`


@kernel(inlined=True)
def duration(
    profile: Profile, table: int, stream: int, keys: StreamKeys, key: np.uint64, n: int
) -> int:
    """How long something takes, in ms; what always takes as long is not drawn."""
    constant = np.int64(profile.constants[table])
    if constant >= 0:
        return constant
    return np.int64(quantile(profile.tables[table], draw_by(keys, stream, key, n)))


@kernel
def patience(profile: Profile, keys: StreamKeys, key: np.uint64, n: int) -> int:
    """How long a callee who picked up waits for somebody to talk to, in ms."""
    return max(duration(profile, Table.PATIENCE, Stream.PATIENCE, keys, key, n), np.int64(1))


@kernel
def answer_threshold(
    subscriber: Any, record: Any, labelled: bool, robot: int, profile: Profile, now: int
) -> int:
    """32-bit threshold to answer: propensity x hour of the week x who calls x what it shows.

    ``robot`` as in `draw_fate`.
    """
    network = profile.network[0]
    behaviour = 0 if np.int64(subscriber["flags"]) & SubscriberFlag.GENUINE else 1
    hour = remainder(profile.weekday[0] * DAY_HOURS + quotient(now, HOUR_MS), WEEK_HOURS)
    p = np.int64(subscriber["propensity"])
    p = (p * profile.hour_factor[hour]) >> 16
    if robot > 0:
        p = (p * np.int64(network["robot_factor"][behaviour])) >> 16
    if record["named"] == 1:
        p = (p * np.int64(network["display_factor"][behaviour])) >> 16
    if labelled:
        p = (p * np.int64(network["label_factor"])) >> 16
    if record["international"] == 1:
        p = (p * np.int64(network["abroad_factor"])) >> 16
    return min(p, CERTAIN)


@kernel
def delivery_cause(
    subscriber: Any,
    record: Any,
    labelled: bool,
    robot: int,
    profile: Profile,
    ring_timeout_ms: int,
    attempt: Attempt,
) -> tuple[int, int]:
    """Cause and ring time of an attempt that no rule stopped (N-ANSWER)."""
    keys, key, n = attempt.keys, attempt.key, attempt.n
    network = profile.network[0]
    if np.int64(subscriber["flags"]) & (SubscriberFlag.EMPTY | SubscriberFlag.SUSPENDED_NUMBER):
        return Cause.INVALID, 0
    if np.int64(subscriber["flags"]) & SubscriberFlag.DORMANT:
        return Cause.UNREACHABLE, 0
    if happens(keys, Stream.UNREACHABLE, key, n, np.int64(network["unreachable"])):
        return Cause.UNREACHABLE, 0
    if happens(keys, Stream.BUSY, key, n, np.int64(network["busy"])):
        return Cause.BUSY, 0
    u = draw_by(keys, Stream.ANSWER, key, n)
    answers = answer_threshold(subscriber, record, labelled, robot, profile, attempt.now)
    if np.int64(u >> UPPER_HALF) >= answers:
        return Cause.NO_ANSWER, ring_timeout_ms
    ring_ms = duration(profile, Table.RING, Stream.RING, keys, key, n)
    if ring_ms > ring_timeout_ms - 1:
        return Cause.NO_ANSWER, ring_timeout_ms
    if happens(keys, Stream.ASSISTANT, key, n, np.int64(network["assistant"])):
        return Cause.ASSISTANT, ring_ms
    return Cause.LIVE, ring_ms


@kernel
def sent_back(signals: Array, starts: Array, cause: int, stream: int, attempt: Attempt) -> int:
    """Code (or `Announcement`) a cause comes back as, drawn from its row of a matrix.

    ``starts``: where in the row to begin, by the draw's top bits (`row_starts`). What
    comes back in any case is not drawn.
    """
    row = signals[cause]
    if row[0, 0] >= CERTAIN:
        return row[0, 1]
    u = draw_by(attempt.keys, stream, attempt.key, attempt.n)
    high = np.int64(u >> UPPER_HALF)
    place = np.int64(starts[cause, high >> START_SHIFT])
    while high >= row[place, 0]:  # seldom: most starts have no threshold among their draws
        place += 1
    return row[place, 1]


@kernel
def announce_recording(fate: Any, network: Any, attempt: Attempt) -> None:
    """Put the recording notice before the talk; some hang up at it, without any other reaction."""
    notice_ms, hangs_up = np.int64(network["notice_ms"]), np.int64(network["hangs_up"])
    if happens(attempt.keys, Stream.RECORDING_NOTICE, attempt.key, attempt.n, hangs_up):
        fate["talk_ms"] = notice_ms
        fate["opt_out"] = 0
    else:
        fate["talk_ms"] += notice_ms


@kernel
def draw_fate(
    fate: Any, subscriber: Any, profile: Profile, cause: int, robot: int, attempt: Attempt
) -> None:
    """Draw what an answered callee will do: talk, ask to be left alone.

    How long one waits is drawn once somebody does: most are connected at once.
    ``robot``: 0 a person calls, 1 a robot, 2 a recording.
    """
    keys, key, n = attempt.keys, attempt.key, attempt.n
    behaviour = 0 if np.int64(subscriber["flags"]) & SubscriberFlag.GENUINE else 1
    if cause == Cause.LIVE:
        table = Table.TALK_OPTED_IN + behaviour
        if robot > 0:
            table = (Table.TALK_RECORDING if robot == RECORDING else Table.TALK_ROBOT).value
        talk = duration(profile, table, Stream.TALK, keys, key, n)
        chance = np.int64(profile.network[0]["opt_out"][behaviour])
        fate["opt_out"] = 1 if happens(keys, Stream.OPT_OUT, key, n, chance) else 0
        fate["live"] = 1
    else:
        talk = duration(profile, Table.ASSISTANT_TALK, Stream.ASSISTANT_TALK, keys, key, n)
        fate["opt_out"] = 0
        fate["live"] = 0
    fate["talk_ms"] = max(talk, 1)
    fate["patience_ms"] = 0
    if cause == Cause.LIVE and profile.network[0]["notice_ms"] > 0:
        announce_recording(fate, profile.network[0], attempt)
