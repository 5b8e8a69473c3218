"""Call logs drawn straight from the model of answering, without playing a campaign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dialsim.calibration.log import CallLog
from dialsim.calibration.nodes import beta_nodes
from dialsim.people.call_logs.outcome import Outcome
from dialsim.scenario.profiles.profile import load_network

NETWORK = load_network("typical")
INDEX = np.array(NETWORK["answer.hour_index"])
REFERENCE = [int(h) for h in NETWORK["answer.reference_hours"]]
DAY_MS, HOUR_MS = 86_400_000, 3_600_000


def mean_propensity(gross: float, icc: float, reach: float) -> float:
    """Return the mean propensity behind a gross rate, by bisection."""
    low, high = 0.001, 0.97
    for _ in range(50):
        mean = (low + high) / 2
        nodes = beta_nodes(mean, icc)
        rate = reach * np.minimum(1, nodes[:, None] * INDEX[REFERENCE]).mean()
        low, high = (mean, high) if rate < gross else (low, mean)
    return (low + high) / 2


def answers_log(
    seed: int,
    people: int = 2000,
    *,
    gross: float = 0.42,
    icc: float = 0.25,
    at_most: int = 3,
    hours: tuple[int, ...] = (9, 11, 15),
    label: float | None = None,
    decline: float = 1.0,
    told: bool = True,
) -> CallLog:
    """Return a log: dead, refusing, unreachable and busy people, the others by their propensity."""
    rng = np.random.default_rng(seed)
    dead, refuses, off, busy = 0.06, 0.1, 0.08, 0.04
    reach = (1 - dead) * (1 - refuses) * (1 - off) * (1 - busy)
    mean = mean_propensity(gross, icc, reach)
    size = 1 / icc - 1
    propensity = rng.beta(mean * size, (1 - mean) * size, people)
    kind = rng.random(people)
    columns: list[tuple[Any, ...]] = []
    who = np.arange(people)
    for attempt in range(at_most):
        hour = rng.choice(hours, len(who))
        lit = rng.random(len(who)) < 0.5 if label is not None else np.zeros(len(who), bool)
        chance = propensity[who] * INDEX[hour] * decline**attempt
        chance = np.minimum(1, np.where(lit, chance * (label or 1), chance))
        u = rng.random((3, len(who)))
        outcome = np.where(u[2] < chance, Outcome.LIVE, Outcome.NO_ANSWER)
        outcome = np.where(u[1] < busy, Outcome.BUSY, outcome)
        outcome = np.where(u[0] < off, Outcome.UNREACHABLE, outcome)
        outcome = np.where(kind[who] > 1 - refuses, Outcome.BLOCKED, outcome)
        outcome = np.where(kind[who] < dead, Outcome.INVALID, outcome)
        time = attempt * DAY_MS + hour * HOUR_MS
        columns.append((outcome, who, np.full(len(who), attempt + 1), time, lit))
        again = (outcome != Outcome.LIVE) & (outcome != Outcome.INVALID)
        who = who[again & (outcome != Outcome.BLOCKED)]
    outcome, person, tries, time, lit = (
        np.concatenate(part) for part in zip(*columns, strict=True)
    )
    return CallLog(
        "drawn",
        len(outcome),
        outcome=outcome.astype(np.uint8),
        person=person,
        attempt=tries.astype(np.int32),
        time_ms=time,
        labelled=lit.astype(np.int8) if label is not None else None,
        relation=np.zeros(len(outcome), np.int8),
        true_causes=told,
    )


SIGNALS = {  # what a dialer takes a failed attempt for, by what happened: shares
    Outcome.BLOCKED: {Outcome.UNREACHABLE: 0.35, Outcome.BUSY: 0.30, Outcome.NO_ANSWER: 0.25,
                      Outcome.BLOCKED: 0.05, Outcome.INVALID: 0.05},
    Outcome.INVALID: {Outcome.INVALID: 0.80, Outcome.NO_ANSWER: 0.15, Outcome.UNREACHABLE: 0.05},
    Outcome.UNREACHABLE: {Outcome.UNREACHABLE: 0.70, Outcome.NO_ANSWER: 0.20, Outcome.INVALID: 0.1},
    Outcome.BUSY: {Outcome.BUSY: 0.90, Outcome.UNREACHABLE: 0.10},
    Outcome.NO_ANSWER: {Outcome.NO_ANSWER: 0.70, Outcome.UNREACHABLE: 0.30},
}  # fmt: skip
LAST = (Outcome.INVALID, Outcome.BLOCKED)  # as signalled: nobody tries again


@dataclass(frozen=True)
class Shares:
    """What a log is drawn from: shares of people, and of attempts to people in service."""

    gross: float = 0.42
    icc: float = 0.25
    refusers: float = 0.1
    invalid: float = 0.06
    off: float = 0.08
    busy: float = 0.04

    @property
    def reach(self) -> float:
        """Share of first attempts in which the phone rings."""
        in_service = (1 - self.refusers) * (1 - self.invalid)
        return in_service * (1 - self.off) * (1 - self.busy)


def signalled_log(
    seed: int,
    shares: Shares,
    people: int = 1000,
    *,
    at_most: int = 3,
    hours: tuple[int, ...] = (9, 15),
) -> CallLog:
    """Return a log as a dialer sees it: who refuses seems busy, off, or not to pick up."""
    rng = np.random.default_rng(seed)
    mean = mean_propensity(shares.gross, shares.icc, shares.reach)
    size = 1 / shares.icc - 1
    propensity = rng.beta(mean * size, (1 - mean) * size, people)
    invalid = rng.random(people) < shares.invalid
    refuses = rng.random(people) < shares.refusers
    rows: list[tuple[Any, ...]] = []
    who = np.arange(people)
    for attempt in range(at_most):
        hour = rng.choice(hours, len(who))
        u = rng.random((3, len(who)))
        picks_up = u[2] < propensity[who] * INDEX[hour]
        outcome = np.where(picks_up, Outcome.LIVE, Outcome.NO_ANSWER)
        outcome = np.where(u[1] < shares.busy, Outcome.BUSY, outcome)
        outcome = np.where(u[0] < shares.off, Outcome.UNREACHABLE, outcome)
        outcome = np.where(refuses[who], Outcome.BLOCKED, outcome)
        outcome = np.where(invalid[who], Outcome.INVALID, outcome)
        seen = outcome.copy()
        for cause, signals in SIGNALS.items():
            mine = outcome == cause
            seen[mine] = rng.choice(list(signals), int(mine.sum()), p=list(signals.values()))
        rows.append((seen, who, np.full(len(who), attempt + 1), attempt * DAY_MS + hour * HOUR_MS))
        who = who[(seen != Outcome.LIVE) & ~np.isin(seen, LAST)]
    outcome, person, tries, time = (np.concatenate(part) for part in zip(*rows, strict=True))
    return CallLog(
        "seen",
        len(outcome),
        outcome=outcome.astype(np.uint8),
        person=person,
        attempt=tries.astype(np.int32),
        time_ms=time,
        relation=np.zeros(len(outcome), np.int8),
    )


def table(**columns: Any) -> pa.Table:
    """Return a small table of calls; `columns` replace its own, None takes one out."""
    plain: dict[str, Any] = {
        "time": [f"2026-04-13 09:{i:02d}:00" for i in range(6)],
        "person": ["a", "b", "c", "a", "b", "c"],
        "attempt": [1, 1, 1, 2, 2, 2],
        "outcome": ["no answer", "ANSWERED", "busy", "answered", "No-Answer", "unreachable"],
        "ring_s": [25, 8, 3, 7, 25, 3],
        "talk_s": [0, 40, 0, 62, 0, 0],
    }
    plain.update(columns)
    arrays = {name: pa.array(values) for name, values in plain.items() if values is not None}
    if "time" in arrays and pa.types.is_string(arrays["time"].type):
        arrays["time"] = arrays["time"].cast(pa.timestamp("s"))
    return pa.table(arrays)
