"""Trace of an intervention: its figures, causes and consequences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Cause, NumberClass, Seen
from dialsim.core.windows import BUCKETS
from dialsim.explanations.durations import end_of, is_instant
from dialsim.explanations.intervention_result import (
    BreakingCall,
    Consequences,
    EarlierEvents,
    ExplainedComplaint,
    InterventionBrief,
    InterventionTrace,
    NamedValue,
    RecountedFigure,
    RunOverview,
)
from dialsim.explanations.recount import (
    Recount,
    basis_action,
    breaking_tick,
    case_tick,
    counter_lines,
    in_use,
    recount,
    stated_calls,
    tripping,
    window_ms,
)
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.results import formatting
from dialsim.results.network.action_texts import (
    CONTRACT,
    FILING,
    LABELS,
    SENTENCE,
    TARGETS,
    THERE,
    WHOSE,
    figure_words,
)
from dialsim.results.network.network_rules import NetworkRules, RuleText, network_rules
from dialsim.results.run_view import CLASS_NAMES
from dialsim.results.tables.run_log import Act, Happening, RunLog
from dialsim.scenario.value_names import value_name
from dialsim.scenario.values import format_duration

_STATED = {"marks": "marks_30d", "triaged": "complaints_30d", "delivered": "delivered_30d"}
"""Columns of states of caller IDs by what a rule counts; calls go by its window."""


def intervention_trace(log: RunLog, act: Act, language: Language = "en") -> InterventionTrace:
    """Return an intervention with everything that explains it.

    Parameters
    ----------
    act
        One of ``log.acts``.
    language
        Of names and sentences; keys and codes are English.

    Returns
    -------
    InterventionTrace
        A dict; :class:`dialsim.explanations.intervention_result.InterventionTrace` describes its
        keys.
    """
    rules = network_rules()
    base = basis_action(log, act, rules)
    rule = rules.rule(act.rule)
    counted = recount(log, base)
    threshold = threshold_value(log, rule, base, language)
    behind = [
        value
        for key in _behind(rules, rule, act)
        if (value := profile_value(log, key, act.operator))
        and (threshold is None or key != threshold["key"])
    ]
    return {
        "kind": "intervention",
        **brief(log, act, language, threshold=threshold),
        "figure": figure(log, base, counted),
        "values": ([threshold] if threshold else []) + behind,
        "before": before(log, act, language),
        "after": after(log, act, language),
        "avoid": _avoid(log, rules, rule, act, language),
    }


def overview(log: RunLog, language: Language = "en") -> RunOverview:
    """Return every intervention in brief, and the number of caller IDs."""
    return {
        "kind": "run",
        "caller_ids": len(log.lines.names),
        "interventions": [brief(log, act, language) for act in log.acts],
    }


def brief(
    log: RunLog, act: Act, language: Language, *, threshold: NamedValue | None = None
) -> InterventionBrief:
    """Return an intervention in brief: time, operator, action, target, and a sentence."""
    rules = network_rules()
    rule = rules.rule(act.rule)
    if threshold is None:
        threshold = threshold_value(log, rule, basis_action(log, act, rules), language)
    return {
        "number": act.number,
        "time": iso(log, act.tick),
        "action": act.action,
        "action_name": rules.word("action", act.action, language),
        "rule": act.rule,
        "rule_name": rule.name[language],
        "target": act.target,
        "target_name": target_name(log, act, language),
        "caller": log.lines.names[act.line] if act.line >= 0 else None,
        "operator": operator(log, act, language),
        "noticed": act.noticed,
        "until": iso(log, act.until) if act.until is not None else None,
        "sentence": sentence(log, rules, act, language, threshold),
    }


def sentence(
    log: RunLog, rules: NetworkRules, act: Act, language: Language, threshold: NamedValue | None
) -> str:
    """Return an intervention as a sentence: time, operator, action, target, figure."""
    rule = rules.rule(act.rule)
    base = basis_action(log, act, rules)
    text = ""
    if rule.says and base.threshold and not rules.named("action", act.action).lifts:
        filed = threshold is not None and threshold["confidence"] == "scenario"
        text = rule.says[language].format(
            measured=figure_words(
                base.measured, {"unit": rule.unit, "scale": rule.scale}, language
            ),
            threshold=figure_words(
                base.threshold, {"unit": rule.unit, "scale": rule.scale}, language
            ),
            window=formatting.span(window_ms(log, rule), language) if rule.window else "",
            whose=WHOSE[language][filed],
        )
        text = LABELS[language]["figure"].format(text) + quoted(threshold, language)
    return SENTENCE[language].format(
        when=dates.moment(log.moment(act.tick), language=language),
        operator="/".join(
            value_name(each)[language] for each in operator(log, act, language).split("/")
        ),
        action=rules.word("action", act.action, language),
        target=target_name(log, act, language),
        figure=(THERE[language] if act.there else "") + text,
    )


def quoted(value: NamedValue | None, language: Language) -> str:
    """Return source and confidence of a value as a suffix; nothing for a filing.

    >>> value = {"key": "k", "value": 2, "unit": "calls", "note": ""}
    >>> quoted({**value, "source": "S32", "confidence": "practice"}, "en")
    ' (S32, practice)'
    >>> quoted({**value, "source": "A", "confidence": "assumption"}, "zh")
    '（假设）'
    """
    if value is None or value["confidence"] == "scenario":
        return ""
    word = formatting.CONFIDENCE[language][value["confidence"]]
    source = "" if value["source"] == "A" else formatting.source_ids(value["source"], language)
    form = LABELS[language]["source" if source else "no_source"]
    return form.format(source=source, confidence=word)


def iso(log: RunLog, tick: int) -> str:
    """Return a tick as an ISO time with the zone's offset."""
    return log.moment(tick).isoformat(timespec="milliseconds" if tick % 1000 else "seconds")


def target_name(log: RunLog, act: Act, language: Language) -> str:
    """Return the name of an action's target."""
    if act.target == "caller":
        return log.lines.names[act.line]
    texts = TARGETS[language]
    if act.place is not None or act.target != "unregistered":
        return texts["enterprise"].format(act.place or log.scenario.enterprise.name)
    return texts["class"].format(network_rules().word("class", act.number_class, language))


def operator(log: RunLog, act: Act, language: Language = "en") -> str:
    """Return the operator that acted; of numbers counted together, those of all their trunks.

    A rule may name who acts: labels are set by platforms, not by operators.
    """
    by = network_rules().rule(act.rule).by
    if by is not None:
        return by[language]
    if act.operator is not None:
        return act.operator
    trunks = {trunk.name: trunk.operator for trunk in log.scenario.trunks}
    if act.target == "trunk":
        return trunks[act.place or ""]
    blocks = np.unique(log.lines.block[tripping(log, act)])
    return "/".join(sorted({trunks[log.scenario.caller_ids[int(b)].trunk] for b in blocks}))


def profile_value(log: RunLog, key: str, by: str | None = None) -> NamedValue | None:
    """Return a value with unit, source and confidence; None: no such.

    `by`: the operator whose profile has it; None: the network's.
    """
    network = log.network_of(by)
    if key not in network:
        return None
    entry = network.entry(key)
    return {
        "key": key,
        "value": entry.value,
        "unit": entry.unit,
        "source": entry.source,
        "confidence": entry.confidence,
        "note": entry.note.en,
    }


def threshold_value(log: RunLog, rule: RuleText, act: Act, language: Language) -> NamedValue | None:
    """Return the profile value, or the filing, that an action's threshold is; None if unknown."""
    owner = _owner(log, rule, act)
    fitting = [
        value
        for value in rule.values
        if (value.action in ("", act.action.upper()) or act.action == "spare")
        and value.owner in ("", owner)
    ]
    found = [value for each in fitting if (value := _valued(log, each.key, act, language))]
    exact = [value for value in found if scaled(log, value, rule) == act.threshold]
    return next(iter(exact or found), None)


def scaled(log: RunLog, value: NamedValue, rule: RuleText) -> object:
    """Return a value in the unit of the rule's figure."""
    found = value["value"]
    if isinstance(found, str):
        return int(log.network[value["key"]])
    return round(found * rule.scale) if rule.unit == "share" else found


def _valued(log: RunLog, key: str, act: Act, language: Language) -> NamedValue | None:
    if key.startswith("contract."):
        return _term(log, act.place, key.removeprefix("contract."), language)
    if key != "filed":
        return profile_value(log, key, act.operator)
    block = log.block_of(act.line)
    if block.filed is None or block.filed.daily_volume is None:
        return None
    key = f"caller_ids.{block.name}.filed.daily_volume"
    return _of_scenario(key, block.filed.daily_volume, "calls", FILING[language])


def _term(log: RunLog, trunk: str | None, name: str, language: Language) -> NamedValue | None:
    """Return a term of a trunk's line contract."""
    contract = next((each.contract for each in log.scenario.trunks if each.name == trunk), None)
    if contract is None:
        return None
    unit = "per million delivered" if name == "complaints_per_million" else "calls"
    key = f"trunks.{trunk}.contract.{name}"
    return _of_scenario(key, getattr(contract, name), unit, CONTRACT[language])


def _of_scenario(key: str, value: Any, unit: str, source: str) -> NamedValue:
    """Return a value that the scenario declares, as :func:`profile_value`."""
    return {
        "key": key,
        "value": value,
        "unit": unit,
        "source": source,
        "confidence": "scenario",
        "note": "",
    }


def _owner(log: RunLog, rule: RuleText, act: Act) -> str:
    """Return the registration or class by which a target was judged when the rule was broken."""
    if act.target == "caller":
        one = np.array([act.line])
        at = np.array([breaking_tick(log, rule, act)])
        registered = bool(log.lines.is_registered(one, at)[0])
        return "registered" if registered else log.block_of(act.line).judged_class
    if act.number_class is None:
        return ""
    return CLASS_NAMES[NumberClass[act.number_class.upper()]]


def _behind(rules: NetworkRules, rule: RuleText, act: Act) -> list[str]:
    hold = rule.hold.get(act.action.upper(), rules.named("action", act.action).hold)
    if rule.ends or is_instant(rules, act):
        hold = ""
    return list(dict.fromkeys([*rule.behind, *([hold] if hold else [])]))


def figure(log: RunLog, act: Act, counted: Recount | None) -> RecountedFigure | None:
    """Return the logged figure of an action beside the recounted one."""
    if counted is None:
        return None
    rule = network_rules().rule(act.rule)
    breaking: BreakingCall | None = None
    if counted.breaking is not None:
        tick, person, line = counted.breaking
        breaking = {
            "time": iso(log, tick),
            "person": person,
            "caller": log.lines.names[line],
            "one_of": counted.together,
        }
    return {
        "intervention": act.number,
        "buckets": None if rule.counts == "review" or rule.window == "day" else BUCKETS,
        "unit": rule.unit,
        "scale": rule.scale,
        "logged": act.measured,
        "threshold": act.threshold,
        "counted": counted.figure,
        "lowest": counted.lowest,
        "highest": counted.highest,
        "agreement": counted.agreement,
        "from": iso(log, counted.from_tick),
        "to": iso(log, counted.to_tick),
        "numbers": counted.numbers,
        "of": counted.of,
        "counts": rule.counts,
        "before": counted.before,
        "of_before": counted.of_before,
        "stated": _stated(log, act, counted),
        "breaking": breaking,
    }


def _stated(log: RunLog, act: Act, counted: Recount) -> int | None:
    """Return the stated count before the run, if the window reaches back to it."""
    rule = network_rules().rule(act.rule)
    column = _STATED.get(rule.counts)
    if rule.counts == "calls":
        column = stated_calls(log, rule)
    if column is None or counted.from_tick >= log.opening_tick:
        return None
    lines = np.flatnonzero(counter_lines(log, rule, act)).tolist()
    states = [log.earlier.lines[line].stated for line in lines if line in log.earlier.lines]
    found = [int(each[column]) for each in states if column in each]
    return sum(found) if found else None


def concerns(log: RunLog, act: Act, lines: NDArray[np.bool_]) -> bool:
    """Return whether an action applies to any of these caller IDs."""
    if act.target == "caller":
        kin = [act.line, *np.flatnonzero(lines).tolist()]
        return any(act.line in log.lines.ancestors(line) for line in kin[1:])
    return bool((tripping(log, act) & lines).any())


def before(log: RunLog, act: Act, language: Language) -> EarlierEvents:
    """Return earlier interventions, complaints and marks of the same caller IDs."""
    lines = tripping(log, act)
    alone = act.target == "caller"
    same = [
        each
        for each in log.acts[: act.number]
        if (concerns(log, each, lines) if alone else _same_target(each, act))
    ]
    earlier = [each for each in log.happenings if each.tick <= act.tick and lines[each.line]]
    complaints = [each for each in earlier if case_tick(log, each.event, each.tick) is not None]
    return {
        "interventions": [brief(log, each, language) for each in same],
        "complaints": [complaint(log, each, language) for each in complaints],
        "complaints_before_run": sum(each.before for each in complaints),
        "marks": sum(each.event == "mark" for each in earlier),
    }


def _same_target(one: Act, other: Act) -> bool:
    if one.target == "enterprise" and one.place is None:
        return True
    return one.whom == other.whom


def complaint(log: RunLog, each: Happening, language: Language) -> ExplainedComplaint:
    """Return a complaint with its call and the course of its case."""
    counts = case_tick(log, each.event, each.tick)
    assert counts is not None
    network = log.network
    acted = closed = None
    if each.event == "complaint_12321":
        acted = log.working_later(counts, int(network["complaints.act_working_days"]))
        closed = log.working_later(acted, int(network["complaints.investigate_working_days"]))
    steps = [tick for tick in (counts, acted, closed) if tick is not None]
    tipped = [
        brief(log, act, language)
        for act in log.acts_by_person.get(each.person, ())
        if act.tick in steps
    ]
    return {
        "time": iso(log, each.tick),
        "event": each.event,
        "event_name": network_rules().word("event", each.event, language),
        "person": each.person,
        "caller": log.lines.names[each.line],
        "call_time": iso(log, each.call_tick),
        "before_run": each.before,
        "counts": iso(log, counts),
        "acted_on": None if acted is None else iso(log, acted),
        "investigated": None if closed is None else iso(log, closed),
        "interventions": tipped,
    }


def after(log: RunLog, act: Act, language: Language) -> Consequences | None:
    """Return the consequences: duration, calls from the same caller IDs, calls lost.

    None for an action that lifts another. An instant action has no duration; its calls are counted
    to the end of the run.
    """
    rules = network_rules()
    named = rules.named("action", act.action)
    if named.lifts:
        return None
    end, ended_by = end_of(log, act, rules)
    instant = is_instant(rules, act)
    lines = tripping(log, act)
    calls = log.calls(lines=lines, until=log.last_tick if instant else end)
    if act.target == "unregistered":
        calls = calls[log.lines.is_linked(calls["line"], calls["tick"])]
    loses = rules.rule(act.rule).loses or named.loses
    if act.there:
        loses = named.loses_there
        calls = calls[calls["true_operator"] == log.operator_code(act.operator)]
    acted = int(np.searchsorted(calls["tick"], act.tick))
    later = calls[acted:]
    lost = later[np.isin(later["cause"], [int(Cause[name]) for name in loses])]
    seen = np.bincount(lost["seen"], minlength=len(Seen))
    return {
        "until": None if instant else iso(log, end),
        "to_the_end": not instant and ended_by is None and end == log.last_tick,
        "ended_by": None if ended_by is None else brief(log, ended_by, language),
        "lasted_ms": end - act.tick,
        "numbers": in_use(log, act, lines, act.tick, later["line"]),
        "attempts": len(later),
        "lost": len(lost),
        "lost_by": [rules.word("cause", name, language) for name in loses],
        "seen": {
            rules.word("seen", Seen(code).name, language): int(seen[code])
            for code in np.argsort(-seen, kind="stable").tolist()
            if seen[code]
        },
        "answered_before": _answered(calls[:acted]),
        "answered_after": _answered(later),
        "taken_out": bool(act.noticed and (named.severity or 0) >= rules.out_of_use),
    }


def _answered(calls: NDArray[Any]) -> float | None:
    """Return the share of delivered calls that were answered."""
    delivered = calls["delivered"]
    if not delivered.any():
        return None
    answered = np.isin(calls["cause"], [int(Cause.LIVE), int(Cause.ASSISTANT)]) & delivered
    return float(np.count_nonzero(answered) / np.count_nonzero(delivered))


def _avoid(
    log: RunLog, rules: NetworkRules, rule: RuleText, act: Act, language: Language
) -> list[str]:
    if rules.named("action", act.action).lifts:
        return []
    met = np.flatnonzero(tripping(log, act))
    registered = bool(log.lines.is_registered(met, np.full(len(met), act.tick)).all())
    names = rule.mend["registered" if registered else "others"]
    if _only_recordings(log, met):
        names = tuple("message" if name == "no_drops" else name for name in names)
    return [rules.mends[name][language] for name in names]


def _only_recordings(log: RunLog, lines: NDArray[np.int64]) -> bool:
    """Return whether only recordings call from some caller IDs."""
    blocks = {log.block_of(line).name for line in lines.tolist()}
    kinds = {group.name: group.kind for group in log.scenario.agents}
    called = [each for each in log.scenario.campaigns if not blocks.isdisjoint(each.caller_ids)]
    groups = [kinds[name] for each in called for name in each.all_agents]
    return bool(groups) and set(groups) == {"recordings"}


def value_words(value: NamedValue) -> str:
    """Return a value as text: a duration as written, a count with separators.

    >>> value_words({"value": 1500, "unit": "calls"}), value_words({"value": 0.9, "unit": "share"})
    ('1,500', '0.9')
    """
    found = value["value"]
    if value["unit"] == "duration" and isinstance(found, int):
        return format_duration(found)
    return f"{found:,}" if isinstance(found, int) and not isinstance(found, bool) else str(found)
