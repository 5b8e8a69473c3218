"""Rule packs and network profiles: every value with its unit, source and confidence.

No threshold stands in code. A profile is a table of dotted keys; durations come out in ms. A
scenario's overrides are taken in by :meth:`Profile.with_overrides`, which knows what may loosen.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import tomli

from dialsim.errors import (
    InternalError,
    Problem,
    Problems,
    ScenarioError,
    did_you_mean,
    is_plain,
    shown,
)
from dialsim.scenario.strictness import MEANINGS, is_looser, problem_with
from dialsim.scenario.values import parse_duration

if TYPE_CHECKING:
    from dialsim.scenario.frame import Frame

Confidence = Literal["rule", "official", "vendor", "practice", "inferred", "assumption"]
Tighter = Literal["lower", "higher", "subset", "limits", "none"]

SOURCED = frozenset({"value", "unit", "source", "confidence", "note"})
"""What an override may hold that says where its value comes from."""

_SOURCE = re.compile(r"(S\d{1,2}b?|A)(,(S\d{1,2}b?|A))*")


@dataclass(frozen=True)
class Value:
    """One value of a profile.

    Attributes
    ----------
    value
        As written in the file; durations are text.
    unit
        ``"duration"`` and the like; what the value must look like follows from it.
    source
        Source ids separated by commas; ``A`` where nothing was found.
    confidence
        rule, official, vendor, practice, inferred or assumption.
    tighter
        Which way is stricter: lower, higher, subset, limits (at least as strict a set of limits)
        or none (no order: a protected value then cannot be replaced at all).
    wall
        Whether the value is a wall whatever its confidence.
    note, note_zh
        Why, where that needs a word; in Chinese, where a page of a run tells it.
    pack
        The pack or profile whose file says it; those that extend it take it over.
    like
        The key whose value this is, where nothing of its own was found; else empty.
    """

    value: Any
    unit: str
    source: str
    confidence: Confidence
    tighter: Tighter = "none"
    wall: bool = False
    note: str = ""
    pack: str = ""
    like: str = ""
    note_zh: str = ""

    @property
    def protected(self) -> bool:
        """Whether the value may only be tightened."""
        return self.wall or self.confidence in ("rule", "official")

    @property
    def standing(self) -> str:
        """What makes the value what it is: a wall, or its confidence and source."""
        return "a wall" if self.wall else f"{self.confidence} ({self.source})"

    @property
    def bare(self) -> Any:
        """The value as code wants it: durations in ms, limits with all they mean written out."""
        if self.unit == "duration":
            return parse_duration(self.value)
        if self.unit == "limits":
            unsaid = {key: words[0] for key, words in MEANINGS.items()}
            return [
                {**unsaid, **limit, "per": parse_duration(limit["per"])} for limit in self.value
            ]
        return json.loads(json.dumps(self.value)) if _nested(self.value) else self.value

    @property
    def counted(self) -> Any:
        """As `bare`, without what a limit means anyway: what digests are made of."""
        if self.unit != "limits":
            return self.bare
        return [
            {key: said for key, said in limit.items() if said != MEANINGS.get(key, (None,))[0]}
            for limit in self.bare
        ]


def _nested(value: object) -> bool:
    return isinstance(value, (list, dict))


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

    Examples
    --------
    >>> network = load_network("typical")
    >>> network["frequency.mobile.warn_per_hour"], network["frequency.delay"]
    (20, 600000)
    >>> network.entry("frequency.mobile.warn_per_hour").confidence
    'practice'
    """

    kind: Literal["rules", "network"]
    name: str
    title: str
    values: Mapping[str, Value]
    scope: PackScope = PackScope()

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

        Columns ``key, value`` (as text), ``unit, source, confidence, wall, note``. ``source`` is
        null where nothing was found: such a value is an assumption.
        """
        import pyarrow as pa

        from dialsim.scenario.frame import Frame

        rows = [
            {
                "key": key,
                "value": shown(each.value),
                "unit": each.unit,
                "source": None if each.source == "A" else each.source,
                "confidence": each.confidence,
                "wall": each.wall,
                "note": each.note or None,
            }
            for key, each in self.values.items()
        ]
        return Frame(pa.Table.from_pylist(rows), f'values of {self.kind} "{self.name}"')

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
        values = dict(self.values)
        for key, new in overrides.items():
            where = f"{path}.{key}"
            new, said = _with_source(new) if self.kind == "network" else (new, {})
            name, new = self._whole(key, new)
            if name not in values:
                problems.add(
                    where,
                    f"{self.kind} {self.name} has no value {key}",
                    allowed="a name listed by explain",
                    remedy=did_you_mean(key, values),
                )
                continue
            old = values[name]
            if said:
                for message, found, allowed in source_faults(overrides[key], old.unit):
                    problems.add(where, message, found=found, allowed=allowed)
            wrong = problem_with(new, old.value, old.unit)
            if wrong is not None:
                problems.add(where, f"not a value in {old.unit}", found=new, allowed=wrong)
                continue
            refusal = self._refusal(old, new, contract)
            if refusal is not None:
                message, remedy = refusal
                problems.add(where, message, found=new, allowed=_bound(old), remedy=remedy)
                continue
            note, note_zh = _replaced(old)
            values[name] = replace(old, value=new, like="", note=note, note_zh=note_zh)
            if said and not old.protected:
                values[name] = replace(values[name], **said)
        return replace(self, values=MappingProxyType(values))

    def _whole(self, key: str, new: Any) -> tuple[str, Any]:
        """Return the name and whole new value when `key` points into a map-valued value."""
        head, _, inner = key.rpartition(".")
        if key not in self.values and head in self.values:
            old = self.values[head].value
            if isinstance(old, dict):
                return head, {**old, inner: new}
        return key, new

    def _refusal(self, old: Value, new: Any, contract: str | None) -> tuple[str, str] | None:
        if new == old.value or not is_looser(new, old.value, old.unit, old.tighter):
            return None
        if old.protected:
            return f"this value is {old.standing}: an override may only tighten it", "take it out"
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


def is_sourced(new: object) -> bool:
    """Whether an override is a table that says where its value comes from.

    >>> is_sourced({"value": 0.3, "source": "measured", "confidence": "inferred"})
    True
    """
    return isinstance(new, Mapping) and {"value", "source"} <= set(new) <= SOURCED


def source_faults(new: Mapping[str, Any], unit: str | None) -> Iterator[tuple[str, object, str]]:
    """Yield what is wrong with what a sourced value says beside its value: what, found, allowed.

    Parameters
    ----------
    unit
        That of the value whose place it takes; None: it has none.

    >>> list(source_faults({"value": 0.3, "unit": -1, "source": "log"}, "share"))
    [('the unit of this value is another', -1, '"share", or nothing')]
    """
    if "unit" in new and new["unit"] != unit:
        allowed = "nothing" if unit is None else f'"{unit}", or nothing'
        yield "the unit of this value is another", new["unit"], allowed
    for key in ("source", "note"):
        text = new.get(key, "-")
        empty = key == "source" and not text
        if not isinstance(text, str) or empty or not all(map(is_plain, text)):
            yield f"its {key} is no text", text, "one line of plain text"
    if new.get("confidence", "inferred") not in get_args(Confidence):
        yield "there is no such confidence", new["confidence"], ", ".join(get_args(Confidence))


def _with_source(new: Any) -> tuple[Any, dict[str, Any]]:
    """Return an override's value, and what it says of its source."""
    if not is_sourced(new):
        return new, {}
    return new["value"], {
        "source": str(new["source"]),
        "confidence": new.get("confidence", "inferred"),
        "note": str(new.get("note", "")),
        "note_zh": "",
    }


def _replaced(old: Value) -> tuple[str, str]:
    """Return the note of a value in whose place the scenario puts another, in both languages."""
    note = f"replaced by the scenario; {old.note}" if old.note else "replaced by the scenario"
    note_zh = f"由方案替换；{old.note_zh}" if old.note_zh else "由方案替换"
    return note, note_zh


def _bound(old: Value) -> str:
    words = {
        "lower": "at most ",
        "higher": "at least ",
        "subset": "within ",
        "limits": "at least as strict as ",
        "none": "only ",
    }
    return words[old.tighter] + shown(old.value)


def load_rules(name: str) -> Profile:
    """Return a rule pack, such as ``"cn"``; ScenarioError lists the known packs."""
    return _load("rules", name)


def load_network(name: str) -> Profile:
    """Return a network profile, such as ``"typical"``; ScenarioError lists the known profiles."""
    return _load("network", name)


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
        word = "rule pack" if kind == "rules" else "network profile"
        raise ScenarioError(
            [
                Problem(
                    path,
                    f"no such {word}",
                    found=shown(name),
                    allowed=", ".join(known),
                    remedy=did_you_mean(name, known),
                )
            ]
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
    of another key of the profile at hand, so that what takes over a whole follows its changes.

    Raises
    ------
    InternalError
        A value without unit, source or confidence, or one of the wrong form: the file is ours.
    """
    raw = tomli.loads(text)
    title = str(raw.pop("title", name))
    values: dict[str, Value] = {}
    scope = PackScope()
    parent = raw.pop("extends", None)
    if parent is not None:
        values.update(base(kind, parent).values)
        scope = base(kind, parent).scope
    scope = replace(scope, **raw.pop("scope", {}))
    for key, leaf in _leaves(raw, ""):
        where = f"{kind}/{name}.toml: {key}"
        if parent is not None and key not in values:
            raise InternalError(f"{where} is unknown to {parent}")
        values[key] = _linked(where, leaf, name) if "like" in leaf else _checked(where, leaf, name)
    for key, value in values.items():
        if value.like:
            values[key] = _taken_over(f"{kind}/{name}.toml: {key}", value, values)
    return Profile(kind, name, title, MappingProxyType(values), scope)


def _linked(where: str, leaf: Mapping[str, Any], pack: str) -> Value:
    if set(leaf) - {"like", "note", "note_zh"}:
        raise InternalError(f"{where}: what is like another says no more than a note")
    blank = Value(value=None, unit="", source="A", confidence="assumption")
    notes = {name: leaf.get(name, "") for name in ("note", "note_zh")}
    return replace(blank, like=leaf["like"], pack=pack, **notes)


def _taken_over(where: str, value: Value, values: Mapping[str, Value]) -> Value:
    model = values.get(value.like)
    if model is None or model.like:
        raise InternalError(f"{where}: there is no value {value.like} to be like")
    return replace(model, like=value.like, note=value.note, note_zh=value.note_zh, pack=value.pack)


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, item in table.items():
        path = f"{prefix}{key}"
        if not isinstance(item, Mapping):
            raise InternalError(f"profile value {path} has no source and no confidence")
        if "value" in item or "like" in item:
            yield path, item
        else:
            yield from _leaves(item, path + ".")


def _checked(where: str, leaf: Mapping[str, Any], pack: str) -> Value:
    missing = [key for key in ("unit", "source", "confidence") if not leaf.get(key)]
    unknown = sorted(set(leaf) - (set(Value.__dataclass_fields__) - {"pack", "like"}))
    if missing or unknown:
        raise InternalError(f"{where}: missing {missing}, unknown {unknown}")
    value = Value(**leaf, pack=pack)
    if value.confidence not in get_args(Confidence) or value.tighter not in get_args(Tighter):
        raise InternalError(f"{where}: {value.confidence} or {value.tighter} is no such word")
    if not _SOURCE.fullmatch(value.source):
        raise InternalError(f"{where}: source is {value.source}")
    if (value.confidence == "assumption") != (value.source == "A"):
        raise InternalError(f"{where}: an assumption has source A, and nothing else has")
    wrong = problem_with(value.value, value.value, value.unit)
    if wrong is not None:
        raise InternalError(f"{where}: {value.value} is not {wrong}")
    return value
