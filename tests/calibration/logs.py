"""Call logs drawn straight from the model of answering, without playing a campaign."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from dialsim.calibration.log import CallLog, Outcome
from dialsim.calibration.nodes import beta_nodes
from dialsim.scenario.profile import load_network

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
