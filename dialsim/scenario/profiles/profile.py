"""Rule packs and network profiles: every value with its unit, source and confidence.

No threshold stands in code. A profile is a table of dotted keys; durations come out in ms. A
scenario's overrides are taken in by :meth:`Profile.with_overrides`, which knows what may loosen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import tomli

from dialsim.errors import Problems, ScenarioError, did_you_mean, shown
from dialsim.messages.catalogue import ENGLISH, Language, languages
from dialsim.messages.text import Text, in_each, message
from dialsim.scenario.profiles.profile_value import Confidence, Value, looser, read_versions
from dialsim.scenario.profiles.sourced_override import (
    SOURCED,
    _with_source,
    is_dated,
    is_sourced,
    source_faults,
)
from dialsim.scenario.profiles.strictness import as_stored, is_looser, problem_with
from dialsim.scenario.profiles.validity import KEYS, held, overlaid, spans_of

if TYPE_CHECKING:
    from dialsim.scenario.frame import Frame

__all__ = [
    "SOURCED",
    "Confidence",
    "Profile",
    "Value",
    "is_dated",
    "is_sourced",
    "known_profiles",
    "load_network",
    "load_rules",
    "read_profile",
    "source_faults",
]


@dataclass(frozen=True)
class PackScope:
    """What a rule pack is for.

    Attributes
    ----------
    countries
        Whose callees it protects.
    purposes
        Purposes of campaigns it holds rules for.
    theory
        It shows that no plan is lawful.
    """

    countries: Sequence[str] = ()
    purposes: Sequence[str] = ("marketing", "service", "collections")
    theory: bool = False


@dataclass(frozen=True)
class Profile:
    """A rule pack or a network profile; ``profile["frequency.delay"]`` is the bare value.

    `values` are those of `days`: a run's first and last, or, where these are None, the newest.
    `history` holds all versions of those values that are dated, the earliest first.

    Examples
    --------
    >>> network = load_network("typical")
    >>> network["frequency.mobile.warn_per_hour"], network["frequency.delay"]
    (20, Duration('10m'))
    >>> network.entry("frequency.mobile.warn_per_hour").confidence
    'practice'
    """

    kind: Literal["rules", "network"]
    name: str
    title: str
    values: Mapping[str, Value]
    scope: PackScope = PackScope()
    history: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    days: tuple[date, date] | None = None

    def __getitem__(self, key: str) -> Any:
        return self.entry(key).bare

    def __contains__(self, key: object) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f'<Profile {self.kind} "{self.name}", {len(self)} values: {self.title}>'

    def _repr_html_(self) -> str:
        return self.to_frame()._repr_html_()

    def to_frame(self) -> Frame:
        """Return every value with unit, source and confidence, a row each.

        Columns ``key, value`` (as text), ``unit, source, confidence, wall, note, from, until``.
        ``source`` is null where nothing was found: such a value is an assumption. ``value`` is
        null where none is known, for what held then was not looked for. ``from`` and
        ``until`` are the first and the last day on which it holds, null where there is no end.
        """
        import pyarrow as pa

        from dialsim.scenario.frame import Frame

        rows = [
            {
                "key": key,
                "value": None if each.unknown else shown(each.value),
                "unit": each.unit,
                "source": None if each.source == "A" else each.source,
                "confidence": each.confidence,
                "wall": each.wall,
                "note": each.note.en or None,
                "from": each.since,
                "until": each.until,
            }
            for key, each in self.values.items()
        ]
        table = pa.Table.from_pylist(rows)
        for name in ("from", "until"):
            at = table.column_names.index(name)
            table = table.set_column(at, name, table.column(name).cast(pa.date32()))
        return Frame(table, f'values of {self.kind} "{self.name}"')

    def on(self, first: date, last: date | None = None) -> Profile:
        """Return the profile as it holds on a day, or throughout the days of a run.

        A value that changes between two days is the strictest of its versions: what it allows is
        lawful on each of them. Where none of two is stricter, the earlier holds.

        Parameters
        ----------
        first, last
            Both included; without `last` the one day.

        Examples
        --------
        >>> from datetime import date
        >>> uk = load_rules("uk")
        >>> uk.on(date(2017, 2, 28))["abandon.at_most"], uk.on(date(2017, 3, 1))["abandon.at_most"]
        (0.03, 0.0)
        """
        days = first, max(first, last or first)
        if self.days == days:
            return self
        now = {key: held(each, *days, looser) for key, each in self.history.items()}
        return replace(self, values=MappingProxyType({**self.values, **now}), days=days)

    def versions(self, key: str) -> tuple[Value, ...]:
        """Return all versions of a value, the earliest first; an undated value has one."""
        return self.history.get(key) or (self.entry(key),)

    def entry(self, key: str) -> Value:
        """Return a value with unit, source and confidence; KeyError names the nearest keys."""
        if key not in self.values:
            near = did_you_mean(key, self.values)
            raise KeyError(f"{self.kind} {self.name} has no value {key}; {near or 'see explain'}")
        return self.values[key]

    def below(self, prefix: str) -> dict[str, Any]:
        """Return the bare values below a prefix by the rest of their key.

        >>> load_network("typical").below("operators.share")["CTCC"]
        0.24
        """
        head = prefix + "."
        return {k[len(head) :]: v.bare for k, v in self.values.items() if k.startswith(head)}

    def with_overrides(
        self, overrides: Mapping[str, Any], *, contract: str | None = None
    ) -> Profile:
        """Return the profile with values replaced.

        Raises
        ------
        ScenarioError
            An unknown name, a value of the wrong form, or one that loosens what may only tighten.
        """
        problems = Problems()
        profile = self.overridden(overrides, problems, f"{self.kind}.overrides", contract)
        problems.raise_if_any()
        return profile

    def overridden(
        self,
        overrides: Mapping[str, Any],
        problems: Problems,
        path: str,
        contract: str | None = None,
    ) -> Profile:
        """As :meth:`with_overrides`, but add to `problems`; faulty overrides are left out."""
        values, history = dict(self.values), dict(self.history)
        for key, new in overrides.items():
            where = f"{path}.{key}"
            name = self._name(key)
            if name not in values:
                problems.add(
                    where,
                    message("{kind} {name} has no value {key}").filled(
                        kind=self.kind, name=self.name, key=key
                    ),
                    allowed=message("a name listed by explain"),
                    remedy=did_you_mean(key, values),
                )
            elif is_dated(new):
                mine = self._dated(key, new, values[name].value, problems, where, contract)
                if mine:
                    versions = overlaid(self.versions(name), mine)
                    history[name] = tuple(versions)
                    values[name] = held(versions, *self.days, looser) if self.days else versions[-1]
            else:
                own = self._replaced(key, new, values[name].value, problems, where, contract)
                if own is not None:
                    values[name] = own
                    history.pop(name, None)
        proxies = MappingProxyType(values), MappingProxyType(history)
        return replace(self, values=proxies[0], history=proxies[1])

    def _dated(
        self, key: str, new: Any, now: Any, problems: Problems, where: str, contract: str | None
    ) -> list[Value]:
        """Return the versions of an override that has days; none if anything of them is wrong.

        `now` as in `_replaced`.
        """
        tables = [new] if isinstance(new, Mapping) else list(new)
        allowed = {"value", *KEYS} | (SOURCED if self.kind == "network" else set())
        spans, faults = spans_of(tables)
        for fault in faults:
            at = where if fault.at is None else f"{where}[{fault.at}]"
            at = f"{at}.{fault.key}" if fault.key else at
            problems.add(at, fault.message, found=fault.found, allowed=fault.allowed)
        found: list[Value] = []
        for i, table in enumerate(tables if spans else ()):
            at = f"{where}[{i}]"
            for unknown in sorted(set(table) - allowed, key=str):
                remedy = did_you_mean(unknown, sorted(allowed))
                problems.add(
                    f"{at}.{unknown}",
                    message("unknown key"),
                    found=table[unknown],
                    allowed=sorted(allowed),
                    remedy=remedy,
                )
            if "value" not in table:
                problems.add(
                    at, message("there is no value"), allowed=message("`value` beside its days")
                )
                continue
            sources = {word: item for word, item in table.items() if word in SOURCED}
            plain = sources if is_sourced(sources) else sources["value"]
            value = self._replaced(key, plain, now, problems, at, contract)
            if value is not None and not faults:
                found.append(replace(value, since=spans[i].since, until=spans[i].until))
        whole = len(found) == len(tables) and all(set(table) <= allowed for table in tables)
        return found if whole else []

    def _replaced(
        self, key: str, new: Any, now: Any, problems: Problems, where: str, contract: str | None
    ) -> Value | None:
        """Return the value that an override puts in the place of one; None, with a problem.

        `now`: what overrides before it have made of the value: of a map each may replace a part.
        """
        override = new
        new, sources = _with_source(new) if self.kind == "network" else (new, {})
        name, new = self._whole(key, new, now)
        old = self.values[name]
        new = as_stored(new, old.unit)
        if sources:
            for sentence, found, allowed in source_faults(override, old.unit):
                problems.add(where, sentence, found=found, allowed=allowed)
        known = [each.value for each in self.versions(name) if not each.unknown]
        wrong = problem_with(new, known[-1] if old.unknown else old.value, old.unit)
        if wrong is not None:
            problems.add(
                where,
                message("not a value in {unit}").filled(unit=old.unit),
                found=new,
                allowed=wrong,
            )
            return None
        refusal = self._refusal(old, new, contract)
        if refusal is not None:
            sentence, remedy = refusal
            problems.add(where, sentence, found=new, allowed=_bound(old), remedy=remedy)
            return None
        blank = replace(old, value=new, like="", note=_replaced(old), since=None, until=None)
        return replace(blank, **sources) if sources and not old.protected else blank

    def _name(self, key: str) -> str:
        """Return the name of the value that an override is about; its own if there is none."""
        head = key.rpartition(".")[0]
        inside = head in self.values and isinstance(self.values[head].value, dict)
        return head if key not in self.values and inside else key

    def _whole(self, key: str, new: Any, now: Any) -> tuple[str, Any]:
        """Return the name and whole new value when `key` points into a map-valued value."""
        name = self._name(key)
        if name != key:
            return name, {**now, key.rpartition(".")[2]: new}
        return key, new

    def _refusal(self, old: Value, new: Any, contract: str | None) -> tuple[str, str] | None:
        if old.unknown or new == old.value or not is_looser(new, old.value, old.unit, old.tighter):
            return None
        if old.protected:
            return f"this value is {old.standing}: an override may only tighten it", message(
                "take it out"
            )
        if self.kind == "rules" and not contract:
            named = {"assumption": "assumed"}.get(old.confidence, old.confidence)
            return (
                f"this {named} value is loosened without a contract that allows it",
                "name the line contract in rules.contract, or tighten",
            )
        return None

    def digest(self) -> str:
        """Return the blake2b digest (64 hex digits) of every key and value."""
        text = json.dumps(self.plain_values(), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()

    def plain_values(self) -> dict[str, Any]:
        """Return every value by its key: bare, limits without what they mean anyway."""
        return {key: value.counted for key, value in self.values.items()}


def _replaced(old: Value) -> Text:
    """Return the note of a value in whose place the scenario puts another.

    An old note that is not translated is left out.
    """
    bare, noted = message("replaced by the scenario"), message("replaced by the scenario; {}")
    if not old.note:
        return bare
    if all(old.note[language] != old.note.en for language in languages() if language != ENGLISH):
        return noted.filled(old.note)

    def text_in(language: Language) -> str:
        note = old.note[language]
        known = language == ENGLISH or note != old.note.en
        return noted[language].format(note) if known else bare[language]

    return in_each(text_in)


def _bound(old: Value) -> str:
    words = {
        "lower": "at most ",
        "higher": "at least ",
        "subset": "within ",
        "limits": "at least as strict as ",
        "none": "only ",
    }
    return words[old.tighter] + shown(old.value)


def load_rules(name: str, on: date | None = None) -> Profile:
    """Return a rule pack, such as ``"cn"``; ScenarioError lists the known packs.

    `on`: the day whose law it is; None: the newest.
    """
    return _load("rules", name) if on is None else _on("rules", name, on, on)


def load_network(name: str, on: date | None = None) -> Profile:
    """Return a network profile, such as ``"typical"``; ScenarioError lists the known profiles.

    `on`: the day whose values it has; None: the newest.
    """
    return _load("network", name) if on is None else _on("network", name, on, on)


@lru_cache(maxsize=256)
def _on(kind: Literal["rules", "network"], name: str, first: date, last: date) -> Profile:
    return _load(kind, name).on(first, last)


def known_profiles(kind: Literal["rules", "network"]) -> list[str]:
    """Return the names of all packs or profiles, sorted.

    A file whose name begins with ``_`` is no pack: others extend it.
    """
    texts = sorted(_folder(kind).iterdir(), key=lambda entry: entry.name.removesuffix(".toml"))
    names = (entry.name for entry in texts if entry.name.endswith(".toml"))
    return [name.removesuffix(".toml") for name in names if not name.startswith("_")]


def _folder(kind: str) -> Traversable:
    return files("dialsim").joinpath("profiles").joinpath(kind)


@cache
def _load(kind: Literal["rules", "network"], name: str) -> Profile:
    known = known_profiles(kind)
    if name not in known:
        path = "rules.pack" if kind == "rules" else "network.profile"
        word = message("rule pack") if kind == "rules" else message("network profile")
        raise ScenarioError.at(
            path,
            message("no such {word}").filled(word=word),
            found=shown(name),
            allowed=", ".join(known),
            remedy=did_you_mean(name, known),
        )
    return _read(kind, name)


@cache
def _read(kind: Literal["rules", "network"], name: str) -> Profile:
    text = _folder(kind).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return read_profile(kind, name, text, _read)


def read_profile(
    kind: Literal["rules", "network"],
    name: str,
    text: str,
    base: Callable[[Literal["rules", "network"], str], Profile],
) -> Profile:
    """Return a profile from its text; `base` finds the one it extends.

    A profile that extends another says only what differs. A value may be ``{ like = "KEY" }``: that
    of another key of the profile at hand, so that what takes over a whole follows its changes. It
    may be a list of versions, each with its days.

    Raises
    ------
    InternalError
        A value without unit, source or confidence, one of the wrong form, or versions that overlap
        or leave a gap: the file is ours.
    """
    raw = tomli.loads(text)
    title = str(raw.pop("title", name))
    parent = raw.pop("extends", None)
    above = None if parent is None else base(kind, parent)
    scope = replace(PackScope() if above is None else above.scope, **raw.pop("scope", {}))
    below = None if above is None else {key: above.versions(key) for key in above}
    versions = read_versions(raw, f"{kind}/{name}.toml", name, below)
    newest = {key: each[-1] for key, each in versions.items()}
    dated = {key: each for key, each in versions.items() if len(each) > 1}
    proxies = MappingProxyType(newest), MappingProxyType(dated)
    return Profile(kind, name, title, proxies[0], scope, proxies[1])
