"""Sources and versions of a profile value, a reason or an obligation, looked up by name.

A name is that of a value (``callee.retry_gap``), of a group of them (``hours``), of a reason in
any case (``no_consent``), ``reasons`` for all of these, a source id (``S60``), ``sources``, or an
obligation (``officer``, ``obligation.hours``) or ``obligations``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypeAlias

from dialsim.errors import Problem, ScenarioError, did_you_mean, shown
from dialsim.explanations.value_result import (
    ExplainedObligation,
    ExplainedReason,
    ExplainedSource,
    ExplainedValue,
    Explanation,
    ValidDays,
    ValueVersion,
)
from dialsim.messages.catalogue import Language
from dialsim.messages.text import message
from dialsim.scenario.profiles.obligations import Obligation, obligations
from dialsim.scenario.profiles.profile import (
    Profile,
    Value,
    known_profiles,
    load_network,
    load_rules,
)
from dialsim.scenario.profiles.reasons import SOURCE, Explained, explained_reasons
from dialsim.scenario.profiles.sources import Source, all_sources
from dialsim.scenario.profiles.validity import Dated, holds
from dialsim.scenario.profiles.weak_defaults import weak_in

Sourced: TypeAlias = ExplainedValue | ExplainedReason | ExplainedObligation
"""What rests on sources."""


def explanations(
    name: str | None = None,
    *,
    rules: str = "cn",
    network: str = "typical",
    language: Language = "en",
    on: date | None = None,
) -> list[Explanation]:
    """Return everything that goes by a name: sources, values, reasons, obligations.

    Parameters
    ----------
    name
        A value, a group of values, a reason, ``"reasons"``, a source id, ``"sources"``, an
        obligation or ``"obligations"``; None: every value and reason. An obligation with the name
        of values or of a reason, such as hours, comes after them; alone it is
        ``"obligation.hours"``.
    rules, network
        The rule pack and the network profile to look in.
    language
        Of sentences and titles.
    on
        The day for which values and obligations are looked up; None: the newest.

    Returns
    -------
    list of Explanation
        Dicts, by ``kind``; :mod:`dialsim.explanations.value_result` describes their keys. What
        rests on a source follows it, from all packs and profiles, and among obligations.

    Raises
    ------
    ScenarioError
        Nothing has that name (the nearest is named), or there is no such pack or profile.
    """
    profiles = (load_rules(rules, on), load_network(network, on))
    reasons = explained_reasons()
    asked = name.strip() if isinstance(name, str) else ""
    if SOURCE.fullmatch(source := asked[:1].upper() + asked[1:].lower()):
        asked = source
    sources = [
        _source(source, language)
        for source in all_sources().values()
        if asked in (source.name, "sources")
    ]
    found: list[Sourced] = []
    for profile in profiles:
        found += _values(profile, language)
    found += [_reason(reason, profiles[0], language) for reason in reasons.values()]
    if name is None:
        return [*found]
    owed = [_obligation(each, language, on) for each in obligations().rows.values()]
    if sources:
        found += _elsewhere(profiles, language, on)
        found += owed
    wanted: list[Explanation] = [*sources, *(each for each in found if _goes_by(each, asked))]
    wanted += [entry for entry in owed if entry not in wanted and _is_named(entry, asked)]
    if wanted:
        return wanted
    known = {part for entry in (*found, *owed) for part in _names(entry)}
    known |= {"reasons", "sources", "obligations"}
    raise ScenarioError(
        [
            Problem(
                "",
                message(
                    "no value of the rules {rules} or the network {network}, no obligation, no "
                    "reason and no source is {name}"
                ).filled(rules=rules, network=network, name=shown(name)),
                allowed=message("a name that `dialsim explain` or `dialsim explain sources` lists"),
                remedy=did_you_mean(asked.lower().replace("-", "_"), known),
            )
        ]
    )


def _goes_by(entry: Sourced, name: str) -> bool:
    if SOURCE.fullmatch(name):
        return name in _cited(entry)
    if entry["kind"] == "reason":
        plain = name.upper().replace("-", "_").replace(" ", "_")
        return plain in ("REASONS", entry["reason"])
    return f"{entry['key']}.".startswith(f"{name}.")


def _cited(entry: Sourced) -> set[str]:
    """Return the source ids that something rests on, on any day."""
    if entry["kind"] == "reason":
        return set(entry["sources"])
    if entry["kind"] == "obligation":
        parts = [entry["sources"], *(each["sources"] for each in entry["history"])]
        return {source for cited in parts for source in cited}
    versions = [entry["source"], *(each["source"] for each in entry["history"])]
    return {source for cited in versions for source in cited.split(",")}


def _is_named(owed: ExplainedObligation, name: str) -> bool:
    plain = name.lower().replace("-", "_").replace(" ", "_").removeprefix("obligation.")
    return plain in ("obligations", owed["key"])


def _names(entry: Sourced) -> list[str]:
    if entry["kind"] == "reason":
        return [entry["reason"].lower()]
    if entry["kind"] == "obligation":
        return [entry["key"], f"obligation.{entry['key']}"]
    parts = entry["key"].split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def _source(source: Source, language: Language) -> ExplainedSource:
    return {
        "kind": "source",
        "name": source.name,
        "title": source.title[language],
        "type": source.kind,
        "copy": source.is_copy,
        "addresses": list(source.addresses),
    }


def _values(profile: Profile, language: Language) -> list[ExplainedValue]:
    weak = {each.key: each.said[language] for each in weak_in(profile)}
    return [_value(profile, key, weak.get(key, ""), language) for key in profile]


def _value(profile: Profile, key: str, published: str, language: Language) -> ExplainedValue:
    value = profile.entry(key)
    mine = profile.kind == "rules"
    decides = [name for name, reason in explained_reasons().items() if mine and _in(key, reason)]
    return {
        "kind": "value",
        "key": key,
        "profile": f"{profile.kind}/{profile.name}",
        "value": value.value,
        "unit": value.unit,
        "source": value.source,
        "confidence": value.confidence,
        "tighter": value.tighter,
        "wall": value.wall,
        "note": value.note[language],
        "stands_in": f"{profile.kind}/{value.pack}",
        "like": value.like or None,
        "override": _override(profile, value),
        "reasons": decides,
        **days_of_version(value),
        "on": profile.days[0].isoformat() if profile.days else None,
        "history": [version_entry(profile, each, language) for each in profile.versions(key)]
        if key in profile.history
        else [],
        "published": published,
    }


def version_entry(profile: Profile, value: Value, language: Language) -> ValueVersion:
    """Return a version of a value and its days, as :func:`explanations` returns it."""
    return {
        "value": value.value,
        "source": value.source,
        "confidence": value.confidence,
        "wall": value.wall,
        "note": value.note[language],
        "stands_in": f"{profile.kind}/{value.pack}",
        **days_of_version(value),
    }


def days_of_version(each: Dated) -> ValidDays:
    """Return the first and the last day of something as text; None: no end is known."""
    first, last = each.since, each.until
    return {
        "from": None if first is None else first.isoformat(),
        "until": None if last is None else last.isoformat(),
    }


def _elsewhere(but: Sequence[Profile], language: Language, on: date | None) -> list[ExplainedValue]:
    """Return the values that other packs and profiles define themselves."""
    mine = {(profile.kind, profile.name) for profile in but}
    others = [
        load_rules(name, on) for name in known_profiles("rules") if ("rules", name) not in mine
    ]
    others += [
        load_network(name, on)
        for name in known_profiles("network")
        if ("network", name) not in mine
    ]
    return [
        each
        for profile in others
        for each in _values(profile, language)
        if profile.entry(each["key"]).pack == profile.name
    ]


def _obligation(owed: Obligation, language: Language, on: date | None) -> ExplainedObligation:
    now = owed.on(date.max if on is None else on)
    return {
        "kind": "obligation",
        "key": now.key,
        "title": now.title.text[language],
        "basis": now.basis.text[language],
        "sources": list(now.sources),
        "confidence": now.confidence,
        "wall": now.wall,
        "exposure": now.exposure.text[language],
        "acts": now.who_acts.text[language],
        "show": now.show.text[language],
        **days_of_version(now),
        "on": None if on is None else on.isoformat(),
        "in_force": None if on is None else holds(owed, on, on),
        "history": [
            {
                "text": name,
                "wording": each.text[language],
                "sources": list(each.sources or (owed.sources if name == "basis" else ())),
                **days_of_version(each),
            }
            for name, versions in owed.history.items()
            for each in versions
        ],
    }


def _override(profile: Profile, value: Value) -> Literal["tighten", "contract", "free"]:
    if value.protected:
        return "tighten"
    return "contract" if profile.kind == "rules" else "free"


def _in(key: str, reason: Explained) -> bool:
    return any(f"{key}.".startswith(f"{head}.") for head in reason.values)


def _reason(reason: Explained, rules: Profile, language: Language) -> ExplainedReason:
    threat = reason.exposure
    return {
        "kind": "reason",
        "reason": reason.name,
        "code": reason.code,
        "verdict": reason.verdict,
        "severity": reason.severity,
        "sentence": reason.sentence[language],
        "basis": reason.basis[language],
        "sources": list(reason.sources),
        "mend": reason.fix[language],
        "exposure": threat.cost[language] if threat else None,
        "acts": threat.acts[language] if threat else None,
        "exposure_sources": list(threat.sources) if threat else [],
        "values": [key for key in rules if _in(key, reason)],
    }
