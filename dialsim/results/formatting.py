"""Formatting of numbers, times and names by language, never by the machine's locale."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from typing_extensions import TypedDict

from dialsim.core.codes import Limit
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.stored_text import localised as localised
from dialsim.messages.text import (
    MARKS,
    Message,
    Text,
    Texts,
    in_each,
    joined,
    message,
    text_table,
)
from dialsim.results.summary_types.results import Binding, Goal, HardLimit
from dialsim.scenario.profiles.sources import sources_of

T = TypeVar("T")

LABELS: Texts = text_table(
    {
        "none": "none",
        "last": "{names} and {last}",
        "others": "{} others",
        "in_all": "{names} and others, {count} in all",
        "wall": "{name}{of} {measured}: above the cap of {cap}, a wall",
        "of": " of {}",
        "1000": "a second",
        "60000": "a minute",
        "3600000": "an hour",
        "86400000": "a day",
        "exactly": "exactly",
        "margin": "{} ({})",
        "per": "in {}",
        "day": message("day", "unit"),
        "days": "days",
        "h": "h",
        "min": "min",
        "s": "s",
    }
)
"""The small words of every page."""

SOURCE_KINDS: Texts = text_table(
    {
        "law": "law or rule",
        "draft": "a draft, without force of law",
        "standard": "a recommended standard or a trade's guideline, not law",
        "authority": "an authority",
        "vendor": "a vendor's pages",
        "press": "press",
        "trade": "trade: sellers' pages, guides",
        "research": "research",
        "reference": "a table or standard list",
        "copy": "{kind}, read in a copy",
        "copy_note": "Where a copy or a report was read, the original decides.",
    }
)
"""What kind of document a source is."""

CONFIDENCE: Texts = text_table(
    {
        "rule": message("rule", "confidence"),
        "official": "official",
        "vendor": "vendor",
        "practice": "practice",
        "inferred": "inferred",
        "assumption": "assumption",
    }
)
"""How well a value is known, by the word of the profiles."""

LIMITS = {
    Limit.CLOSED: message("outside hours or shifts"),
    Limit.AGENTS: message("agents"),
    Limit.CALLER_IDS: message("caller IDs"),
    Limit.TRUNKS: message("trunks"),
    Limit.LEADS: message("people to call"),
    Limit.NOTHING: message("nothing"),
    Limit.ENTERPRISE: message("the enterprise's own limits"),
    Limit.ABANDON_GUARD: message("the abandon guard"),
    Limit.RATE: message("its own rate of dialling"),
    Limit.POLICY: message("its policy"),
}


def bilingual(key: str, text_in: Callable[[Language], T]) -> dict[str, T]:
    """Return a text of a result under its key, and in Chinese under the key with ``_zh``.

    >>> bilingual("name", {"en": "agents", "zh": "坐席"}.get)
    {'name': 'agents', 'name_zh': '坐席'}
    """
    return {key: text_in("en"), f"{key}_zh": text_in("zh")}


def both_languages(key: str, texts: Sequence[Text]) -> dict[str, list[str]]:
    """Return a list of texts under its key, and in Chinese under the key with ``_zh``.

    >>> both_languages("notes", [Text("agents", "坐席")])
    {'notes': ['agents'], 'notes_zh': ['坐席']}
    """
    return bilingual(key, lambda language: [text[language] for text in texts])


_PARTED = "\0"
_BETWEEN_IDS = re.compile(rf"(?<=[\dAb])(?:{_PARTED}|, ?)(?=(?:S\d+b?|A)(?:[^\w\s(]|$))")
"""The separator between two source ids, given with commas or as two parts."""


_COMMA = message(",", "between sources")


def cited(text: str, parts: Iterable[str], language: Language) -> str:
    """Return a text with what it rests on in brackets behind it.

    >>> cited("a rule", ["S1", "S2", "rule"], "en"), cited("依据", ["S1", "S2", "规定"], "zh")
    ('a rule (S1, S2, rule)', '依据（S1、S2，规定）')
    """
    texts = LABELS[language]
    inside = source_ids(_PARTED.join(parts), language).replace(_PARTED, texts["comma"])
    return texts["margin"].format(text, inside)


def source_ids(sources: str, language: Language) -> str:
    """Return source ids, given with commas between them, as a page of a language shows them.

    >>> source_ids("S34,S38,S39", "en"), source_ids("S34,S38,S39", "zh")
    ('S34,S38,S39', 'S34、S38、S39')
    """
    return sources if language == ENGLISH else _BETWEEN_IDS.sub(LABELS[language]["and"], sources)


def source_ids_text(sources: str) -> Text:
    """Return source ids, given with commas between them, as a text.

    >>> source_ids_text("S34,S38, S39"), source_ids_text("S34,S38, S39")["zh"]
    ('S34,S38, S39', 'S34、S38、S39')
    """
    parts: list[str] = []
    done = 0
    for found in _BETWEEN_IDS.finditer(sources):
        mark = MARKS["and"] if found[0] == MARKS["and"].en else _COMMA
        parts += [sources[done : found.start()], mark]
        done = found.end()
    return joined("", [*parts, sources[done:]])


def source_kind(kind: str, is_copy: bool, language: Language) -> str:
    """Return what kind of document a source is, and whether only a copy was read."""
    kinds = SOURCE_KINDS[language]
    return kinds["copy"].format(kind=kinds[kind]) if is_copy else kinds[kind]


class SourceRow(TypedDict):
    """A source of a figure, to be shown."""

    name: str
    """Its id."""
    title: str
    """Its title."""
    kind: str
    """What kind of document it is, and whether only a copy was read."""
    addresses: tuple[str, ...]
    """Where it can be read."""


def source_rows(cited: Iterable[str], language: Language) -> list[SourceRow]:
    """Return id, title, kind and addresses of each source that texts such as ``"S32,S60"`` name."""
    return [
        {
            "name": source.name,
            "title": source.title[language],
            "kind": source_kind(source.kind, source.is_copy, language),
            "addresses": source.addresses,
        }
        for source in sources_of(cited)
    ]


def number(value: float | None, unit: str = "", language: Language = "en") -> str:
    """Return a value with thousands separators, as its unit wants it.

    >>> number(1234567), number(0.0312, "share"), number(52.34, "s"), number(None)
    ('1,234,567', '3.1 %', '52.3', 'none')
    """
    if value is None:
        return LABELS[language]["none"]
    if unit == "share":
        return percent(value)
    if float(value).is_integer() and unit not in ("s", "1/million calls"):
        return f"{int(value):,}"
    return f"{value:,.1f}"


def measure(value: float, unit: str, language: Language = "en") -> str:
    """Return a profile's value as its unit wants it: a length of time, a share, a count.

    >>> measure(604_800_000, "duration"), measure(0.5, "share"), measure(2000, "calls")
    ('7 days', '50 %', '2,000')
    """
    return measure_text(value, unit)[language]


def measure_text(value: float, unit: str) -> Text:
    """Return a profile's value as its unit wants it, as a text."""
    if unit == "duration":
        return span_text(value)
    return Text(percent(value) if unit == "share" else f"{value:,}")


def percent(share: float | None, signed: bool = False, language: Language = "en") -> str:
    """Return a share in per cent, with as many digits as a reader wants.

    Nothing but 0 and 1 reads as such.

    >>> percent(0.031), percent(0.5), percent(-0.002, signed=True), percent(0.0004)
    ('3.1 %', '50 %', '−0.2 %', '0.04 %')
    >>> percent(0.00001), percent(0.997), percent(0.99999), percent(1.0)
    ('<0.01 %', '99.7 %', '>99.9 %', '100 %')
    """
    if share is None:
        return LABELS[language]["none"]
    value = 100 * share
    if 0 < value < 0.005 and not signed:
        return "<0.01 %"
    if 99.5 <= value < 100 and not signed:
        return f"{value:.1f} %" if value < 99.95 else ">99.9 %"
    if share and abs(value) < 0.1:
        text = f"{abs(value):.2f}"
    elif abs(value) < 10 and round(value, 1) != round(value):
        text = f"{abs(value):.1f}"
    else:
        text = f"{abs(value):,.0f}"
    sign = "−" if value < 0 else "+" if signed else ""
    return f"{sign}{text} %"


_CURRENCIES = {
    "CNY": message("CNY"),
    "USD": message("USD"),
    "EUR": message("EUR"),
    "GBP": message("GBP"),
    "HKD": message("HKD"),
}
_LARGER_UNITS: Mapping[Language, int] = {"zh": 10_000}
"""In how many of a currency's units a language writes larger amounts, if not in single ones."""
_LARGER_UNIT = message("10,000 {}", "unit of money")


def currency_name(currency: str, language: Language = "en") -> str:
    """Return what a currency is called beside an amount, by its code.

    >>> currency_name("CNY"), currency_name("CNY", "zh"), currency_name("XTS", "zh")
    ('CNY', '元', 'XTS')
    """
    known = _CURRENCIES.get(currency)
    return currency if known is None else known[language]


def money_unit(amount: float, currency: str, language: Language = "en") -> tuple[int, str]:
    """Return the unit in which a language writes an amount of money, and how much one of it is.

    >>> money_unit(123.0, "CNY", "zh"), money_unit(123_456.0, "CNY", "zh")
    ((1, '元'), (10000, '万元'))
    >>> money_unit(123_456.0, "CNY")
    (1, 'CNY')
    """
    name, scale = currency_name(currency, language), _LARGER_UNITS.get(language, 1)
    if scale == 1 or abs(amount) < scale:
        return 1, name
    return scale, _LARGER_UNIT[language].format(name)


def broken_limit(limit: HardLimit, language: Language = "en") -> str:
    """Return a sentence on a hard limit of the summary that was exceeded.

    >>> wall = {"name": "abandoned share", "campaign": None, "measured": 0.7, "cap": 0.03}
    >>> broken_limit(wall)
    'Abandoned share 70 %: above the cap of 3 %, a wall'
    >>> broken_limit({**wall, "measured": 0.0302, "campaign": "upsell"})
    'Abandoned share of upsell 3.02 %: above the cap of 3 %, a wall'
    >>> broken_limit({**wall, "name_zh": "呼损率", "campaign": "upsell"}, "zh")
    'upsell 呼损率 70 %：超过硬性限制 3 %'
    """
    texts, share = LABELS[language], limit["measured"]
    assert share is not None  # without a live answer no limit is exceeded
    measured, cap = percent(share), percent(limit["cap"])
    if measured == cap:  # more digits show the difference
        measured = f"{100 * share:.4g} %"
    name = localised(limit, "name", language)
    return texts["wall"].format(
        name=name[0].upper() + name[1:],
        of=texts["of"].format(limit["campaign"]) if limit["campaign"] else "",
        measured=measured,
        cap=cap,
    )


def about(value: float) -> str:
    """Return an estimate to three digits.

    >>> about(604_405.2), about(42.7), about(0)
    ('604,000', '42.7', '0')
    """
    return f"{float(f'{value:.3g}'):,.15g}"


def column(share: float) -> str:
    """Return a share with one decimal, so that a column of them is aligned.

    >>> column(1.0), column(0.0301), column(0.0001), column(0.0), column(0.9999)
    ('100.0 %', '3.0 %', '<0.1 %', '0.0 %', '>99.9 %')
    """
    text = f"{100 * share:.1f} %"
    if share < 1 and text == "100.0 %":
        return ">99.9 %"
    return "<0.1 %" if share > 0 and text == "0.0 %" else text


def signed(value: float, unit: str = "") -> str:
    """Return a difference with its sign.

    >>> signed(17204), signed(-3)
    ('+17,204', '−3')
    """
    text = number(abs(value), unit)
    return ("−" if value < 0 else "+") + text


def margin(goal: Goal, language: Language = "en") -> str:
    """Return by how much a judged goal was met or missed; empty where nothing was measured.

    >>> margin({"unit": "calls", "margin": {"absolute": 30, "relative": 0.2}})
    '+30 (+20 %)'
    >>> margin({"unit": "calls", "margin": {"absolute": 0, "relative": None}}, "zh")
    '刚好达标'
    """
    texts, by = LABELS[language], goal["margin"]
    if by["absolute"] is None:
        return ""
    if not by["absolute"]:
        return texts["exactly"]
    text = signed(by["absolute"], goal["unit"])
    if by["relative"] is None:
        return text
    return texts["margin"].format(text, percent(by["relative"], signed=True))


def span(ms: float, language: Language = "en") -> str:
    """Return a length of time in the one or two units that matter.

    >>> span(61_000), span(3_600_000), span(5_400_000), span(2_592_000_000), span(850)
    ('1 min 1 s', '1 h', '1 h 30 min', '30 days', '0.8 s')
    >>> span(2_592_000_000, "zh"), span(5_400_000, "zh"), span(850, "zh")
    ('30 天', '1 小时 30 分钟', '0.8 秒')
    """
    return span_text(ms)[language]


def span_text(ms: float) -> Text:
    """Return a length of time as a text.

    >>> span_text(61_000), span_text(61_000)["zh"]
    ('1 min 1 s', '1 分钟 1 秒')
    """
    texts = LABELS.messages
    seconds = ms / 1000
    if seconds < 60:
        shown = f"{seconds:.1f}" if seconds % 1 else f"{seconds:.0f}"
        return joined(" ", [shown, texts["s"]])
    for size, name, below, small in ((86_400, "day", 3600, "h"), (3600, "h", 60, "min")):
        if seconds >= size:
            whole, rest = divmod(int(seconds), size)
            plural = "s" if name == "day" and whole != 1 else ""
            tail = [f"{rest // below}", texts[small]] if rest // below else []
            return joined(" ", [f"{whole}", texts[name + plural], *tail])
    whole, rest = divmod(int(seconds), 60)
    return joined(" ", [f"{whole}", texts["min"], *([f"{rest}", texts["s"]] if rest else [])])


def per(ms: int, language: Language = "en") -> str:
    """Return a rate's denominator: ``an hour``, ``a day``, ``in 2 h``.

    >>> per(3_600_000), per(86_400_000), per(7_200_000), per(3_600_000, "zh"), per(7_200_000, "zh")
    ('an hour', 'a day', 'in 2 h', '每小时', '每 2 小时')
    """
    return per_text(ms)[language]


def per_text(ms: int) -> Text:
    """Return a rate's denominator as a text."""
    texts: dict[str, Message] = LABELS.messages
    return texts.get(str(ms)) or texts["per"].filled(span_text(ms))


def join_names(names: Sequence[str], most: int = 3, language: Language = "en") -> str:
    """Return names as they stand in a sentence; of many, some and the number of the others.

    >>> join_names(["a"]), join_names(["a", "b"]), join_names(["a", "b", "c", "d"])
    ('a', 'a and b', 'a, b, c and d')
    >>> join_names(list("abcdef"))
    'a, b, c and 3 others'
    >>> join_names(["a", "b"], language="zh"), join_names(list("abcdef"), language="zh")
    ('a、b', 'a、b、c 等 6 个')
    """
    texts, named, count = LABELS[language], names, f"{len(names) - most:,}"
    if len(names) > most + 1:
        if language != ENGLISH:  # where the number of all is given, not of the others
            shown = texts["and"].join(names[:most])
            return texts["in_all"].format(names=shown, count=f"{len(names):,}")
        named = [*names[:most], texts["others"].format(count)]
    *first, last = named
    return texts["last"].format(names=texts["and"].join(first), last=last) if first else last


def names_text(names: Sequence[str], most: int = 3) -> Text:
    """Return names as they stand in a sentence, as a text; see :func:`join_names`.

    >>> names_text(["a", "b"]), names_text(["a", "b"])["zh"], names_text(list("abcdef"))["zh"]
    ('a and b', 'a、b', 'a、b、c 等 6 个')
    """
    if len(names) > most + 1:  # languages name others or all
        return in_each(lambda language: join_names(names, most, language))
    *first, last = names
    if not first:
        return joined("", [last])
    filled: Text = LABELS.messages["last"].filled(names=joined(MARKS["and"], first), last=last)
    return filled


def names_by_text(pairs: Iterable[tuple[str, str]]) -> list[tuple[list[str], str]]:
    """Group names by the text of each, in the order in which texts first occur.

    >>> names_by_text([("a", "late"), ("b", "early"), ("c", "late")])
    [(['a', 'c'], 'late'), (['b'], 'early')]
    """
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(text, []).append(name)
    return [(names, text) for text, names in found.items()]


def of_each(entries: Sequence[Binding], key: str, language: Language) -> list[tuple[str, str]]:
    """Return texts of campaigns, each with the names of whom it holds; of one campaign, none.

    >>> both = [{"campaign": "a", "why": "agents"}, {"campaign": "b", "why": "agents"}]
    >>> of_each(both, "why", "en"), of_each(both[:1], "why", "en")
    ([('a and b, each', 'agents')], [('', 'agents')])
    """
    if len(entries) == 1:
        return [("", localised(entries[0], key, language))]
    each = message(", each")[language]
    pairs = ((entry["campaign"], localised(entry, key, language)) for entry in entries)
    return [
        (join_names(names, language=language) + (each if len(names) > 1 else ""), text)
        for names, text in names_by_text(pairs)
    ]


def count_noun(count: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its English noun.

    >>> count_noun(1, "number"), count_noun(1200, "number"), count_noun(0, "person", "people")
    ('1 number', '1,200 numbers', '0 people')
    """
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
