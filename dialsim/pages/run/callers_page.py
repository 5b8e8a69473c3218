"""The section on caller IDs, on the page of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.model.parts import Section, section
from dialsim.pages.model.style import QUIET
from dialsim.pages.model.tables import Cell, Table, row, words
from dialsim.results.network.network_rules import network_rules
from dialsim.results.summary_types.network import CallerIds, Suspected
from dialsim.results.summary_types.units import State

LABELS: Texts = text_table(
    {
        "title": "Caller IDs",
        "number": "{:,} number",
        "numbers": "{:,} numbers",
        "labelled": "{:,} labelled",
        "retired": "{:,} given up by the dialer",
        "often": "{:,} times in all, ",
        "again": ", {:,} of these looked up since and used again",
        "severest": "severest state",
        "on": "on {}",
        "all_along": "all along",
        "besides": "besides",
        "state": "{0:,} {1}",
        "closed_before": "{:,} closed before the run began, as the states of caller IDs tell",
        "given_up": "{count:,} given up as intercepted, as far as a dialer can tell: more calls "
        "failed at once than it is used to ({often}the last {last})",
        "alarm": "far more calls of {campaign} failed at once than usual, from all its numbers "
        "({time}), upon which those not registered are given up and predictive pacing dials no "
        "further ahead",
        "there": "{:,} suspended in calls to one operator's subscribers",
    }
)


def callers_section(ids: CallerIds, reached: str, language: Language) -> Section:
    """Return a summary's ``caller_ids``; `reached`: the ISO time up to which it was played."""
    texts = LABELS[language]
    total = texts["number" if ids["total"] == 1 else "numbers"].format(ids["total"])
    until = dates.day(reached, language=language)
    shown = [(texts["severest"], ids["severest"]), (texts["on"].format(until), ids["by_state"])]
    if ids["severest"] == ids["by_state"]:
        shown = [(texts["all_along"], ids["by_state"])]
    rows = [row(Cell(name, QUIET), states_text(states, language)) for name, states in shown]
    extra = _besides(ids, language)
    if extra:
        rows.append(row(Cell(texts["besides"], QUIET), texts["then"].join(extra)))
    table = Table(words("", ""), tuple(rows))
    return section(texts["title"], table, note=total, key="callers")


def states_text(states: Mapping[State, int], language: Language) -> str:
    """Return how many caller IDs are in each state."""
    texts = LABELS[language]
    return texts["comma"].join(
        texts["state"].format(count, state_name(state, language))
        for state, count in states.items()
        if count
    )


def state_name(state: str, language: Language) -> str:
    """Return the text of a caller ID's state, which a summary has in English.

    >>> [state_name(state, "zh") for state in ("clear", "suspended", "of tomorrow")]
    ['正常', '停机', 'of tomorrow']
    """
    names = {each.name.en: each.name for each in network_rules().names["action"].values()}
    return names[state][language] if state in names else state


def _besides(ids: CallerIds, language: Language) -> list[str]:
    texts = LABELS[language]
    closed = ids.get("closed_before", 0)
    counts = {
        "labelled": ids["labelled"],
        "closed_before": closed,
        "retired": ids["retired"] - closed,
    }
    found = [texts[key].format(count) for key, count in counts.items() if count]
    if ids.get("suspected"):
        found.append(given_up(ids["suspected"], language))
    for each in ids.get("alarms", []):
        time = dates.moment(each["time"], language=language)
        found.append(texts["alarm"].format(campaign=each["campaign"], time=time))
    if ids.get("suspended_there"):
        found.append(texts["there"].format(ids["suspended_there"]))
    return found


def given_up(suspected: Sequence[Suspected], language: Language = "en") -> str:
    """Return the caller IDs given up as intercepted: how often, the last, and their fate."""
    texts = LABELS[language]
    last = dates.moment(suspected[-1]["time"], language=language)
    times = sum(each.get("times", 1) for each in suspected)
    often = "" if times == len(suspected) else texts["often"].format(times)
    again = sum(bool(each.get("again")) for each in suspected)
    text = texts["given_up"].format(count=len(suspected), often=often, last=last)
    return text + (texts["again"].format(again) if again else "")
