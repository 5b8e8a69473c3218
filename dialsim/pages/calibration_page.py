"""The page of a calibration: what a call log shows about the network, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import counted, message
from dialsim.pages.calibration_words import WORDS, reason_name
from dialsim.pages.layout import (
    GOOD,
    OPEN,
    QUIET,
    Cell,
    cut_line,
    headed,
    laid_out,
    row,
    usable_width,
    wrapped,
)
from dialsim.people.fault_words import fault_words
from dialsim.results import formatting

Found = Mapping[str, Any]
NAME = 24  # columns of a value's name within its group


def calibration_page(
    found: Found, width: int = 80, lang: Language = "en", saved: str | None = None
) -> list[Text]:
    """Return the lines of the page, none wider than `width` (at least 60).

    Parameters
    ----------
    found
        As of ``Calibration.to_dict``.
    saved
        The file the profile was written to.
    """
    width, labels = usable_width(width), WORDS[lang]
    values = [each for each in found["rows"] if each["kind"] in ("value", "sum")]
    known = sum(each["identified"] for each in values)
    note = labels["head"].format(calls=f"{found['calls']:,}", network=found["network"])
    lines = [*headed(found["name"], note, width)]
    lines += wrapped(labels["what"], width, "")
    for code, value in found["remarks"]:
        text = labels["remarks"][code].format(_remark(code, value, lang))
        lines += wrapped(text, width, "", "")
    if values:
        title = labels["values"].format(known=known, whole=len(values))
        lines += [Text(""), *_values(values, title, width, labels)]
    reasons = {code: texts[lang] for code, texts in found["reasons"].items()}
    lines += _unidentified(values, reasons, width, labels)
    lines += _answers(found, width, labels)
    lines += _contacts(found, width, labels)
    lines += _blocks(found, width, lang)
    lines += _bounds(found, width, labels)
    lines += _not_fitted(found, width, labels)
    if saved is not None:
        lines += [Text(""), *wrapped(labels["saved"].format(saved), width, "")]
    return laid_out(lines, width)


def _remark(code: str, value: Any, lang: Language) -> str:
    if code == "left_out":
        return _left_out(value, lang)
    if code in ("ring_timeout", "rounded"):
        return formatting.span(round(value))
    if code in ("signalled", "machines"):
        return f"{value:,}"
    return formatting.percent(value) if isinstance(value, float) else str(value)


def _left_out(value: Found, lang: Language) -> str:
    """Return the rows of a file that were left out, by reason, with the first places of each."""
    reasons = [
        f"{fault_words(reason, lang)} ({count:,})" for reason, count in value["unusable"].items()
    ]
    text = message("{count:,} of {rows}: {reasons}; the first in line {line:,}").filled(
        count=value["rows"] - value["used"],
        rows=counted(value["rows"], message("{:,} row"), message("{:,} rows")),
        reasons=WORDS[lang]["and"].join(reasons),
        line=value["examples"][0]["line"],
    )
    return text[lang]


def _values(rows: Sequence[Found], title: str, width: int, labels: Mapping[str, Any]) -> list[Text]:
    name, cells = _widths(width)
    lines = [Text(title, style="bold")]
    lines.append(_line([("", name), *zip(labels["columns"], cells, strict=True)], width, QUIET))
    group = ""
    heads = list(dict.fromkeys(each["key"].partition(".")[0] for each in rows))
    for each in sorted(rows, key=lambda each: heads.index(each["key"].partition(".")[0])):
        head, _, rest = each["key"].partition(".")
        if head != group:
            group = head
            lines.append(cut_line(Text(f"  {head}"), width))
        lines.append(_value(each, rest, width, labels))
    return lines


def _unidentified(
    rows: Sequence[Found], reasons: Mapping[str, str], width: int, labels: Mapping[str, Any]
) -> list[Text]:
    """Return the values that are not identified: why, their ranges, what would identify them."""
    by_reason: dict[str, list[str]] = {}
    for each in rows:
        if each["reason"]:
            ends = (figure(each[end], each["unit"]) for end in ("low", "high"))
            text = labels["range"].format(each["key"], *ends)
            by_reason.setdefault(each["reason"], []).append(text)
    if not by_reason:
        return []
    lines = [Text(""), Text(labels["unidentified"], style="bold")]
    for reason, texts in by_reason.items():
        text = labels["and"].join(texts) + labels["colon"] + reasons[reason]
        lines += wrapped(text, width, "  ")
    return lines


def _widths(width: int) -> tuple[int, tuple[int, ...]]:
    spare = min(width - 80, 12) if width > 80 else 0
    return NAME + spare, (7, 8, 16, 8, 6)


def _line(cells: Sequence[tuple[str, int]], width: int, style: str) -> Text:
    pieces = [Cell(text, room, right=i > 0, style=style) for i, (text, room) in enumerate(cells)]
    return cut_line(row(pieces, indent=4, gap=1), width)


def _value(each: Found, rest: str, width: int, labels: Mapping[str, Any]) -> Text:
    room, (before, fitted, between, count, apart) = _widths(width)
    unit = each["unit"]
    default = labels["none"] if each["default"] is None else figure(each["default"], unit)
    distance = "" if each["distance"] is None else f"{each['distance']:.3f}"
    tail = [
        Cell(f"{each['n']:,}", count, right=True),
        Cell(distance, apart, right=True, style=QUIET),
    ]
    head = [Cell(rest, room), Cell(default, before, right=True, style=QUIET)]
    if not each["identified"]:
        text = Cell(labels["kept"], fitted + between + 1, right=True, style=OPEN)
        return cut_line(row([*head, text, *tail], indent=4, gap=1), width)
    ends = f"{figure(each['low'], unit)}–{figure(each['high'], unit)}"
    middle = [
        Cell(figure(each["fitted"], unit), fitted, right=True, style=GOOD),
        Cell(ends, between, right=True),
    ]
    return cut_line(row([*head, *middle, *tail], indent=4, gap=1), width)


def figure(value: float, unit: str) -> str:
    """Return a parameter's value with three digits.

    >>> figure(9022.4, "ms"), figure(0.0823, "share"), figure(0.2665, "sigma")
    ('9.02 s', '8.23%', '0.267')
    """
    if unit == "ms":
        return f"{value / 1000:.3g} s" if value < 1_000_000 else f"{value / 1000:,.0f} s"
    if unit == "share":
        return f"{100 * value:.3g}%"
    return f"{value:.3g}"


def _answers(found: Found, width: int, labels: Mapping[str, Any]) -> list[Text]:
    if not found["answers_by_hour"]:
        return []
    lines = [Text(""), Text(labels["answers"], style="bold")]
    parts = [
        f"{hour}:{_tenth(hits / tried)}({tried:,})"
        for hour, tried, hits in found["answers_by_hour"]
    ]
    lines += wrapped(" · ".join(parts), width, "  ", labels["by_hour"] + "  ")
    if len(found["answers_by_attempt"]) > 1:
        parts = [
            f"{k}:{_tenth(hits / people)}/{_tenth(expected / people)}({people:,})"
            for k, people, hits, expected in found["answers_by_attempt"]
            if people
        ]
        lines += wrapped(" · ".join(parts), width, "  ", labels["by_attempt"] + "  ")
    for each in found["rows"]:
        if each["key"] == "decline_by_attempt":
            lines += wrapped(_decline(each, labels), width, "  ")
    return lines


def _tenth(share: float) -> str:
    return f"{100 * share:.1f}%"


def _decline(each: Found, labels: Mapping[str, Any]) -> str:
    if not each["identified"]:
        return str(labels["decline_open"])
    word = "decline_none" if each["low"] <= 1 <= each["high"] else "decline_some"
    figures = {key: f"{each[key]:.3f}" for key in ("fitted", "low", "high")}
    return str(labels[word].format(**figures))


def _contacts(found: Found, width: int, labels: Mapping[str, Any]) -> list[Text]:
    if not found["contacts"]:
        return []
    rows = {each["key"]: each for each in found["rows"]}
    ends, icc = rows["contacts.ends"], rows["contacts.icc"]
    text = labels["contacts_fit"].format(
        ends=figure(ends["fitted"], "share"),
        low=figure(ends["low"], "share"),
        high=figure(ends["high"], "share"),
        icc=figure(icc["fitted"], ""),
        icc_low=figure(icc["low"], ""),
        icc_high=figure(icc["high"], ""),
        distance=f"{ends['distance']:.3f}",
    )
    lines = [
        Text(""),
        *headed(labels["contacts"], labels["clients"].format(f"{ends['n']:,}"), width),
    ]
    lines += wrapped(text, width, "  ")
    last = len(found["contacts"])
    parts = [
        f"{k}{'+' if k == last else ''}:{seen:,}/{expected:,.0f}"
        for k, seen, expected in found["contacts"]
    ]
    return lines + wrapped(" · ".join(parts), width, "  ", labels["seen_fitted"] + "  ")


def _blocks(found: Found, width: int, lang: Language) -> list[Text]:
    blocks, labels = found["interceptions"], WORDS[lang]
    if not blocks:
        return []
    note = labels["of_attempts"].format(_share(blocks["all"]), f"{blocks['attempts']:,}")
    lines = [Text(""), *headed(labels["blocks"], note, width)]
    for each in blocks["by_reason"]:
        lines += [
            cut_line(
                row([Cell(reason_name(each["reason"], lang), 44), Cell(_share(each), 26)], gap=1),
                width,
            )
        ]
    parts = [f"{each['hour']}:{_tenth(each['share'])}" for each in blocks["by_hour"]]
    return lines + wrapped(" · ".join(parts), width, "  ", labels["by_hour"] + "  ")


def _share(each: Found) -> str:
    low, high = figure(each["low"], "share"), figure(each["high"], "share")
    return f"{figure(each['share'], 'share')} ({low}–{high})"


def _bounds(found: Found, width: int, labels: Mapping[str, Any]) -> list[Text]:
    bounds = [each for each in found["rows"] if each["kind"] == "bound"]
    if not bounds:
        return []
    lines = [Text(""), *headed(labels["bounds"], labels["bounds_note"], width)]
    for each in bounds:
        text = labels["bound"].format(f"{each['fitted']:.0f}", f"{each['default']:.0f}")
        lines.append(cut_line(row([Cell(each["key"], 40), Cell(text)], gap=1), width))
    return lines


def _not_fitted(found: Found, width: int, labels: Mapping[str, Any]) -> list[Text]:
    lines = [Text(""), Text(labels["not_fitted"], style="bold")]
    by_reason: dict[str, list[str]] = {}
    for what, why in found["not_fitted"]:
        by_reason.setdefault(why, []).append(labels["what_of"].get(what, what))
    for why, what in by_reason.items():
        text = labels["and"].join(what) + labels["colon"] + labels["why"][why]
        lines += wrapped(text, width, "  ")
    return lines
