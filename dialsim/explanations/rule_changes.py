"""Differences of a rule pack and of obligations between two days, and the days of change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from dialsim.explanations.rule_changes_result import (
    ChangedObligation,
    ChangedText,
    ChangedValue,
    DayOfChange,
    NamedDay,
    ObligationOfDay,
    RuleCalendar,
    RuleCounts,
    RuleDifferences,
    ValueChange,
)
from dialsim.explanations.values import days_of_version, version_entry
from dialsim.messages.catalogue import Language
from dialsim.scenario.profiles.obligations import Obligation, obligations
from dialsim.scenario.profiles.profile import Profile, Value, load_rules
from dialsim.scenario.profiles.strictness import is_looser
from dialsim.scenario.profiles.validity import ONE_DAY, holds, on_day


def differences(
    rules: str, before: date, after: date, *, language: Language = "en"
) -> RuleDifferences:
    """Return the differences of a rule pack and of obligations between two days.

    Parameters
    ----------
    rules
        The pack.
    before, after
        The days, in either order.
    language
        Of titles, texts and notes.
    """
    before, after = sorted((before, after))
    pack = load_rules(rules)
    values = [
        each
        for key in pack.history
        if (each := _of_value(pack, key, before, after, language)) is not None
    ]
    known, covered = obligations(), pack.name in obligations().covers
    owed = [
        changed
        for row in (known.rows.values() if covered else ())
        if (changed := _of_obligation(row, before, after, language)) is not None
    ]
    count = len(known.rows) if covered else 0
    return {
        "pack": pack.name,
        "title": pack.title,
        "before": before.isoformat(),
        "after": after.isoformat(),
        "values": values,
        "obligations": owed,
        "dates": [
            each
            for each in _dates(pack, language)
            if before < date.fromisoformat(each["day"]) <= after
        ],
        "covered": covered,
        "alike": {"values": len(pack) - len(values), "obligations": count - len(owed)},
        "undated": _undated(pack, covered),
    }


def calendar(rules: str, *, language: Language = "en") -> RuleCalendar:
    """Return the days on which values or obligations of a rule pack change, the earliest first."""
    pack, known = load_rules(rules), obligations()
    covered = pack.name in known.covers
    rows = list(known.rows.values()) if covered else []
    dated: set[date] = set()
    for versions in pack.history.values():
        dated.update(each.since for each in versions if each.since)
    for row in rows:
        texts = [each for versions in row.history.values() for each in versions]
        dated.update(each.since for each in texts if each.since)
        dated.update(filter(None, [row.since, row.until and row.until + ONE_DAY]))
    named = _dates(pack, language)
    dated.update(date.fromisoformat(each["day"]) for each in named)
    days: list[DayOfChange] = []
    for day in sorted(dated):
        values = [
            key
            for key, versions in pack.history.items()
            if any(each.since == day for each in versions)
        ]
        changed = [_of_obligation(row, day - ONE_DAY, day, language) for row in rows]
        owed: list[ObligationOfDay] = [
            {"key": each["key"], "title": each["title"], "change": each["change"]}
            for each in changed
            if each
        ]
        dates = [each for each in named if each["day"] == day.isoformat()]
        days.append({"day": day.isoformat(), "values": values, "dates": dates, "obligations": owed})
    return {
        "pack": pack.name,
        "title": pack.title,
        "covered": covered,
        "undated": _undated(pack, covered),
        "days": days,
    }


def _undated(pack: Profile, covered: bool) -> RuleCounts:
    rows: Iterable[Obligation] = obligations().rows.values() if covered else ()
    always = sum(not (row.since or row.until or row.history) for row in rows)
    return {"values": len(pack) - len(pack.history), "obligations": always}


def _of_value(
    pack: Profile, key: str, before: date, after: date, language: Language
) -> ChangedValue | None:
    old, new = (on_day(pack.versions(key), day) for day in (before, after))
    if _rests(old) == _rests(new) and old.value == new.value:
        return None
    return {
        "key": key,
        "unit": new.unit,
        "change": _change(old, new),
        "like": new.like if new.like and new.like == old.like else None,
        "before": version_entry(pack, old, language),
        "after": version_entry(pack, new, language),
    }


def _dates(pack: Profile, language: Language) -> list[NamedDay]:
    """Return the values that are dates: the first day on which something is in force."""
    found: list[NamedDay] = []
    for key in pack:
        value = pack.versions(key)[-1]
        if value.unit == "date" and value.confidence != "assumption":
            entry = version_entry(pack, value, language)
            found.append(
                {
                    "key": key,
                    "day": str(value.value),
                    "source": entry["source"],
                    "confidence": entry["confidence"],
                    "note": entry["note"],
                }
            )
    return found


def _rests(value: Value) -> Sequence[object]:
    return value.source, value.confidence, value.wall


def _change(old: Value, new: Value) -> ValueChange:
    if old.value == new.value:
        return "basis"
    if old.unknown or new.unknown:
        return "known"
    looser, stricter = (
        is_looser(a.value, b.value, new.unit, new.tighter) for a, b in ((new, old), (old, new))
    )
    if looser == stricter:
        return "other"
    return "looser" if looser else "stricter"


def _of_obligation(
    row: Obligation, before: date, after: date, language: Language
) -> ChangedObligation | None:
    was, now = (holds(row, day, day) for day in (before, after))
    old, new = row.on(before), row.on(after)
    texts: list[ChangedText] = [
        {
            "text": name,
            "before": getattr(old, name).text[language],
            "after": getattr(new, name).text[language],
        }
        for name in row.history
        if getattr(old, name).text[language] != getattr(new, name).text[language]
    ]
    if was == now and not (now and texts):
        return None
    return {
        "key": row.key,
        "title": new.title.text[language],
        "wall": row.wall,
        "change": "texts" if was == now else "begins" if now else "ends",
        **days_of_version(row),
        "texts": texts if was == now else [],
    }
