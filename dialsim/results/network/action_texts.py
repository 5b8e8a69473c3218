"""Network actions as sentences: when, who, what, against whom, and the arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import ReadOnly, TypedDict

from dialsim.carrier.frequency.build import OPERATORS
from dialsim.carrier.layout import WHOLE
from dialsim.core.codes import FIRST_RANGE, Action, NumberClass, Rule
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import (
    Message,
    Text,
    Texts,
    TextTable,
    from_table,
    joined,
    message,
    plural,
    text_table,
    translated,
)
from dialsim.results import formatting
from dialsim.results.network.network_rules import network_rules
from dialsim.results.run_view import CLASS_NAMES, caller_count, moment, operator_of
from dialsim.results.summary_types.network import Basis
from dialsim.scenario.value_names import value_name

if TYPE_CHECKING:
    from dialsim.engine.build import World


class FigureForm(TypedDict):
    """How a figure is read."""

    unit: ReadOnly[str]
    """``"share"``, ``"length"`` or, of a count, empty."""
    scale: ReadOnly[int]
    """What a share of 1 is."""


class Quoted(TypedDict):
    """Where a figure comes from."""

    source: ReadOnly[str]
    """Its source ids."""
    confidence: ReadOnly[str]
    """How well it is known."""


WHOSE: TextTable[dict[bool, str]] = translated(
    {
        False: "profile",
        True: "filed",
    }
)
"""Whose figure a threshold is: the network profile's, or the filing's."""

TARGETS: Texts = text_table(
    {
        "block": "numbers of {}",
        "trunk": "trunk {}",
        "enterprise": "all numbers of {}",
        "class": "all unregistered {} numbers",
    }
)
FILING, CONTRACT = message("the filing"), message("the line contract")
"""What a figure rests on that the scenario declares."""
THERE = message(" in calls to its subscribers")
SENTENCE = message("{when} {operator} {action} {target}{figure}")

LABELS: Texts = text_table(
    {
        "figure": ": {}",
        "platforms": "label platforms",
        "platform": "for what other clients of the platform send",
        "granted": "appeal granted, weakest proof of consent: {}",
        "refused": "appeal refused, weakest proof of consent: {}",
        "none": "none",
        "recorded": "recorded",
        "genuine": "genuine",
        "stop": "the review ended against the enterprise",
        "stop_outsourced": "the review ended against the enterprise, and with them the "
        "platform's other clients",
        "gateway": "for what other tenants of the gateway send",
        "dated": "an event of the scenario",
        "dated_until": "an event of the scenario until {}",
        "refuses": ", which refuses {}",
        "label": "the owner has appealed the label",
        "source": " ({source}, {confidence})",
        "no_source": " ({confidence})",
    }
)

_COMPLAINTS = plural(
    "{count:,} complaint triaged in {window}, {whose} figure {threshold}",
    "{count:,} complaints triaged in {window}, {whose} figure {threshold}",
)
_SHORTER = {
    Rule.COMPLAINTS_ENTERPRISE: message(
        "{measured} complaints per million calls, {whose} figure {threshold}"
    ),
    Rule.CONTRACT_VOLUME: message("{measured} calls that day, agreed {threshold}"),
    Rule.CONTRACT_CONCURRENCY: message("{measured} calls at a time, agreed {threshold}"),
    Rule.CONTRACT_COMPLAINTS: message(
        "{measured} complaints per million calls, agreed {threshold}"
    ),
    Rule.TRACEBACK: message(
        "nobody answered within {threshold} working days where a call came from"
    ),
}
"""An action's figure, in English shorter than where it is explained."""

_WINDOW_KEY = {Rule.COMPLAINTS_NUMBER: "complaints.window", Rule.MARKS: "labels.window"}
PROOFS = ("none", "recorded", "genuine")
"""The weakest proof of consent that an appeal rested on, by the figure of its action."""


def figure_words(figure: int, form: FigureForm, language: Language) -> str:
    """Return a figure as it is read: a count, a share in per cent, a length of time.

    >>> figure_words(1764, {"unit": "", "scale": 1}, "en")
    '1,764'
    >>> figure_words(1500, {"unit": "share", "scale": 10_000}, "zh")
    '15 %'
    """
    return figure_text(figure, form)[language]


def figure_text(figure: int, form: FigureForm) -> Text:
    """Return the same as a text."""
    if form["unit"] == "share":
        return Text(formatting.percent(figure / form["scale"]))
    return formatting.span_text(figure) if form["unit"] == "length" else Text(f"{figure:,}")


def quoted_basis(basis: Quoted | None, language: Language = "en") -> str:
    """Return where a figure comes from, as a suffix.

    >>> quoted_basis({"source": "S32", "confidence": "practice"})
    ' (S32, practice)'
    >>> quoted_basis({"source": "A", "confidence": "assumption"}, "zh")
    '（假设）'
    """
    return basis_text(basis)[language]


def basis_text(basis: Quoted | None) -> Text:
    """Return the same as a text."""
    if basis is None or basis["confidence"] == "scenario":
        return Text("")
    confidence = formatting.CONFIDENCE.messages[basis["confidence"]]
    if basis["confidence"] == "assumption":
        return from_table(LABELS, "no_source", confidence=confidence)
    source = formatting.source_ids_text(basis["source"])
    return from_table(LABELS, "source", source=source, confidence=confidence)


def target_name(world: World, line: int) -> Text:
    """Return whom an action met: ``north-037``, a class of numbers, a trunk, or the enterprise."""
    count = caller_count(world)
    scenario = world.scenario
    if line <= FIRST_RANGE:
        return from_table(TARGETS, "block", scenario.caller_ids[FIRST_RANGE - line].name)
    if line < -1:
        return from_table(TARGETS, "trunk", scenario.trunks[-2 - line].name)
    if line < 0:
        return from_table(TARGETS, "enterprise", scenario.enterprise.name)
    if line < count:
        return Text(world.caller_names[line])
    return from_table(TARGETS, "class", value_name(CLASS_NAMES[NumberClass(line - count)]))


def worked_line(world: World, row: Any, basis: Basis | None) -> Text:
    """Return one action in a sentence: when, who, what, on whom, and the arithmetic behind it.

    Parameters
    ----------
    row
        An `ACTION_ROW`.
    basis
        The profile value or the filing that it rests on.
    """
    rule, action = Rule(int(row["rule"])), Action(int(row["action"]))
    line, operator = int(row["target"]), int(row["operator"])
    several = operator >= len(OPERATORS)
    acting = operator_of(world, line).split("/") if several else [OPERATORS[operator]]
    who: Text = joined("/", [value_name(each) for each in acting])
    if rule == Rule.MARKS:  # no operator's doing
        who = LABELS.messages["platforms"]
    why, quotes = _why(world, row, basis)
    figure: list[Text] = [THERE] if row["there"] else []
    if why:
        figure.append(from_table(LABELS, "figure", why))
    if quotes:
        figure.append(basis_text(basis))
    return SENTENCE.filled(
        when=dates.moment_text(moment(world.scenario, row["tick"])),
        operator=who,
        action=network_rules().named("action", action.name).name,
        target=target_name(world, line),
        figure=joined("", figure),
    )


def _why(world: World, row: Any, basis: Basis | None) -> tuple[Text, bool]:
    """Return the reason for an action, empty if none is known, and whether to cite its basis."""
    rule, action = Rule(int(row["rule"])), Action(int(row["action"]))
    texts: dict[str, Message] = LABELS.messages
    if rule == Rule.PLATFORM:
        return (Text(""), False) if action == Action.LIFT else (texts["platform"], True)
    if rule == Rule.APPEAL:
        held = texts["granted" if action == Action.LIFT else "refused"]
        return held.filled(texts[PROOFS[int(row["measured"])]]), True
    if action == Action.STOP:
        return texts["stop_outsourced" if _outsourced(world) else "stop"], False
    if rule == Rule.GATEWAY:
        return texts["gateway"], True
    if rule in (Rule.DATED, Rule.DATED_GATEWAY):
        return _dated(world, row, basis), True
    if rule == Rule.MARKS and action == Action.REVIEW:
        return texts["label"], True
    if action == Action.LIFT or network_rules().rule(rule.name).says is None:
        return Text(""), False
    return _measured(world, row, basis), True


def _dated(world: World, row: Any, basis: Basis | None) -> Text:
    """Return that an event of the scenario is behind it, and until when; empty at its end."""
    if int(row["action"]) == Action.LIFT:
        return Text("")
    texts, until = LABELS.messages, int(row["until"])
    text = texts["dated"]
    if until >= 0:
        text = texts["dated_until"].filled(dates.moment_text(moment(world.scenario, until)))
    if basis is None:
        return joined("", [text])
    return joined("", [text, texts["refuses"].filled(formatting.percent(basis["value"]))])


def _measured(world: World, row: Any, basis: Basis | None) -> Text:
    """Return an action's figure beside its threshold."""
    rule, measured = Rule(int(row["rule"])), int(row["measured"])
    rule_text = network_rules().rule(rule.name)
    unit: FigureForm = {
        "unit": rule_text.unit,
        "scale": WHOLE if rule_text.unit == "share" else rule_text.scale,
    }
    window_key = _WINDOW_KEY.get(rule, "")
    given = {
        "threshold": figure_text(int(row["threshold"]), unit),
        "whose": WHOSE.messages[basis is not None and basis["confidence"] == "scenario"],
        "window": formatting.span_text(world.network[window_key] if window_key else 0),
    }
    if rule == Rule.COMPLAINTS_NUMBER:
        return _COMPLAINTS.of(measured, **given)
    form = _SHORTER.get(rule, rule_text.says)
    assert isinstance(form, Message)  # who asks has seen that there is one
    return form.filled(measured=figure_text(measured, unit), **given)


def _outsourced(world: World) -> bool:
    centre = world.scenario.enterprise.call_centre
    return centre is not None and centre.kind == "outsourced"
