"""Assumptions that a result rests on and its reader should know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.core.codes import Cause
from dialsim.messages import dates
from dialsim.messages.text import (
    Message,
    Text,
    Texts,
    counted,
    from_table,
    joined,
    message,
    text_table,
    translated,
)
from dialsim.results import formatting
from dialsim.results.answer_rates import answer_rate_notes
from dialsim.results.lists.scrubs import scrubs, written_scrubs
from dialsim.results.lists.unserved import unserved_people, written_people
from dialsim.results.network.interventions import own_services
from dialsim.results.network.judging_profiles import judges
from dialsim.results.run_view import history_of
from dialsim.results.summary_types.network import ActionGroup
from dialsim.scenario.checks.names import resolved_profiles
from dialsim.scenario.checks.warnings import warning_texts
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.models.tables import Network, OperatorProfile
from dialsim.scenario.profiles.in_force import pack_of
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.profiles.sourced_override import is_dated, is_sourced
from dialsim.scenario.profiles.strictness import MEANINGS, Ceiling, is_looser

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.people.list_files import Columns

LABELS: Texts = text_table(
    {
        "profiles": "{}, {}",
        "judges": "behaviour is judged by operator: {}",
        "acted": "assumed figures that acted here: {}",
        "own": "rules values replaced by the scenario: {}",
        "source": "{} ({})",
        "from": "from {}",
        "until": "until {}",
        "contract": "under contract {contract}: {parts}",
        "own_rules": "the scenario's own rules: {parts}",
        "limits": "{mine} instead of {theirs}",
        "no_limits": "no limit on calls to a person",
        "at_most": "calls to a person at most {}",
        "limit": "{count:,} {per}",
        "unlike": " ({})",
        "no_limit": "no limit",
        "consented": "count as consented",
        "not_consented": "count as not consented",
        "drawn": "are drawn: {} count as consented",
        "use": "{who}: {use} ({standing}: {sources})",
        "unlawful": "unlawful",
        "contract_terms": "against the line's contract",
        "own_rule": "own_rule",
        "information": "information",
        "no_history": "no calls in the last 30 days: windows start empty",
        "traced": "tracebacks are answered in time (no `enterprise.traceback_within`)",
        "study": 'study = "unlawful" records these uses of numbers instead of refusing them; all '
        "other walls hold. It shows what comes of them, is no plan, and ends with exit code 1 "
        "whatever its goals. `dialsim explain` with a reason's name tells the rule",
        "needless_study": 'study = "unlawful" is set, but no rule forbids what its numbers are '
        "used for: without `study` it is judged as a plan",
        "network": 'network profile "{name}" ({assumed} of {all} values assumed)',
        "rules": 'rule pack "{name}" ({assumed} of {all} values assumed)',
        "judge": '{operator} by "{profile}" ({assumed} of {values} values assumed)',
        "filed": "network values of its profile file {file}: {values}",
        "changed": "network values replaced by the scenario: {values}",
        "filed_of": "network values of {operator} from its profile file {file}: {values}",
        "changed_of": "network values of {operator} replaced by the scenario: {values}",
        "left_out": "values of the profile file {file} that {operator} does not judge by, and that "
        "do not count: {values}",
        "loosened": " instead of {old} (under contract {contract})",
        "gap": "gap between attempts {mine} instead of {theirs}",
        "told": "the operator tells of each call that its category is refused: {calls} to learn it",
        "blind": "the dialer cannot look into the refuse-call registry",
        "own_services": "of an operator's subscribers who are not in the registry so many refuse "
        "by its own service: {shares}; what it refuses is counted together with the registry's",
        "scrubbed": "the newest scrub of the refuse-call registry was {age} old at the start: "
        "{calls} still met a refusal, of people who refused since or whom it does not name",
        "consent": "rows of {list} say nothing of consent and {what} (consent_recorded = {share})",
        "some_consent": "rows of {list} that say nothing of consent {what} "
        "(consent_recorded = {share})",
        "unserved": "no caller ID of {campaign} calls customers of these operators, people by the "
        "prefix of their number: {people}",
    }
)
MEANING: Texts = translated(
    {
        "sliding": message("sliding", "limit"),
        "anchored": message("anchored", "limit"),
        "calendar": message("calendar", "limit"),
        "attempts": message("attempts", "limit"),
        "answers": message("answers", "limit"),
        "connects": message("connects", "limit"),
        "drops": message("drops", "limit"),
        "person": message("person", "limit"),
        "number": message("number", "limit"),
        "pair": message("pair", "limit"),
    }
)
"""What a limit may say beside its count and length."""

NO_HISTORY, TRACED = LABELS["en"]["no_history"], LABELS["en"]["traced"]
STUDY, NEEDLESS_STUDY = LABELS["en"]["study"], LABELS["en"]["needless_study"]


def assumptions(world: World, groups: Sequence[ActionGroup]) -> list[Text]:
    """Return sentences: profiles, assumed figures that acted in this run, overrides, no history.

    Parameters
    ----------
    groups
        What the network did, as of :func:`dialsim.results.network.interventions.groups`.
    """
    scenario = world.scenario
    texts: dict[str, Message] = LABELS.messages
    history = history_of(world)
    found: list[Text] = [texts["no_history"]] if history is None else [*history.assumed]
    both = (_described(world.network, "network"), _described(world.rules, "rules"))
    found.append(texts["profiles"].filled(*both))
    if scenario.network.operators:
        judged = (
            texts["judge"].filled(operator=operator, **each)
            for operator, each in judges(scenario, world.network).items()
        )
        found.append(texts["judges"].filled(joined(texts["and"], judged)))
    acted = {
        group["basis"]["key"]: group["basis"]
        for group in groups
        if group["basis"] and group["basis"]["confidence"] == "assumption"
    }
    if acted:
        figures = joined(
            texts["and"],
            (
                joined("", [f"{key} = ", formatting.measure_text(basis["value"], basis["unit"])])
                for key, basis in acted.items()
            ),
        )
        found.append(texts["acted"].filled(figures))
    found += replaced(scenario)
    found.append(_refusals(world))
    services = own_services(world.network)
    if services and "refuse_call" not in scenario.network.off:
        each = (f"{name} {formatting.percent(share)}" for name, share in services.items())
        found.append(texts["own_services"].filled(shares=joined(texts["and"], each)))
    looked_up = scrubs(scenario, int(world.state.lists["count"].sum()))
    if looked_up is not None:
        found.append(written_scrubs(looked_up))
    complained = int(world.state.memory.tallies["complaints_12321"].sum())
    if complained and scenario.enterprise.traceback_within is None:
        found.append(texts["traced"])
    found += [
        texts["unserved"].filled(campaign=campaign, people=written_people(counts, texts["and"]))
        for campaign, counts in unserved_people(world).items()
    ]
    if world.lists is not None:
        found += consent_assumed(scenario, world.lists.columns)
    return found + [text for text in warning_texts(scenario) if not text.startswith("study")]


def replaced(scenario: Scenario) -> list[Text]:
    """Return a sentence for each value of the pack or profile that the scenario replaces.

    A rule loosened under a contract is listed with the contract and the pack's value. Values from
    the user's profile file are listed apart from those of the scenario.
    """
    texts: dict[str, Message] = LABELS.messages
    found = _own_rules(scenario)
    rules, network = scenario.rules, scenario.network
    own = [
        joined("", [f"{key} = ", _override_text(value), *_loosened(scenario, key)])
        for key, value in rules.overrides.items()
    ]
    if own:
        found.append(texts["own"].filled(joined(texts["and"], own)))
    found += _of_network(scenario, "", network)
    found += answer_rate_notes(scenario)
    for operator, named in network.operators.items():
        found += _of_network(scenario, operator, named)
    return found


def _of_network(scenario: Scenario, operator: str, table: Network | OperatorProfile) -> list[Text]:
    """Return sentences on what replaces values of the network, or of an operator's profile."""
    texts: dict[str, Message] = LABELS.messages
    found: list[Text] = []
    file = scenario._origin.profiles.get(operator)
    filed: list[Text] = []
    changed: list[Text] = []
    for key, value in table.overrides.items():
        its = file is not None and key in file.values and file.values[key] == value
        (filed if its else changed).append(joined("", [f"{key} = ", _override_text(value)]))
    of = "_of" if operator else ""
    for key, parts in (("filed", filed), ("changed", changed)):
        if parts:
            values = joined(texts["and"], parts)
            name = "" if file is None else Path(file.name).name
            found.append(texts[key + of].filled(operator=operator, file=name, values=values))
    if file is not None and file.left_out and file.is_of(table.profile, table.overrides):
        values = joined(texts["and"], file.left_out)
        name = Path(file.name).name
        found.append(texts["left_out"].filled(operator=operator, file=name, values=values))
    return found


def _override_text(value: Any) -> str:
    """Return an override as text, with its days and its source if it names them."""
    if is_dated(value):
        versions = [value] if isinstance(value, Mapping) else value
        return joined(LABELS.messages["then"], map(_version, versions))
    if not is_sourced(value):
        return str(value)
    return from_table(LABELS, "source", f"{value['value']}", value["source"])


def _version(table: Mapping[str, object]) -> Text:
    texts = LABELS.messages
    value = str(table["value"])
    text = texts["source"].filled(value, table["source"]) if "source" in table else value
    ends = [
        texts[key].filled(dates.day_text(day, year=True))
        for key in ("from", "until")
        if isinstance(day := table.get(key), date | str)
    ]
    return joined(" ", [text, *ends])


def _loosened(scenario: Scenario, key: str) -> list[Text]:
    """Return the contract that lets a value be looser than the pack's, and that; else nothing."""
    mine, pack = scenario.rules, pack_of(scenario)
    if key not in pack or mine.contract is None:
        return []
    old, (rules, _) = pack.entry(key), resolved_profiles(scenario)
    now = mine.overrides[key] if rules is None else rules.entry(key).value
    if not is_looser(now, old.value, old.unit, old.tighter):
        return []
    return [from_table(LABELS, "loosened", old=f"{old.value}", contract=mine.contract)]


def own_callee_limits(scenario: Scenario) -> tuple[list[Ceiling], list[Ceiling]] | None:
    """Return the scenario's own limits on callees and the pack's; None: they are the same."""
    mine = scenario.rules.callee_limits
    if mine is None:
        return None
    own = [Ceiling(x.count, x.per, x.window, x.counts, x.scope) for x in mine]
    theirs = [Ceiling.of(limit) for limit in pack_of(scenario)["callee.limits"]]
    return None if set(own) == set(theirs) else (own, theirs)


def _own_rules(scenario: Scenario) -> list[Text]:
    texts: dict[str, Message] = LABELS.messages
    mine, pack = scenario.rules, pack_of(scenario)
    parts: list[Text] = []
    limits = own_callee_limits(scenario)
    if limits is not None:
        own, theirs = limits
        parts.append(texts["limits"].filled(mine=_limits(own), theirs=_listed(theirs)))
    if mine.retry_gap is not None and mine.retry_gap != pack["callee.retry_gap"]:
        theirs_ms = pack["callee.retry_gap"]
        spans = [formatting.span_text(each) for each in (mine.retry_gap, theirs_ms)]
        parts.append(texts["gap"].filled(mine=spans[0], theirs=spans[1]))
    if not parts:
        return []
    head = texts["contract" if mine.contract else "own_rules"]
    return [head.filled(contract=mine.contract, parts=joined(texts["then"], parts))]


def _limits(limits: Sequence[Ceiling]) -> Text:
    texts: dict[str, Message] = LABELS.messages
    return texts["at_most"].filled(_listed(limits)) if limits else texts["no_limits"]


def _listed(limits: Sequence[Ceiling]) -> Text:
    """Return limits in words: ``1 a minute, 3 a day``, and what is unlike the usual."""
    texts: dict[str, Message] = LABELS.messages
    parts: list[Text] = []
    for limit in limits:
        meanings = zip(MEANINGS.values(), limit[2:], strict=True)
        unlike = [MEANING.messages[str(word)] for usual, word in meanings if word != usual[0]]
        text: Text = texts["limit"].filled(count=limit.most, per=formatting.per_text(limit.per))
        if unlike:
            text = joined("", [text, texts["unlike"].filled(joined(texts["and"], unlike))])
        parts.append(text)
    return joined(texts["and"], parts) if parts else texts["no_limit"]


def consent_assumed(scenario: Scenario, columns: Columns) -> list[Text]:
    """Return the assumptions about consent of lists called by consent whose rows do not record it.

    Parameters
    ----------
    columns
        Columns found in the lists' files, by list and role.
    """
    texts: dict[str, Message] = LABELS.messages
    by_consent = [c for c in scenario.campaigns if c.lawful_basis == "consent"]
    called = {name for campaign in by_consent for name in campaign.people}
    found: list[Text] = []
    for people in scenario.people:
        roles = columns.get(people.name, {})
        if people.file is None or people.name not in called or "consent_date" in roles:
            continue
        share = people.consent_recorded
        what = texts["consented" if share == 1 else "not_consented"]
        if 0 < share < 1:
            what = texts["drawn"].filled(formatting.percent(share))
        # a column of purposes alone says of some rows that they consented
        text = texts["some_consent" if "consent_purpose" in roles else "consent"]
        found.append(text.filled(list=people.name, what=what, share=share))
    return found


def _refusals(world: World) -> Text:
    """Return what the dialer knew of the refuse-call registry, and the calls still refused."""
    scenario = world.scenario
    texts: dict[str, Message] = LABELS.messages
    refused = int(world.state.memory.by_cause[:, Cause.REFUSED_CATEGORY].sum())
    calls = counted(refused, message("{:,} call"), message("{:,} calls"))
    access = scenario.refuse_call.access
    if access == "per_call_signal":
        return texts["told"].filled(calls=calls)
    scrubs = [each for each in scenario.registries if each.kind == "refused" and each.as_of]
    if access == "none" or not scrubs:
        return texts["blind"]
    newest = max(each.as_of for each in scrubs if each.as_of is not None)
    days = max((scenario.start - newest).days, 0)
    age = counted(days, message("{:,} day"), message("{:,} days"))
    return texts["scrubbed"].filled(age=age, calls=calls)


def _described(profile: Profile, kind: str) -> Text:
    entries = [profile.entry(key) for key in profile]
    assumed = sum(entry.assumed for entry in entries)
    return from_table(LABELS, kind, name=profile.name, assumed=assumed, all=len(entries))


def misuse_findings(world: World) -> list[Text]:
    """Return the forbidden uses of numbers that a study run recorded instead of refusing."""
    return misuses_of(world.scenario, world.rules)


def misuses_of(scenario: Scenario, rules: Profile) -> list[Text]:
    """Return the same of a scenario that was not played: each use, its reason, and what forbids it.

    What a licence or a class allows in one province alone is among them where nothing says that
    a list is of that province, since a study calls it all the same.
    """
    from dialsim.scenario.checks.eligibility import forbidden_uses
    from dialsim.scenario.checks.reachable import called_beyond

    if scenario.study != "unlawful":
        return []
    uses = [(use.who, use.text) for use in forbidden_uses(scenario, rules)]
    uses += [use for use in called_beyond(scenario, rules) if use not in uses]
    return [_use(who, text) for who, text in uses]


def _use(who: str, found: Text) -> Text:
    """Return a use with what it is, and the sources of the rule, by the reason it begins with."""
    from dialsim.scenario.profiles.reasons import explained_reasons

    reason = explained_reasons()[found.en.partition(":")[0]]
    standing = "contract_terms" if reason.severity == "contract" else reason.severity
    return from_table(
        LABELS,
        "use",
        who=who,
        use=found,
        standing=LABELS.messages[standing],
        sources=formatting.source_ids_text(", ".join(reason.sources)),
    )
