"""Charts of a run's caller IDs: their states over time, and how much of their limits they used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dialsim.arrow_numpy import values_of
from dialsim.core.codes import Action
from dialsim.core.time_units import DAY_MS
from dialsim.errors import ScenarioError
from dialsim.explanations.caller_states import StateSpan, state_spans, worst
from dialsim.explanations.intervention_trace import brief, iso
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message
from dialsim.pages.charts.labels import LABELS
from dialsim.pages.charts.rows import HeadroomRow, LabelRow, LifeRow
from dialsim.pages.charts.theme import PAPER, STATES, Look, data, finished
from dialsim.pages.charts.time_series import local_text
from dialsim.results import formatting
from dialsim.results.network.network_rules import network_rules
from dialsim.results.stored_metrics import count_of
from dialsim.results.tables.run_log import RunLog

if TYPE_CHECKING:
    import altair as alt

Array = NDArray[Any]
MOST_USED = 1.5
"""Share of a limit at which bars end: one far beyond it leaves the others readable."""
SHOWN = 30
"""Caller IDs on a chart: those that fared worst."""
LABELLED = Action.LABEL.name.lower()
CLOSED_BEFORE = message("closed before the run began, as the states of caller IDs tell")


def lives(log: RunLog) -> dict[int, list[StateSpan]]:
    """Return the states of each caller ID that ever left the clear state, by its row."""
    by_line: dict[int, list[StateSpan]] = {}
    for each in state_spans(log):
        by_line.setdefault(each.line, []).append(each)
    return {line: worst(held) for line, held in by_line.items()}


def life_rows(
    log: RunLog,
    language: Language = "en",
    shown: int = SHOWN,
    known: dict[int, list[StateSpan]] | None = None,
) -> list[LifeRow]:
    """Return the states of the caller IDs that fared worst, one after another, with the reason.

    `known`: the result of :func:`lives`, if it has been computed already.

    Returns
    -------
    list of LifeRow
        Of at most `shown` numbers; the worst and longest in a bad state come first. Empty if the
        network acted on no caller ID and none was closed before.

    Notes
    -----
    A caller ID takes the state of its class, its enterprise, its trunk or the caller ID it replaces
    if that is worse.
    """
    known = lives(log) if known is None else known
    rows: list[LifeRow] = []
    for line in worst_first(known)[:shown]:
        at = log.opening_tick
        for each in [*known[line], None]:
            first = log.last_tick if each is None else each.from_tick
            if at < first:
                rows.append(_life(log, line, at, first, "none", "", language))
            if each is not None:
                why = CLOSED_BEFORE[language]
                if each.act >= 0:
                    why = brief(log, log.acts[each.act], language)["sentence"]
                rows.append(
                    _life(log, line, each.from_tick, each.to_tick, each.action, why, language)
                )
                at = each.to_tick
    return rows


def worst_first(known: Mapping[int, list[StateSpan]]) -> list[int]:
    """Return rows of caller IDs, the severest states and the longest in them first."""

    def badness(line: int) -> tuple[int, int, int]:
        top = max(each.severity for each in known[line])
        spent = sum(e.to_tick - e.from_tick for e in known[line] if e.severity == top)
        return (-top, -spent, line)

    return sorted(known, key=badness)


def _life(
    log: RunLog, line: int, first: int, last: int, action: str, why: str, language: Language
) -> LifeRow:
    return {
        "caller": log.lines.names[line],
        "ranges": [log.block_of(line).name],
        "from": iso(log, first)[:19],
        "to": iso(log, last)[:19],
        "state": action,
        "name": network_rules().word("action", action, language),
        "why": why,
    }


def caller_ids(
    log: RunLog, language: Language = "en", look: Look = PAPER, rows: list[LifeRow] | None = None
) -> alt.TopLevelMixin:
    """Return the states over time of the caller IDs that fared worst as a chart (`life_rows`).

    A dashed line marks the end of the last day of calling.

    Raises
    ------
    ScenarioError
        No caller ID changed its state: the chart would be empty.
    """
    import altair as alt

    texts = LABELS[language]
    rows = life_rows(log, language) if rows is None else rows
    if not rows:
        raise ScenarioError(
            message("the network put no number into another state: there is nothing to draw")
        )
    names = [network_rules().word("action", state, language) for state in STATES]
    present = {row["state"] for row in rows}
    mine = [i for i, state in enumerate(STATES) if state in present]
    order = list(dict.fromkeys(row["caller"] for row in rows))
    end = _last_change(log, rows)
    rows = [{**row, "to": min(row["to"], end)} for row in rows if row["from"] < end]
    bars = (
        alt.Chart(data(rows, "caller_lives", look))
        .mark_bar(height={"band": 0.62})
        .encode(
            x=alt.X("from:T", title=None)
            .scale(nice=False)
            .axis(format=dates.CHARTS[language]["day"], tickCount=by_days(rows[0]["from"], end)),
            x2=alt.X2("to:T"),
            y=alt.Y("caller:N", sort=order, title=None).axis(ticks=False, domain=False),
            color=alt.Color("name:N").scale(
                domain=[names[i] for i in mine], range=[look.states[i] for i in mine]
            ),
            tooltip=[
                alt.Tooltip("caller:N", title=texts["caller"]),
                alt.Tooltip("name:N", title=texts["state"]),
                alt.Tooltip("from:T", title=texts["from"], format=dates.CHARTS[language]["moment"]),
                alt.Tooltip("to:T", title=texts["to"], format=dates.CHARTS[language]["moment"]),
                alt.Tooltip("why:N", title=texts["why"]),
            ],
        )
    )
    labels = label_rows(log, order, language)
    layers = bars + _label_marks(labels, order, language, look) if labels else bars
    chart = (layers + last_day(log, look)).properties(width="container", height=15 * len(order))
    return finished(chart, look)


def label_rows(log: RunLog, callers: Sequence[str], language: Language = "en") -> list[LabelRow]:
    """Return when caller IDs were labelled.

    Parameters
    ----------
    callers
        Their names.
    """
    shown = set(callers)
    return [
        {
            "caller": log.lines.names[act.line],
            "ranges": [log.block_of(act.line).name],
            "at": iso(log, act.tick)[:19],
            "why": brief(log, act, language)["sentence"],
        }
        for act in log.acts
        if act.action == LABELLED and act.target == "caller" and log.lines.names[act.line] in shown
    ]


def _label_marks(rows: list[LabelRow], order: Sequence[str], language: Language, look: Look) -> Any:
    """Return a mark at each moment at which a caller ID was labelled."""
    import altair as alt

    texts, form = LABELS[language], dates.CHARTS[language]["moment"]
    return (
        alt.Chart(data(rows, "caller_lives_labels", look))
        .mark_point(shape="triangle-up", filled=True, size=46, fill=look.ink, stroke=look.surface)
        .encode(
            x=alt.X("at:T"),
            y=alt.Y("caller:N", sort=list(order)),
            tooltip=[
                alt.Tooltip("caller:N", title=texts["caller"]),
                alt.Tooltip("at:T", title=texts["labelled"], format=form),
                alt.Tooltip("why:N", title=texts["why"]),
            ],
        )
    )


def by_days(first: str, last: str) -> Any:
    """Return the ticks of a time axis between two moments: midnights, at most ten."""
    days = int((np.datetime64(last) - np.datetime64(first)) / np.timedelta64(1, "D"))
    return {"interval": "day", "step": max(1, -(-days // 10))}


def _last_change(log: RunLog, rows: list[LifeRow]) -> str:
    """Return where the life lines end: a day after the last change, since nothing changes later.

    The end of the last day of calling is always shown.
    """
    changes = [row["to"] for row in rows if row["to"] < iso(log, log.last_tick)[:19]]
    latest = max([iso(log, log.horizon_tick)[:19], *changes])
    later = np.datetime64(latest) + np.timedelta64(1, "D")
    return min(str(later), iso(log, log.last_tick)[:19])


def last_day(log: RunLog, look: Look, until: str | None = None) -> Any:
    """Return a dashed line at the end of the last day of calling.

    With `until`, the axis reaches from the start to that moment.
    """
    import altair as alt

    end = local_text(np.datetime64(log.moment(log.horizon_tick).replace(tzinfo=None)))
    rows: list[dict[str, object]] = [{"end": end, "shown": 1}]
    if until is not None:
        rows += [{"end": moment, "shown": 0} for moment in (iso(log, 0)[:19], until)]
    return (
        alt.Chart(data(rows))
        .mark_rule(stroke=look.soft, strokeDash=[3, 4])
        .encode(x=alt.X("end:T"), opacity=alt.Opacity("shown:Q", scale=None, legend=None))
    )


# --- headroom -------------------------------------------------------------------------------------


def headroom_rows(log: RunLog, language: Language = "en") -> list[HeadroomRow]:
    """Return how much of each limit the caller IDs of each number range used at most.

    Returns
    -------
    list of HeadroomRow

    Raises
    ------
    ScenarioError
        The run kept no call log.

    Notes
    -----
    A filed volume is a number's calls on a local day, that of a line contract the trunk's. The
    enterprise's own ceilings count by their window; where it slides, every span of that length is
    looked at.
    One pass over two columns of the call log, then a sort by number and time.
    """
    if not has_calls(log):
        raise ScenarioError(message("this run kept no calls: run it again with its call log"))
    lines, ticks = calls_by_line(log)
    days = days_of(log, ticks)
    rows: list[HeadroomRow] = []
    for row, block in enumerate(log.scenario.caller_ids):
        mine = np.flatnonzero(log.lines.block == row)
        within = (lines >= mine[0]) & (lines <= mine[-1])
        at, when = lines[within] - mine[0], ticks[within]
        a_day = _most_in_a_day(at, days[within], block.count)
        if block.filed is not None and block.filed.daily_volume:
            rows.append(_used("filed", block.name, block.filed.daily_volume, a_day, language))
        for limit in log.scenario.rules.caller_limits or ():
            if limit.scope != "person":
                continue
            if limit.window == "calendar" and limit.per == DAY_MS:
                most = a_day
            else:
                most = most_within(at, when, limit.per, block.count)
            rows.append(_used("ceiling", block.name, limit.count, most, language, limit.per))
    for trunk in log.scenario.trunks:
        if trunk.contract is not None and trunk.contract.daily_volume is not None:
            over = np.array([each.trunk == trunk.name for each in log.scenario.caller_ids])
            on = days[over[log.lines.block][lines]]
            most = _most_in_a_day(np.zeros_like(on), on, 1)
            used = _used("contract", trunk.name, trunk.contract.daily_volume, most, language)
            used["ranges"] = [
                each.name for each in log.scenario.caller_ids if each.trunk == trunk.name
            ]
            rows.append(used)
    return rows


def _used(
    kind: Literal["filed", "contract", "ceiling"],
    whose: str,
    allowed: int,
    most: Array,
    language: Language,
    per: int = DAY_MS,
) -> HeadroomRow:
    """Return the use of a limit by the busiest and the median caller ID, or by a trunk."""
    top, middle = int(most.max()), float(np.median(most))
    name = LABELS[language][kind]
    return {
        "name": name.format(whose=whose, count=allowed, per=formatting.per(per, language)),
        "kind": kind,
        "ranges": [whose],
        "allowed": allowed,
        "most": top,
        "median": middle,
        "used": top / allowed,
        "used_median": middle / allowed,
    }


def has_calls(log: RunLog) -> bool:
    """Return whether the run has a full call log, or made no attempts."""
    if not count_of(log.summary, "attempts"):
        return True
    kept = log.columns("calls")
    return bool(kept) and any(batch.num_rows for batch in log.batches("calls", ("time",)))


def calls_by_line(log: RunLog) -> tuple[Array, Array]:
    """Return the caller ID's row and the tick of every call: int64[n] each, sorted by both."""
    names = log.row_of
    lines, ticks = [], []
    for batch in log.batches("calls", ("time", "caller")):
        column = batch.column("caller")
        rows = np.array([names[name] for name in column.dictionary.to_pylist()] or [0], np.int64)
        lines.append(rows[values_of(column.indices)])
        ticks.append(log.ticks(batch.column("time")))
    line = np.concatenate(lines) if lines else np.zeros(0, np.int64)
    tick = np.concatenate(ticks) if ticks else np.zeros(0, np.int64)
    order = np.lexsort((tick, line))
    return line[order], tick[order]


def days_of(log: RunLog, ticks: Array) -> Array:
    """Return the local day of each tick, from 0."""
    starts = [log.day_start(0)]
    while len(ticks) and starts[-1] <= ticks.max():
        starts.append(log.day_start(starts[-1] + 36 * 3_600_000))
    return np.asarray(np.searchsorted(np.array(starts), ticks, side="right") - 1, np.int64)


def _most_in_a_day(lines: Array, days: Array, count: int) -> Array:
    """Return each number's calls on its busiest day: int64[count]."""
    width = int(days.max()) + 1 if len(days) else 1
    table = np.bincount(lines * width + days, minlength=count * width)
    most: Array = table.reshape(count, width).max(axis=1)
    return most


def most_within(lines: Array, ticks: Array, span_ms: int, count: int) -> Array:
    """Return each number's calls in its busiest span of a length: int64[count].

    Parameters
    ----------
    lines, ticks
        Of the calls, sorted by both.
    span_ms
        Calls at t and t + `span_ms` are not in one span.

    Examples
    --------
    >>> most_within(np.array([0, 0, 0, 1]), np.array([0, 5, 10, 3]), 10, 3).tolist()
    [2, 1, 0]
    """
    most = np.zeros(count, np.int64)
    np.maximum.at(most, lines, within_span(lines, ticks, span_ms))
    return most


def within_span(whose: Array, ticks: Array, span_ms: int) -> Array:
    """Return for each call how many calls of the same number, or person, lie in the span it ends.

    As in :func:`most_within`: `whose` and `ticks` are sorted by both, the call itself counts.

    >>> within_span(np.array([0, 0, 0, 1]), np.array([0, 5, 10, 12]), 10).tolist()
    [1, 2, 2, 1]
    """
    if not len(ticks):
        return np.zeros(0, np.int64)
    far = int(ticks.max() - ticks.min()) + span_ms + 1  # a gap longer than any between two calls
    keys = whose * far + (ticks - ticks.min())
    begun = np.searchsorted(keys, keys - span_ms, side="right")
    return np.asarray(np.arange(1, len(keys) + 1) - begun, np.int64)


def headroom(
    log: RunLog,
    language: Language = "en",
    look: Look = PAPER,
    rows: list[HeadroomRow] | None = None,
) -> alt.TopLevelMixin:
    """Return a chart of how much of each limit the busiest and the median caller ID used."""
    import altair as alt

    texts = LABELS[language]
    rows = headroom_rows(log, language) if rows is None else rows
    drawn: list[dict[str, object]] = [
        {
            **row,
            "bar": min(row["used"], MOST_USED),
            "tick": min(row["used_median"], MOST_USED),
            "text": texts["beyond" if row["used"] > MOST_USED else "share_used"].format(
                formatting.percent(row["used"], language=language)
            ),
        }
        for row in rows
    ]
    top = max([1.0, *(min(row["used"], MOST_USED) for row in rows)])
    base = alt.Chart(data(drawn, "headroom", look)).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None).axis(
            labelLimit=230, ticks=False, domain=False, labelColor=look.ink
        ),
        tooltip=[
            alt.Tooltip("name:N", title=texts["limit"]),
            alt.Tooltip("allowed:Q", title=texts["allowed"], format=","),
            alt.Tooltip("most:Q", title=texts["most"], format=","),
            alt.Tooltip("median:Q", title=texts["median"], format=",.0f"),
            alt.Tooltip("used:Q", title=texts["used"], format=".0%"),
        ],
    )
    bars = base.mark_bar(cornerRadius=2, height={"band": 0.6}, fill=look.main).encode(
        x=alt.X("bar:Q", title=texts["used"])
        .scale(domain=[0, 1.25 * top], nice=False)
        .axis(format="%", tickCount=5)
    )
    middle = base.mark_tick(color=look.ink, thickness=2, height=14).encode(x=alt.X("tick:Q"))
    figures = base.mark_text(align="left", dx=5, fill=look.ink).encode(
        x=alt.X("bar:Q"), text=alt.Text("text:N")
    )
    line = (
        alt.Chart(data([{"all": 1.0}]))
        .mark_rule(stroke=look.bad, strokeDash=[5, 4], strokeWidth=1.5)
        .encode(x=alt.X("all:Q"))
    )
    layers = bars + middle + line + figures
    chart = layers.properties(width="container", height=26 * len(rows))
    return finished(chart, look)
