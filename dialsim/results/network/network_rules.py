"""The network's rules, actions and causes in words, and how their figures are counted again.

All of it stands in ``profiles/rules_of_network.toml``; a code without a table there is shown by its
own name and not recounted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import tomli

from dialsim.core.codes import Action, Cause, EventCode, NumberClass, Rule, Seen
from dialsim.errors import InternalError
from dialsim.messages.catalogue import Language
from dialsim.messages.data_files import text_of
from dialsim.messages.text import Text

Counts = Literal[
    "calls",
    "reached",
    "new_callees",
    "repeats",
    "delivered",
    "answered",
    "short",
    "marks",
    "triaged",
    "review",
    "nothing",
]
Figure = Literal["count", "share", "mean"]
Whose = Literal["counter", "line", "enterprise"]

_ENUMS = {
    "rule": Rule,
    "action": Action,
    "cause": Cause,
    "seen": Seen,
    "event": EventCode,
    "class": NumberClass,
}


_PLAIN = (
    *("counts", "figure", "of", "scale", "window", "short", "new_after", "whose", "delay"),
    *("at_once", "anew", "unit", "follows", "apart", "ends"),
)
"""Fields of a rule that are taken over as they stand."""

_TEXT = {"en", "context"}
"""Keys of a table that has a text."""


@dataclass(frozen=True)
class Named:
    """A code in words.

    Attributes
    ----------
    code, name
        The enum's name, and as readers see it.
    severity
        Of the state that an action puts a number into; None where it puts it into none.
    lifts
        Whether an action ends such a state.
    loses, loses_there
        Names of the causes by which calls are lost to an action, and to one of the callees'
        operator.
    hold
        Profile value that says how long an action lasts; empty: there is none.
    instant
        Whether nothing is in force after an action.
    """

    code: str
    name: Text
    severity: int | None = None
    lifts: bool = False
    loses: tuple[str, ...] = ()
    loses_there: tuple[str, ...] = ()
    hold: str = ""
    instant: bool = False


@dataclass(frozen=True)
class Threshold:
    """A profile value that may be an action's threshold; empty strings fit anything."""

    key: str
    action: str = ""
    owner: str = ""


@dataclass(frozen=True)
class RuleText:
    """Texts and figures of a rule; the data file explains the fields."""

    code: str
    name: Text
    says: Text | None = None
    counts: Counts = "nothing"
    figure: Figure = "count"
    of: Counts | None = None
    scale: int = 1
    unit: str = ""
    window: str = ""
    short: str = ""
    new_after: str = ""
    whose: Whose = "counter"
    delay: str = ""
    at_once: bool = False
    anew: bool = False
    follows: str = ""
    apart: bool = False
    ends: str = ""
    by: Text | None = None
    hold: Mapping[str, str] = field(default_factory=dict)
    values: tuple[Threshold, ...] = ()
    behind: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    mend: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class NetworkRules:
    """Contents of the data file."""

    rules: Mapping[str, RuleText]
    names: Mapping[str, Mapping[str, Named]]
    mends: Mapping[str, Text]

    @property
    def out_of_use(self) -> int:
        """Severity from which on a notified dialer stops using a number."""
        severity = self.named("action", Action.SUSPEND.name).severity
        assert severity is not None
        return severity

    def rule(self, code: str) -> RuleText:
        """Return a rule by its code in any case; one without a table is shown by its name."""
        known = self.rules.get(code.upper())
        return known or RuleText(code.upper(), _plain(code), mend=self.rules["NONE"].mend)

    def named(self, kind: str, code: str | None) -> Named:
        """Return an action, a cause, something seen or an event by its code in any case."""
        upper = (code or "NONE").upper()
        return self.names[kind].get(upper) or Named(upper, _plain(upper))

    def word(self, kind: str, code: str | None, language: Language) -> str:
        """Return what a code is called."""
        return self.named(kind, code).name[language]


def _plain(code: str) -> Text:
    return Text(code.lower().replace("_", " "))


@cache
def network_rules() -> NetworkRules:
    """Return the data file.

    Raises
    ------
    InternalError
        A table is incomplete or names something that does not exist: the file is ours.

    Examples
    --------
    >>> network_rules().word("action", "throttle", "zh")
    '限呼'
    """
    text = files("dialsim").joinpath("profiles").joinpath("rules_of_network.toml")
    return read_network_rules(text.read_text("utf-8"))


def read_network_rules(text: str) -> NetworkRules:
    """Return the rules of a data file's text; see :func:`network_rules`."""
    raw = tomli.loads(text)
    for kind, enum in _ENUMS.items():
        strange = set(raw[kind]) - {member.name for member in enum}
        if strange:
            raise InternalError(f"rules_of_network.toml: no {kind} is {', '.join(sorted(strange))}")
    mends = {name: _text(f"mend.{name}", item) for name, item in raw["mend"].items()}
    names = {
        kind: {code: _named(kind, code, item) for code, item in raw[kind].items()}
        for kind in _ENUMS
        if kind != "rule"
    }
    rules = {code: _rule(code, item, mends) for code, item in raw["rule"].items()}
    return NetworkRules(rules, names, mends)


def _text(where: str, item: Any) -> Text:
    if not isinstance(item, Mapping) or not item.get("en"):
        raise InternalError(f"rules_of_network.toml: {where} has no text")
    return text_of(item, "en")


def _only(where: str, item: Mapping[str, Any], known: set[str]) -> None:
    if set(item) - known:
        unknown = ", ".join(sorted(set(item) - known))
        raise InternalError(f"rules_of_network.toml: {where} has unknown {unknown}")


def _named(kind: str, code: str, item: Mapping[str, Any]) -> Named:
    where = f"{kind}.{code}"
    known = _TEXT | {"severity", "lifts", "loses", "loses_there", "hold", "instant"}
    _only(where, item, known)
    loses, there = tuple(item.get("loses", ())), tuple(item.get("loses_there", ()))
    for cause in (*loses, *there):
        if cause not in Cause.__members__:
            raise InternalError(f"rules_of_network.toml: {where} loses by {cause}, no cause")
    return Named(
        code,
        _text(where, item),
        severity=item.get("severity"),
        lifts=item.get("lifts", False),
        loses=loses,
        loses_there=there,
        hold=item.get("hold", ""),
        instant=item.get("instant", False),
    )


def _rule(code: str, item: Mapping[str, Any], mends: Mapping[str, Text]) -> RuleText:
    where = f"rule.{code}"
    _only(where, item, set(RuleText.__dataclass_fields__) - {"code", "name"} | _TEXT)
    mend = {whose: tuple(names) for whose, names in item.get("mend", {}).items()}
    lost = {name for names in mend.values() for name in names} - set(mends)
    if set(mend) != {"registered", "others"} or lost:
        raise InternalError(f"rules_of_network.toml: {where} does not say what mends it")
    found = RuleText(
        code,
        _text(where, item),
        says=_text(f"{where}.says", item["says"]) if "says" in item else None,
        **{name: item[name] for name in _PLAIN if name in item},
        by=_text(f"{where}.by", item["by"]) if "by" in item else None,
        hold=dict(item.get("hold", {})),
        values=tuple(Threshold(**value) for value in item.get("values", ())),
        behind=tuple(item.get("behind", ())),
        loses=tuple(item.get("loses", ())),
        mend=mend,
    )
    wrong = (
        found.counts not in get_args(Counts)
        or found.figure not in get_args(Figure)
        or found.unit not in ("", "share", "length")
        or found.whose not in get_args(Whose)
        or (found.counts != "nothing" and not found.window)
        or (found.figure == "share" and found.of is None)
        or found.ends not in ("", "day", "until")
        or any(name not in Action.__members__ for name in found.hold)
        or any(name not in Cause.__members__ for name in found.loses)
        or any(value.action and value.action not in Action.__members__ for value in found.values)
    )
    if wrong:
        raise InternalError(f"rules_of_network.toml: {where} cannot be counted as it says")
    return found
