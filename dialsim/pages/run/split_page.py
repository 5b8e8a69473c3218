"""The split of a run's metrics, on the page of a run."""

from __future__ import annotations

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Section, quiet, section
from dialsim.pages.model.style import STRONG
from dialsim.pages.model.tables import BAR, Cell, Table, bar, figure, figures, row, share, words
from dialsim.results.summary_types.summary import Split, SplitRow
from dialsim.scenario.metrics import metrics

SHOWN = 20  # values shown; summary.json has all of them

LABELS: Texts = text_table(
    {
        "title": "By {}",
        "value": "{:,} value",
        "values": "{:,} values",
        "leads": "leads",
        "attempts": "attempts",
        "live": "live",
        "conversations": "conversations",
        "abandoned": message("abandoned", "share"),
        "complaints": "complaints per million",
        "more": "and {:,} more, in summary.json",
        "all": "all",
        "not_split": "not by {}, for want of a person: {}",
        "others": "{:,} other values",
        "none": "(none)",
    }
)


def split_section(split: Split, language: Language = "en", key: str = "split") -> Section:
    """Return the table of one split, from `Split.to_dict`."""
    texts, name, rows = LABELS[language], split["attribute"], split["rows"]
    values = sum(_count(each, "values") for each in rows)
    note = texts["value" if values == 1 else "values"].format(values)
    names = ("leads", "attempts", "live", "conversations", "abandoned", "complaints")
    columns = (*words(""), *figures(*(texts[each] for each in names)), BAR)
    most = max((_count(each, "conversations") for each in rows), default=0) or 1
    shown = [
        row(_label(each, language), *_figures(each), bar(_count(each, "conversations") / most))
        for each in rows[:SHOWN]
    ]
    total = row(texts["all"], *_figures(split["total"]), style=STRONG)
    notes = []
    if len(rows) > SHOWN:
        notes.append(quiet(texts["more"].format(len(rows) - SHOWN)))
    without = texts["and"].join(_metric(key, language) for key in split["not_split"])
    notes.append(quiet(texts["not_split"].format(name, without)))
    table = Table(columns, (*shown, total))
    return section(texts["title"].format(name), table, notes, note=note, key=key)


def _metric(key: str, language: Language) -> str:
    known = metrics()
    if language == ENGLISH or key not in known:
        return key.replace("_", " ")
    return known[key].name[language]


def _label(each: SplitRow, language: Language) -> str:
    texts = LABELS[language]
    if _count(each, "values") > 1:
        return texts["others"].format(each["values"])
    return texts["none"] if each["value"] is None else str(each["value"])


def _figures(each: SplitRow) -> list[Cell]:
    per_million = _value(each, "complaints_per_million")
    counts = ("leads", "attempts", "live_answers", "conversations")
    return [
        *(figure(_count(each, name)) for name in counts),
        share(_value(each, "abandoned_share")),
        Cell("" if per_million is None else f"{per_million:,.0f}", value=per_million),
    ]


def _value(each: SplitRow, key: str) -> float | None:
    """Return a metric of a row; None: there was nothing to divide by."""
    value = each[key]
    assert not isinstance(value, str)  # as only the attribute's value is
    return value


def _count(each: SplitRow, key: str) -> float:
    """Return a metric of a row that counts something."""
    value = _value(each, key)
    assert value is not None
    return value
