"""Lines of the page of replications: chances of suspensions, and the stopping rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import BAD, GOOD, QUIET, Cell, cut_line, headed, paragraph, row
from dialsim.results import formatting
from dialsim.statistics.intervals import possible_ends

Found = Mapping[str, Any]
CHANCES = ("suspension_chance", "stop_chance", "review_chance")

_WORDS: Texts = text_table(
    {
        "happened": "Suspensions and reviews",
        "any_suspension": "any number suspended",
        "enterprise_stop": "all stopped at once",
        "any_review": "a review opened",
        "by_calls": "by the calls made",
        "of": "{} of {}",
        "until": "Played until",
        "unknown": "unknown",
        "goal": "goal: {}",
        "goals_met": "all goals met",
        "cost": "cost",
        "suspension_chance": "suspension, by calls",
        "stop_chance": "stop of all, by calls",
        "review_chance": "review, by calls",
        "met": "goal {} met",
        "margin": "margin of goal {}",
        "value": "value of goal {}",
        "happened_note": "in so many replications · 95 % interval of the probability",
        "calling_on": "Numbers go on calling while a review of the enterprise lasts; one that goes "
        "against it stops them all. Replications with a review in which it did: {stopped} of "
        "{reviewed}.",
        "by_calls_note": "The chance that complaints about the calls made have this effect, mean "
        "over replications: far closer than counting.",
        "too_few": "N too small for {what}: fewer than 10 replications had it, or had it not.",
        "until_note": "half-width · at most · interval (95 % for all, through the looks)",
        "stopped": "Stopped after {n} replications: every interval is as narrow as asked for.",
        "ended": "Ended at {n} replications, the most allowed: not every interval is as narrow as "
        "asked for.",
    }
)

SUSPENSIONS = {
    name: _WORDS["en"][name] for name in ("any_suspension", "enterprise_stop", "any_review")
}
"""Texts of what happens to caller IDs and to the enterprise, by metric."""


def suspension_lines(found: Found, width: int, lang: Language) -> list[Text]:
    """Return in how many replications numbers were suspended or the enterprise reviewed.

    With the chance of either, and whether calling stopped during a review.
    """
    texts, happened = _WORDS[lang], found["happened"]
    if not happened:
        return []
    lines = [Text(""), *headed(texts["happened"], texts["happened_note"], width)]
    for metric, each in happened.items():
        share, hits = each["share"], each["hits"]
        count = texts["of"].format(formatting.number(hits), formatting.number(share["n"]))
        lines.append(_line(texts[metric], count, share, BAD if hits else "", width, texts))
        if each["by_calls"] is not None:
            mean = each["by_calls"]
            lines.append(_line("  " + texts["by_calls"], probability(mean["value"]), mean, "",
                               width, texts))  # fmt: skip
    lines += calling_on_lines(found, width, lang)
    few = [texts[metric] for metric, each in happened.items() if each["too_few"]]
    if few:
        text = texts["too_few"].format(what=texts["and"].join(few))
        lines += paragraph(text, width, 2, QUIET)
    if any(each["by_calls"] is not None for each in happened.values()):
        lines += paragraph(texts["by_calls_note"], width, 2, QUIET)
    return lines


def calling_on_lines(found: Found, width: int, lang: Language) -> list[Text]:
    """Return whether calling stopped during a review; nothing if none was opened."""
    review = found["happened"].get("any_review")
    if review is None or not review["hits"]:
        return []
    text = _WORDS[lang]["calling_on"].format(
        stopped=formatting.number(review["stood_still"]), reviewed=formatting.number(review["hits"])
    )
    return paragraph(text, width, 2, QUIET)


def _line(
    name: str, figure: str, interval: Found, style: str, width: int, texts: Mapping[str, str]
) -> Text:
    ends = ""
    if interval["low"] is not None:
        ends = between(interval["low"], interval["high"], texts["to"])
    cells = [Cell(name, 26), Cell(figure, 16, right=True, style=style)]
    return cut_line(row([*cells, Cell(ends, width - 48, right=True)]), width)


def probability(share: float | None) -> str:
    """Return a probability with two digits, however small.

    >>> probability(0.25), probability(0.00001234), probability(0), probability(0.9996)
    ('25 %', '0.0012 %', '0 %', '99.960 %')
    """
    if share is None:
        return formatting.number(None)
    return f"{_percent(share, percent_digits(share))} %"


def between(low: float, high: float, to: str = "{} to {}") -> str:
    """Return an interval of a probability, with as many digits as distinguish its ends.

    >>> between(0.943, 0.9892), between(0, 0.015), between(0.01892, 0.01921), between(0, 0)
    ('94.3 to 98.9 %', '0 to 1.5 %', '1.89 to 1.92 %', '0 to 0 %')
    """
    digits = max(percent_digits(low), percent_digits(high), percent_digits((high - low) / 2, 1))
    return to.format(_percent(low, digits), _percent(high, digits) + " %")


def percent_digits(share: float, significant: int = 2) -> int:
    """Return how many decimals show so many digits of a percentage, or of its distance from 100."""
    near = min(100 * share, 100 - 100 * share)
    if near < 1e-9:
        return 0
    return max(0, significant - 1 - int(f"{near:.{significant - 1}e}".partition("e")[2]))


def _percent(share: float, digits: int) -> str:
    if share <= 0 or share >= 1:
        return f"{100 * share:.0f}"
    return f"{100 * share:.{digits}f}"


def until_lines(found: Found, width: int, lang: Language) -> list[Text]:
    """Return the stopping rule of the replications, and how narrow the intervals became."""
    texts, until = _WORDS[lang], found["until"]
    if not until:
        return []
    lines = [Text(""), *headed(texts["until"], texts["until_note"], width)]
    for each in until:
        interval, reached = each["interval"], each["reached"]
        ends = texts["unknown"]
        if interval["low"] is not None:
            ends = _ends(each, found, texts)
        good = each["met"]
        figure = texts["unknown"] if reached is None else "±" + probability(reached)
        cells = [
            Cell("✓" if good else "✗", 1, style=GOOD if good else BAD),
            Cell(_name(each, found, lang), 26),
            Cell(figure, 11, right=True),
            Cell(probability(each["wanted"]), 8, right=True, style=QUIET),
            Cell(ends, width - 56, right=True),
        ]
        lines.append(cut_line(row(cells), width))
    few = [_name(each, found, lang) for each in until if each["too_few"]]
    if few:
        text = texts["too_few"].format(what=texts["and"].join(few))
        lines += paragraph(text, width, 2, BAD)
    return lines


def until_sentence(found: Found, width: int, lang: Language) -> list[Text]:
    """Return why the replications stopped; nothing if their number was fixed."""
    if not found["until"] or not found["complete"]:
        return []
    met = all(each["met"] for each in found["until"])
    texts = _WORDS[lang]["stopped" if met else "ended"]
    n = formatting.number(len(found["replications"]))
    return paragraph(texts.format(n=n), width, 0, "" if met else BAD)


def _ends(each: Found, found: Found, texts: Mapping[str, str]) -> str:
    """Return the interval of a stopping target, as a probability or in the metric's unit."""
    metric, low, high = _metric_of(each, found), each["interval"]["low"], each["interval"]["high"]
    if each["absolute"] or str(each["metric"]) in CHANCES:
        return between(low, high, texts["to"])
    unit = "" if metric is None else found["metrics"][metric]["unit"]
    if metric is not None:  # a margin may be negative
        low, high = possible_ends(low, high, unit)
    return texts["to"].format(figure(low, unit), figure(high, unit))


def figure(value: float | None, unit: str) -> str:
    """Return a mean rounded for display: counts above 100 without decimals.

    >>> figure(1234.5, "calls"), figure(12.34, "calls"), figure(0.01234, "numbers")
    ('1,234', '12.3', '0.012')
    """
    if value is None:
        return formatting.number(None)
    if unit == "share":
        return formatting.column(value)
    if 1e-9 < abs(value) < 0.995:
        return f"{value:.2g}"
    return formatting.number(round(value) if abs(value) >= 100 else value, unit)


def _metric_of(each: Found, found: Found) -> str | None:
    column = str(each["metric"])
    if column.startswith("goal_") and column.endswith(".value"):
        return str(found["goals"][int(column[5:-6]) - 1]["metric"])
    return column if column in found["metrics"] else None


def _name(each: Found, found: Found, lang: Language) -> str:
    texts, metric, column = _WORDS[lang], _metric_of(each, found), str(each["metric"])
    if metric is None:
        if column in texts:
            return texts[column]
        place, _, part = column[5:].partition(".")
        return texts[part].format(place)
    name = formatting.localised(found["metrics"][metric], "name", lang)
    return texts["goal"].format(name) if column != metric else str(name)
