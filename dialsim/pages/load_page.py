"""The page of a load test, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from dialsim.pages.layout import (
    BAD,
    GOOD,
    OPEN,
    QUIET,
    Cell,
    cut_line,
    headed,
    labelled_rows,
    laid_out,
    paragraph,
    row,
    usable_width,
)

QUANTILES = ("p50", "p90", "p99", "p99.9", "p99.99", "max")
CAUSES = {
    "eligibility": "eligibility",
    "rate_limit": "rate limit",
    "trunk": "trunk",
    "agents": "agents",
}
DROPPED = "what is dropped stands in no quantile here; thresholds count it as later than all others"
UNKNOWN = "Unknown: it lies among what was dropped or not decided."
UNMEASURED = "Broken off before anything was measured."
NOBODY = "nobody, by eligibility, rate limit, trunk or agents"
NO_HOLD = "nobody: without a hold, what is short is deferred at once"
GUARD_LIFTED = (
    "Without the abandon guard where more calls are under way at once than a scenario may have "
    "agents: it would hold dials up, whatever the machine."
)
LOWEST = (
    "No lower rate was tried: a step of fewer dials says nothing of p99. A longer --for goes "
    "lower; an idle scheduler too is about a tick late, 1 ms."
)
DEFERRED = (
    "A limit of decisions, not of calls: {share} of the dials were placed there, the others "
    "deferred for want of people, lines or agents."
)
NEARLY_ALL = 0.99
LABEL = 15
NARROW = ("p50", "p99", "p99.9", "max")  # columns below which figures do not all fit
LEAST_FIGURE = 7
Found = Mapping[str, Any]


def load_page(found: Found, width: int) -> list[Text]:
    """Return the page of `LoadTest.to_dict` as lines of at most `width` columns (from 60)."""
    width = usable_width(width)
    lines = [*_head(found, width), Text("")]
    if not (found["limit"]["tried"] if found["limit"] is not None else found["steps"]):
        return [*lines, *paragraph(UNMEASURED, width, 0, OPEN)]
    if found["limit"] is not None:
        lines += _limit(found["limit"], found["asked"], width)
    else:
        for step in found["steps"]:
            lines += [*_step(step, width), Text("")]
        lines += _machine(found, width)
        lines += _thresholds(found, width)
    return laid_out([*lines, Text(""), *_verdict(found, width)], width)


def _head(found: Found, width: int) -> Iterator[Text]:
    asked = found["asked"]
    note = f"{asked['profile']} · {asked['arrivals']} · seed {found['seed']}"
    yield from headed(f"Load test · {found['scenario']}", note, width)
    parts = [f"{asked['length_ms'] / 1000:g} s a step", f"warm-up {asked['warm_up_ms'] / 1000:g} s"]
    parts.append(f"hold {asked['hold_ms']:,} ms")
    if asked["deadline_ms"] is not None:
        parts.append(f"deadline {asked['deadline_ms']:,} ms")
    if found["limit"] is None:
        whole = sum(1 for run in found["runs"] if not run["interrupted"])
        part = " and a part of one" if whole < len(found["runs"]) else ""
        parts.insert(0, f"{whole} of {asked['runs']} runs{part}")
    yield from paragraph(" · ".join(parts), width, style=QUIET)
    if found["guard_lifted"]:
        yield from paragraph(GUARD_LIFTED, width, style=QUIET)


def _step(step: Found, width: int) -> Iterator[Text]:
    """Return a step: its counts, lateness and latency, and the causes of deferred offers."""
    runs = "1 run" if step["runs"] == 1 else f"least – most of {step['runs']} runs"
    yield from headed(f"{step['rate']} dials/s", runs, width)
    counts = [
        f"{_span(step[name], ',')} {name}"
        for name in ("offered", "admitted", "deferred", "dropped", "censored")
    ]
    yield from labelled_rows("offers", " · ".join(counts), width, LABEL)
    if max(step["dropped"]):
        yield from labelled_rows("", DROPPED, width, LABEL)
    if step["deferred_for"]:
        reasons = [f"{CAUSES[name]} {n:,}" for name, n in step["deferred_for"].items()]
        yield from labelled_rows("deferred for", ", ".join(reasons), width, LABEL)
    yield from _times(step, width)
    yield from labelled_rows("held up", _held(step), width, LABEL)
    yield from labelled_rows("backlog", _backlog(step), width, LABEL)


def _times(step: Found, width: int) -> Iterator[Text]:
    """Return the quantiles of own lateness and of latency, the least and the most of all runs."""
    names = QUANTILES if _room(width, len(QUANTILES)) >= LEAST_FIGURE else NARROW
    room = _room(width, len(names))
    yield row([Cell("ms", LABEL, style=QUIET), *(Cell(q, room, True, QUIET) for q in names)])
    # only the least is known if a run has censored offers
    signs = ("≥" if step["at_least"] == step["runs"] else "", "≥" if step["at_least"] else "")
    ends = [(0, "")] if step["runs"] == 1 else [(0, ", least"), (1, ", most")]
    for what in ("lateness", "latency"):
        for end, suffix in ends:
            cells = [Cell(_ms(step[f"{what}_ms"][q][end], signs[end]), room, True) for q in names]
            yield row([Cell(what + suffix, LABEL), *cells])


def _room(width: int, figures: int) -> int:
    return (width - 2 - LABEL) // figures - 2


def _held(step: Found) -> str:
    parts = [
        f"{CAUSES[name]} {100 * each['share']:.3g} %, p99 {each['p99_ms']:,.0f} ms, "
        f"max {each['max_ms']:,.0f} ms"
        for name, each in step["held"].items()
        if each["share"] > 0
    ]
    nobody = NO_HOLD if step["deferred_for"] else NOBODY
    return "; ".join(parts) or nobody


def _backlog(step: Found) -> str:
    most = f"at most {_span(step['backlog_most'], ',')} due and not decided"
    low, high = step["backlog_slope_per_s"]
    if low is None:
        return most
    grows = step["backlog_grows"]
    how = f"grows in {grows} of {step['runs']} runs" if grows else "does not grow"
    return f"{most}; {how} ({_signed(low)} to {_signed(high)} a second)"


def _machine(found: Found, width: int) -> Iterator[Text]:
    """Return how long slices were, and how late a heartbeat without any work was."""
    yield from headed("Machine", "", width)
    runs = found["runs"]
    for label, key, names in (
        ("slices", "slices", ("p50_ms", "p99_ms", "p99.9_ms", "max_ms")),
        ("heartbeat", "heartbeat_ms", ("p50", "p99", "p99.9", "max")),
    ):
        parts = []
        for name in names:
            ends = _ends([run[key][name] for run in runs])
            parts.append(f"{name.removesuffix('_ms')} {_span(ends, '.3g')}")
        yield from labelled_rows(label, " · ".join(parts) + " ms", width, LABEL)


def _thresholds(found: Found, width: int) -> Iterator[Text]:
    if not found["thresholds"]:
        return
    yield Text("")
    yield from headed("Thresholds", "the worst of all runs", width)
    for each in found["thresholds"]:
        admitted = each["name"] == "admitted"
        worst, bound = each["worst"], each["limit"]
        if admitted:
            shown = "none" if worst is None else f"{100 * worst:.4g} %"
            text = f"{shown}, at least {100 * bound:g} %"
        else:
            shown = "unknown" if each["unknown"] else f"{_ms(worst, '')} ms"
            text = f"{shown}, at most {bound:g} ms"
        mark, style = ("✓", GOOD) if each["met"] else ("✗", BAD)
        cells = [
            Cell(mark, style=style),
            Cell(f"{each['rate']}/s", 11),
            Cell(each["name"], 15),
            Cell(text),
        ]
        yield row(cells)
    if any(each["unknown"] for each in found["thresholds"]):
        yield from paragraph(UNKNOWN, width, 2, QUIET)


def _limit(limit: Found, asked: Found, width: int) -> Iterator[Text]:
    """Return a search for the limit: every run in order, and the rates it lies between."""
    yield from headed(
        "Search", f"p99 of own lateness at most {asked['lateness_ms']['p99']:g} ms", width
    )
    yield row(
        [
            Cell("", 1),
            Cell("dials/s", 12, True, QUIET),
            Cell("p99, ms", 9, True, QUIET),
            Cell("backlog/s", 11, True, QUIET),
            Cell("admitted", 8, True, QUIET),
        ]
    )
    for each in limit["tried"]:
        slope = each["backlog_slope_per_s"]
        mark, style = ("✓", GOOD) if each["passed"] else ("✗", OPEN if each["void"] else BAD)
        yield cut_line(
            row(
                [
                    Cell(mark, style=style),
                    Cell(f"{each['rate_per_s']:,.0f}", 12, True),
                    Cell(_ms(each["lateness_ms"], ""), 9, True),
                    Cell("–" if slope is None else _signed(slope), 11, True),
                    Cell(_percent(each["admitted"]), 8, True),
                    Cell(each["why"] or "", style=OPEN if each["void"] else BAD),
                ]
            ),
            width,
        )
    if limit["ended_by"]:
        yield from paragraph(f"No higher rate was tried: {limit['ended_by']}.", width)


def _verdict(found: Found, width: int) -> Iterator[Text]:
    if found["complete"] and not found["void"] and found["behind"]:
        text = f"This machine does not keep up with {found['behind']}."
        yield from paragraph(text, width, 0, BAD)
    if found["void"]:
        yield from paragraph(f"Void: {found['void']}.", width, 0, OPEN)
    elif not found["complete"]:
        yield from paragraph("Broken off: this is what was measured by then.", width, 0, OPEN)
    elif found["limit"] is not None:
        low, high = found["limit"]["last_pass_per_s"], found["limit"]["first_fail_per_s"]
        style = BAD if low is None else GOOD
        yield from paragraph(f"Limit: {_interval(low, high)}.", width, 0, style)
        if low is None and high is not None:
            yield from paragraph(LOWEST, width, 0, QUIET)
        placed = [
            each["admitted"] or 0.0
            for each in found["limit"]["tried"]
            if each["passed"] and each["rate_per_s"] == low
        ]
        if placed and min(placed) < NEARLY_ALL:
            text = DEFERRED.format(share=_percent(min(placed)))
            yield from paragraph(text, width, 0, OPEN)
    elif not found["thresholds"]:
        yield from paragraph("No threshold was set.", width, 0, QUIET)
    else:
        missed = sum(1 for each in found["thresholds"] if not each["met"])
        whole = len(found["thresholds"])
        text = f"{missed} of {whole} thresholds missed." if missed else "Every threshold is met."
        yield from paragraph(text, width, 0, BAD if missed else GOOD)
    if found["void"] and found["limit"] is not None:
        limit = found["limit"]
        ends = _interval(limit["last_pass_per_s"], limit["first_fail_per_s"])
        yield from paragraph(f"By what was tried all the same: {ends}.", width, 0, QUIET)


def _interval(low: float | None, high: float | None) -> str:
    if low is None:
        return "no rate passed" if high is None else f"below {high:,.0f} dials/s"
    if high is None:
        return f"{low:,.0f} dials/s pass, none failed"
    return f"last pass {low:,.0f} dials/s, first fail {high:,.0f} dials/s"


def _ms(value: float | None, sign: str) -> str:
    """Return a time in ms with three figures, whole above a hundred."""
    if value is None:
        return "–"
    return sign + (f"{value:,.0f}" if value >= 100 else f"{value:.3g}")


def _percent(share: float | None) -> str:
    """Return a share rounded down to a tenth of a percent: 100 % means all."""
    return "–" if share is None else f"{int(1000 * share) / 10:g} %"


def _signed(value: float) -> str:
    whole = round(value)
    return f"{whole:+,}".replace("-", "−") if whole else "0"


def _span(ends: Sequence[float | None], form: str) -> str:
    low, high = ends
    if low is None or high is None:
        return "–"
    return format(low, form) if low == high else f"{format(low, form)}–{format(high, form)}"


def _ends(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else (None, None)
