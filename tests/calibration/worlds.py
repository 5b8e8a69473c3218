"""Runs whose network values are drawn, so that a fit can be compared with what they were."""

from __future__ import annotations

from typing import Any

import numpy as np

from dialsim.api.results import Run
from tests.people.scenarios import small_scenario

RELATIONS = ("opted_in", "bought")
REFUSERS = ((0.0, 0.0), (0.0, 0.05), (0.05, 0.12), (0.12, 0.2))
"""Shares of people who are registered to refuse, from none on: all are as frequent."""


def drawn_values(number: int) -> tuple[str, dict[str, Any]]:
    """Return a relation, and network values that differ from log to log."""
    rng = np.random.default_rng(number)

    def between(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 4)

    relation = RELATIONS[number % 2]
    gross = between(0.25, 0.45) if relation == "opted_in" else between(0.12, 0.28)
    weight = between(0.3, 0.6)
    short, long = between(3, 7), between(50, 120)
    values = {
        f"answer.gross.{relation}": gross,
        "answer.icc": between(0.1, 0.4),
        "answer.assistant_share": between(0.03, 0.12),
        "people.unreachable": between(0.04, 0.12),
        "people.busy": between(0.02, 0.08),
        "ring.answer_median": f"{round(between(6, 12) * 1000)}ms",
        "ring.answer_sigma": between(0.35, 0.6),
        "ring.post_dial_median": f"{round(between(2, 4) * 1000)}ms",
        "ring.post_dial_sigma": between(0.3, 0.5),
        f"talk.{relation}": [
            [weight, short, between(0.4, 0.8)],
            [round(1 - weight, 4), long, between(0.5, 0.9)],
        ],
        f"refuse_call.category_share.{relation}": between(*REFUSERS[number // 2 % len(REFUSERS)]),
        f"people.{relation}.empty": between(0.01, 0.12),
        f"people.{relation}.suspended": between(0.0, 0.08),
    }
    return relation, values


def world(number: int, people: int) -> dict[str, Any]:
    """Return the scenario of a log."""
    relation, values = drawn_values(number)
    synthetic = {"count": people, "relation": relation}
    raw = small_scenario({"name": "customers", "synthetic": synthetic}, **values)
    raw["days"] = 3
    raw["seed"] = raw["list_seed"] = 1000 + number
    raw["caller_ids"][0]["count"] = 400
    raw["trunks"][0]["channels"] = 200
    raw["agents"][0]["count"] = 12
    retry = {"no_answer": "2h", "busy": "2h", "unreachable": "4h"}
    raw["campaigns"][0]["attempts"] = {"at_most": 3, "retry": retry}
    return raw


def played(number: int, people: int) -> Run:
    """Return the run of a log."""
    import dialsim

    return dialsim.run(world(number, people))


def truths(number: int) -> dict[str, float]:
    """Return the drawn values by the names of a calibration's rows."""
    from dialsim.scenario.profiles.profile import load_network
    from dialsim.scenario.values import parse_duration

    relation, values = drawn_values(number)
    found: dict[str, float] = {}
    for key, value in values.items():
        if key.startswith("talk."):
            for i, (weight, median, sigma) in enumerate(value):
                found[f"{key}[{i}].median"] = 1000 * median
                found[f"{key}[{i}].sigma"] = sigma
                if i == 0:
                    found[f"{key}[{i}].weight"] = weight
        else:
            found[key] = float(parse_duration(value) if isinstance(value, str) else value)
    found[f"people.{relation}.invalid"] = sum(
        values[f"people.{relation}.{part}"] for part in ("empty", "suspended")
    )
    network = load_network("typical")
    for key in ("talk.assistant_median", "talk.assistant_sigma"):
        found[key] = float(network[key])
    for hour, index in enumerate(network["answer.hour_index"]):
        found[f"answer.hour_index[{hour}]"] = index
    found["decline_by_attempt"] = 1.0
    return found
