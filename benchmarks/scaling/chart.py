"""Memory and time over the length of the list, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from dialsim.pages.charts.theme import PAPER, data, finished

FORMATS = ("png", "svg")
WIDTH, HEIGHT = 520, 170
MOST_GB, MOST_FIRST_S = 10.0, 5.0
"""What a hundred million people may take, and how soon the first of them is to be called."""


def drawn(points: Sequence[Mapping[str, Any]], by_array: Mapping[str, float], machine: str) -> Any:
    """Return the chart: memory, bytes a person by array, time an attempt, and the first call.

    Parameters
    ----------
    points
        What each size took; at least one.
    by_array
        Bytes a person of each array that grows with the list.
    """
    import altair as alt

    whole = alt.vconcat(
        _memory(points, sum(by_array.values())),
        _arrays(by_array),
        _time(points),
        _first_call(points),
    ).properties(title=alt.TitleParams(f"dialsim, {machine}", fontSize=12))
    return finished(whole, PAPER)


def picture(chart: Any, kind: str) -> bytes:
    """Return a chart as a picture of a kind of `FORMATS`."""
    file = BytesIO()
    if kind == "svg":
        import vl_convert

        return vl_convert.vegalite_to_svg(chart.to_dict()).encode()
    chart.save(file, format=kind, scale_factor=2)
    return file.getvalue()


def _over_people(points: Sequence[Mapping[str, Any]]) -> Any:
    import altair as alt

    return alt.X(
        "people:Q",
        title="people on the list",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~s", values=[point["people"] for point in points]),
    )


def _memory(points: Sequence[Mapping[str, Any]], a_person: float) -> Any:
    import altair as alt

    rows = [
        {"people": point["people"], "what": what, "gb": size / 1e9}
        for point in points
        for what, size in (
            ("peak of the process", point["peak_bytes"]),
            ("arrays that grow with the list", a_person * point["people"]),
        )
    ]
    least = min(row["gb"] for row in rows)
    most = max(MOST_GB, *(row["gb"] for row in rows))
    lines = (
        alt.Chart(data(rows))
        .mark_line(point=True)
        .encode(
            x=_over_people(points),
            y=alt.Y(
                "gb:Q",
                title="GB",
                scale=alt.Scale(type="log", domain=[least, most], nice=False),
            ),
            color=alt.Color("what:N", title=None, scale=alt.Scale(range=[PAPER.third, PAPER.main])),
        )
    )
    title = _title("Memory", f"registries apart; {MOST_GB:g} GB are allowed at 100 million people")
    return alt.layer(lines, _bound("gb", MOST_GB)).properties(
        width=WIDTH, height=HEIGHT, title=title
    )


def _title(text: str, below: str = "") -> Any:
    import altair as alt

    return alt.TitleParams(
        text, subtitle=below, anchor="start", frame="group", fontSize=13, subtitleFontSize=11
    )


def _bound(field: str, value: float) -> Any:
    """Return a dashed line at what is allowed."""
    import altair as alt

    return (
        alt.Chart(data([{field: value}]))
        .mark_rule(strokeDash=[4, 4], color=PAPER.bad)
        .encode(y=alt.Y(f"{field}:Q"))
    )


def _arrays(by_array: Mapping[str, float]) -> Any:
    import altair as alt

    rows = [{"array": name, "bytes": size} for name, size in by_array.items()]
    return (
        alt.Chart(data(rows))
        .mark_bar(color=PAPER.main)
        .encode(
            x=alt.X("bytes:Q", title="bytes a person"),
            y=alt.Y("array:N", title=None, sort="-x"),
        )
        .properties(width=WIDTH, title=_title("Arrays that grow with the list"))
    )


def _time(points: Sequence[Mapping[str, Any]]) -> Any:
    import altair as alt

    rows = [
        {"people": point["people"], "ns": 1e9 * point["engine_s"] / point["attempts"]}
        for point in points
    ]
    return (
        alt.Chart(data(rows))
        .mark_line(point=True, color=PAPER.main)
        .encode(
            x=_over_people(points),
            y=alt.Y("ns:Q", title="ns an attempt", scale=alt.Scale(zero=True)),
        )
        .properties(
            width=WIDTH,
            height=HEIGHT,
            title=_title(
                "Time of an attempt, engine alone",
                "of a short list with what a day costs when nobody calls",
            ),
        )
    )


def _first_call(points: Sequence[Mapping[str, Any]]) -> Any:
    import altair as alt

    rows = [{"people": point["people"], "s": point["first_call_s"]} for point in points]
    lines = (
        alt.Chart(data(rows))
        .mark_line(point=True, color=PAPER.main)
        .encode(x=_over_people(points), y=alt.Y("s:Q", title="s", scale=alt.Scale(zero=True)))
    )
    title = _title("First call after the start", f"{MOST_FIRST_S:g} s are allowed")
    return alt.layer(lines, _bound("s", MOST_FIRST_S)).properties(
        width=WIDTH, height=HEIGHT, title=title
    )
