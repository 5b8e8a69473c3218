"""Check that network overrides, each of valid form, can be simulated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dialsim.core.quantiles import (
    CELLS,
    exponential_mixture_table,
    exponential_table,
    lognormal_mixture_table,
)
from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.values import MS_PER_DAY

OVERRIDES = "network.overrides"
MODIFIERS = ("third_call", "labelled", "dropped", "named")
MOST_MODIFIED = 30_000  # times 2**48 stays below 2**63
RELATIONS = ("opted_in", "bought")

_LOGNORMAL = ("ring.post_dial", "ring.answer", "talk.assistant", "signalling.refusal_delay")
_KEYS = (
    # name, lowest, highest, what is allowed; durations in ms
    (r"(ring|talk|signalling)\..*_median|patience\.mean|frequency\.delay", 1, None, "above 0s"),
    (r"people\..*|refuse_call\.category_share\..*", 0, 0.999_999, "below 1"),
    (r"complaints\.reference\.dropped_share", 0, 0.999_999, "below 1"),
    (r"behaviour\.confidence", 0.5, 0.999_999, "0.5 to 0.999999"),
    (r"behaviour\.(at_least|new_callees\.after)", 1, None, "above 0"),
    (r"behaviour\.mean_talk\.warn", 0, 600_000, "at most 10m"),
    (r"behaviour\.mean_talk\.spread", 0, 10, "0 to 10"),
    (r"recording\.notice", 0, 3_600_000, "at most 1h"),
    (r"answer\.icc", 0, 0.95, "0 to 0.95"),
    (r"subscriber_blocks\.(opted_in|bought)", 0, 0.999_999, "below 1"),
    (r"labels\.appeal\.most", 1, 4, "1 to 4"),
    (r"operators\.share\.ABROAD", 0, 0, "0: people who are drawn have numbers of China"),
    (r"complaints\.reference\.attempts", 1, 100, "1 to 100"),
    (
        r"(complaints|labels)\.window",
        30 * MS_PER_DAY,
        30 * MS_PER_DAY,
        "30d: complaints, marks and delivered calls are counted in windows of 30 days",
    ),
    (r"answer\.reference_timeout", 1_000, None, "at least 1s"),
)
_BOUNDS = tuple((re.compile(name), *rest) for name, *rest in _KEYS)


def check_network(network: Profile, replaced: Mapping[str, Any], problems: Problems) -> None:
    """Add replaced network values that cannot be simulated.

    Parameters
    ----------
    network
        With its overrides.
    replaced
        The overrides; without any, nothing is checked, since built-in profiles are tested.
    problems
        The list to add to.

    Notes
    -----
    Costs about 10 ms for each table of durations that an override changes.
    """
    faulty = _out_of_range(network, replaced, problems, OVERRIDES)
    _ladders(network, replaced, problems, OVERRIDES)
    hours = network["answer.reference_hours"]
    if any(hour != int(hour) or hour > 23 for hour in hours):
        _refuse(
            problems,
            "answer.reference_hours",
            message("not hours of the day"),
            hours,
            message("0 to 23"),
        )
    if sum(network.below("operators.share").values()) <= 0:
        key = _key(replaced, "operators.share")
        _refuse(
            problems, key, message("no operator has a share"), replaced[key], message("one above 0")
        )
    handsets = network.below("labels.handsets")
    if sum(handsets.values()) > 1:
        key = _key(replaced, "labels.handsets")
        _refuse(
            problems,
            key,
            message("more than all handsets"),
            replaced[key],
            message("1 in all at most"),
        )
    modified = float(np.prod([network[f"complaints.modifier.{name}"] for name in MODIFIERS]))
    if modified > MOST_MODIFIED:
        key = _key(replaced, "complaints.modifier")
        allowed = message("a product of {value} of at most {most_modified}").filled(
            value=", ".join(MODIFIERS), most_modified=MOST_MODIFIED
        )
        _refuse(problems, key, message("the modifiers together are too large"), modified, allowed)
    if not faulty:
        _tables(network, replaced, problems)
        _reachable(network, replaced, problems)


def check_judge(judge: Profile, replaced: Mapping[str, Any], problems: Problems, path: str) -> None:
    """Add overrides of an operator's profile that cannot be simulated.

    Values that they do not replace are not reported.
    """
    _out_of_range(judge, replaced, problems, path)
    _ladders(judge, replaced, problems, path)


def _out_of_range(
    network: Profile, replaced: Mapping[str, Any], problems: Problems, path: str
) -> bool:
    """Add values that are out of range; return whether there are any."""
    faulty = False
    for key in replaced:
        if key not in network:
            continue
        for name, low, high, allowed in _BOUNDS:
            value = network[key]
            if name.fullmatch(key) and (value < low or (high is not None and value > high)):
                found = network.entry(key).value
                _refuse(problems, key, message("out of range"), found, allowed, path)
                faulty = True
    return faulty


def _ladders(network: Profile, replaced: Mapping[str, Any], problems: Problems, path: str) -> None:
    """Refuse a milder rung with a higher threshold than the one above it."""
    short, answers = network.below("behaviour.short"), network.below("behaviour.answers")
    for head, wrong, allowed in (
        ("short", short["warn"] > short["throttle"], "at most"),
        ("answers", answers["warn"] < answers["throttle"], "at least"),
    ):
        mine = [key for key in replaced if key.startswith(f"behaviour.{head}.")]
        if wrong and mine:
            allowed = message("{head}.warn {allowed} {head}.throttle").filled(
                head=head, allowed=allowed
            )
            found = network[mine[0]]
            _refuse(problems, mine[0], message("the ladder is out of order"), found, allowed, path)


def _refuse(
    problems: Problems,
    key: str,
    message: str,
    found: object,
    allowed: str,
    path: str = OVERRIDES,
) -> None:
    problems.add(f"{path}.{key}", message, found=found, allowed=allowed)


def _key(replaced: Mapping[str, Any], *prefixes: str) -> str:
    """Return the first override below one of the prefixes; the first prefix if there is none."""
    return next((key for key in replaced if key.startswith(prefixes)), prefixes[0])


def _mixture(rows: Sequence[Sequence[float]], shape: str) -> None:
    if shape == "exponential":
        exponential_mixture_table([(weight, mean_s * 1000) for weight, mean_s, _ in rows])
    else:
        lognormal_mixture_table([(weight, median * 1000, s) for weight, median, s in rows])


def _tables(network: Profile, replaced: Mapping[str, Any], problems: Problems) -> None:
    """Build every changed table of durations, as a run does."""
    for key in replaced:
        stem = re.sub(r"_(median|sigma)$", "", key)
        try:
            with np.errstate(all="ignore"):
                if key == "patience.mean":
                    exponential_table(network[key])
                elif stem in _LOGNORMAL:
                    parts = network[f"{stem}_median"], network[f"{stem}_sigma"]
                    lognormal_mixture_table([(1.0, *parts)])
                elif key in network and network.entry(key).unit == "mixture":
                    _mixture(network[key], network["talk.shape"])
        except ValueError:
            _refuse(
                problems,
                key,
                message("the longest of these durations does not fit"),
                replaced[key],
                message("the longest in a quarter of a million below 24 days"),
            )


def _reachable(network: Profile, replaced: Mapping[str, Any], problems: Problems) -> None:
    """Check that a positive share of people answers, or no published rate can be reached."""
    for relation in RELATIONS:
        lost = sum(network[f"people.{relation}.{key}"] for key in ("empty", "suspended", "dormant"))
        if lost >= 1:
            key = _key(replaced, f"people.{relation}.")
            allowed = message("empty, suspended and dormant below 1 together")
            _refuse(problems, key, message("nobody can be reached"), replaced[key], allowed)
    changed = [key for key in replaced if key.startswith(("ring.answer_", "answer.reference_"))]
    if not changed or len(problems):
        return
    parts = network["ring.answer_median"], network["ring.answer_sigma"]
    ring = lognormal_mixture_table([(1.0, *parts)])[:CELLS]
    if not np.any(ring < network["answer.reference_timeout"]):
        _refuse(
            problems,
            changed[0],
            message("nobody answers within answer.reference_timeout"),
            replaced[changed[0]],
            message("a reference_timeout above the time to answer"),
        )
