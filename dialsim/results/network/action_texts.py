"""Network actions as sentences: when, who, what, against whom, and the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialsim.carrier.frequency.build import OPERATORS
from dialsim.carrier.layout import WHOLE
from dialsim.core.codes import FIRST_RANGE, Action, NumberClass, Rule
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, TextTable, message, text_table, translated
from dialsim.results import formatting
from dialsim.results.network.network_rules import network_rules
from dialsim.results.run_view import CLASS_NAMES, caller_count, moment, operator_of
from dialsim.scenario.value_names import value_name

if TYPE_CHECKING:
    from dialsim.engine.build import World

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

_MEASURED = {
    Rule.CALLS_PER_HOUR: "{measured} calls in 60 min, {whose} ceiling {threshold}",
    Rule.CALLS_PER_DAY: "{measured} calls in 24 h, {whose} ceiling {threshold}",
    Rule.COMPLAINTS_NUMBER: "{complaints} triaged in {window}, {whose} figure {threshold}",
    Rule.COMPLAINTS_ENTERPRISE: "{measured} complaints per million calls, {whose} figure "
    "{threshold}",
    Rule.MARKS: "{measured} marks in {window}, {whose} figure {threshold}",
    Rule.SHORT_CALLS: "{measured} of answered calls in 7 days were short, {whose} figure "
    "{threshold}",
    Rule.UNANSWERED: "{measured} of delivered calls in 7 days were answered, {whose} figure "
    "{threshold}",
    Rule.TALK_TIME: "mean talk {measured} in 7 days, {whose} figure {threshold}",
    Rule.NEW_CALLEES_5MIN: "{measured} calls to new callees in 5 min, {whose} ceiling {threshold}",
    Rule.NEW_CALLEES_DAY: "{measured} calls to new callees in 24 h, {whose} ceiling {threshold}",
    Rule.REPEATS: "{measured} repeated calls in 24 h, {whose} ceiling {threshold}",
    Rule.SHORT_ENTERPRISE: "{measured} of the day's answered calls were short, {whose} figure "
    "{threshold}",
    Rule.GATEWAY_CALLS: "{measured} calls through the gateway, {whose} ceiling {threshold}",
    Rule.CONTRACT_VOLUME: "{measured} calls that day, agreed {threshold}",
    Rule.CONTRACT_CONCURRENCY: "{measured} calls at a time, agreed {threshold}",
    Rule.CONTRACT_COMPLAINTS: "{measured} complaints per million calls, agreed {threshold}",
    Rule.TRACEBACK: "nobody answered within {threshold} working days where a call came from",
}
"""An action's figure in English, shorter than where it is explained; in Chinese as it is there."""

_WINDOW_KEY = {Rule.COMPLAINTS_NUMBER: "complaints.window", Rule.MARKS: "labels.window"}
PROOFS = ("none", "recorded", "genuine")
"""The weakest proof of consent that an appeal rested on, by the figure of its action."""


def figure_words(figure: int, form: Mapping[str, Any], language: Language) -> str:
    """Return a figure as it is read: a count, a share in per cent, a length of time.

    `form` has its `unit` and `scale`.

    >>> figure_words(1764, {"unit": "", "scale": 1}, "en")
    '1,764'
    >>> figure_words(1500, {"unit": "share", "scale": 10_000}, "zh")
    '15 %'
    """
    if form["unit"] == "share":
        return formatting.percent(figure / form["scale"])
    return formatting.span(figure, language) if form["unit"] == "length" else f"{figure:,}"


def quoted_basis(basis: Mapping[str, Any] | None, language: Language = "en") -> str:
    """Return where a figure comes from, as a suffix.

    >>> quoted_basis({"source": "S32", "confidence": "practice"})
    ' (S32, practice)'
    >>> quoted_basis({"source": "A", "confidence": "assumption"}, "zh")
    '（假设）'
    """
    if basis is None or basis["confidence"] == "scenario":
        return ""
    named = "no_source" if basis["confidence"] == "assumption" else "source"
    return LABELS[language][named].format(
        source=formatting.source_ids(basis["source"], language),
        confidence=formatting.CONFIDENCE[language][basis["confidence"]],
    )


def target_name(world: World, line: int, language: Language = "en") -> str:
    """Return whom an action met: ``north-037``, a class of numbers, a trunk, or the enterprise."""
    count = caller_count(world)
    texts, scenario = TARGETS[language], world.scenario
    if line <= FIRST_RANGE:
        return texts["block"].format(scenario.caller_ids[FIRST_RANGE - line].name)
    if line < -1:
        return texts["trunk"].format(scenario.trunks[-2 - line].name)
    if line < 0:
        return texts["enterprise"].format(scenario.enterprise.name)
    if line < count:
        return world.caller_names[line]
    code = NumberClass(line - count)
    chinese = language == "zh"
    name = network_rules().word("class", code.name, "zh") if chinese else CLASS_NAMES[code]
    return texts["class"].format(name)


def worked_line(
    world: World, row: Any, basis: dict[str, Any] | None, language: Language = "en"
) -> str:
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
    who = OPERATORS[operator] if operator < len(OPERATORS) else operator_of(world, line)
    if rule == Rule.MARKS:  # no operator's doing
        who = LABELS[language]["platforms"]
    why, quotes = _why(world, row, basis, language)
    figure = LABELS[language]["figure"].format(why) if why else ""
    return SENTENCE[language].format(
        when=f"{moment(world.scenario, row['tick']):%Y-%m-%d %H:%M}",
        operator=value_name(who)[language],
        action=network_rules().word("action", action.name, language),
        target=target_name(world, line, language),
        figure=(THERE[language] if row["there"] else "")
        + figure
        + (quoted_basis(basis, language) if quotes else ""),
    )


def _why(
    world: World, row: Any, basis: dict[str, Any] | None, language: Language
) -> tuple[str, bool]:
    """Return the reason for an action, empty if none is known, and whether to cite its basis."""
    rule, action = Rule(int(row["rule"])), Action(int(row["action"]))
    texts = LABELS[language]
    if rule == Rule.PLATFORM:
        return ("", False) if action == Action.LIFT else (texts["platform"], True)
    if rule == Rule.APPEAL:
        held = texts["granted" if action == Action.LIFT else "refused"]
        return held.format(texts[PROOFS[int(row["measured"])]]), True
    if action == Action.STOP:
        return texts["stop_outsourced" if _outsourced(world) else "stop"], False
    if rule == Rule.GATEWAY:
        return texts["gateway"], True
    if rule in (Rule.DATED, Rule.DATED_GATEWAY):
        return _dated(world, row, basis, language), True
    if rule == Rule.MARKS and action == Action.REVIEW:
        return texts["label"], True
    if rule not in _MEASURED or action == Action.LIFT:
        return "", False
    return _measured(world, row, basis, language), True


def _dated(world: World, row: Any, basis: dict[str, Any] | None, language: Language) -> str:
    """Return that an event of the scenario is behind it, and until when; empty at its end."""
    if int(row["action"]) == Action.LIFT:
        return ""
    texts, until = LABELS[language], int(row["until"])
    text = texts["dated"]
    if until >= 0:
        text = texts["dated_until"].format(f"{moment(world.scenario, until):%Y-%m-%d %H:%M}")
    share = "" if basis is None else texts["refuses"].format(formatting.percent(basis["value"]))
    return text + share


def _measured(world: World, row: Any, basis: dict[str, Any] | None, language: Language) -> str:
    """Return an action's figure beside its threshold."""
    rule = Rule(int(row["rule"]))
    rule_text = network_rules().rule(rule.name)
    unit = {
        "unit": rule_text.unit,
        "scale": WHOLE if rule_text.unit == "share" else rule_text.scale,
    }
    template = (
        _MEASURED[rule] if language == "en" or rule_text.says is None else rule_text.says[language]
    )
    window_key = _WINDOW_KEY.get(rule, "")
    window = world.network[window_key] if window_key else 0
    filed = basis is not None and basis["confidence"] == "scenario"
    return template.format(
        measured=figure_words(int(row["measured"]), unit, language),
        complaints=formatting.count_noun(int(row["measured"]), "complaint"),
        threshold=figure_words(int(row["threshold"]), unit, language),
        whose=WHOSE[language][filed],
        window=formatting.span(window, language),
    )


def _outsourced(world: World) -> bool:
    centre = world.scenario.enterprise.call_centre
    return centre is not None and centre.kind == "outsourced"
