"""What a result takes for granted and its reader should know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialsim.core.codes import Cause
from dialsim.report import words
from dialsim.report.scrubs import scrubs, written_scrubs
from dialsim.report.world import history_of
from dialsim.scenario.advice import warnings
from dialsim.scenario.profile import Profile, is_sourced, load_rules
from dialsim.scenario.schema import Scenario
from dialsim.scenario.strictness import MEANINGS, Ceiling, is_looser

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.people.lists import Columns

NO_HISTORY = "no calls in the last 30 days: windows start empty"
TRACED = "tracebacks are answered in time (no `enterprise.traceback_within`)"
STUDY = (
    'study = "unlawful" records these uses of numbers instead of refusing them; all other walls '
    "hold. It shows what comes of them, is no plan, and ends with exit code 1 whatever its goals. "
    "`dialsim explain` with a reason's name tells the rule"
)
NEEDLESS_STUDY = (
    'study = "unlawful" is set, but no rule forbids what its numbers are used for: without '
    "`study` it is judged as a plan"
)
_STANDING = {"unlawful": "unlawful", "contract": "against the line's contract"}


def assumptions(world: World, groups: list[dict[str, Any]]) -> list[str]:
    """Return sentences: profiles, assumed figures that acted in this run, overrides, no history.

    Parameters
    ----------
    groups
        What the network did, as of :func:`dialsim.report.interventions.groups`.
    """
    scenario = world.scenario
    history = history_of(world)
    found = [NO_HISTORY] if history is None else list(history.assumed)
    found += [
        f"{_described(world.network, 'network profile')}, {_described(world.rules, 'rule pack')}",
    ]
    if scenario.network.operators:
        judges = (f'{o} by "{name}"' for o, name in scenario.network.operators.items())
        found.append(f"behaviour is judged by operator: {', '.join(judges)}")
    acted = {
        group["basis"]["key"]: group["basis"]
        for group in groups
        if group["basis"] and group["basis"]["confidence"] == "assumption"
    }
    if acted:
        figures = ", ".join(
            f"{key} = {words.measure(basis['value'], basis['unit'])}"
            for key, basis in acted.items()
        )
        found.append(f"assumed figures that acted here: {figures}")
    found += replaced(scenario)
    found.append(_refusals(world))
    looked_up = scrubs(scenario, int(world.state.lists["count"].sum()))
    if looked_up is not None:
        found.append(written_scrubs(looked_up))
    complained = int(world.state.memory.tallies["complaints_12321"].sum())
    if complained and scenario.enterprise.traceback_within is None:
        found.append(TRACED)
    if world.lists is not None:
        found += consent_assumed(scenario, world.lists.columns)
    return found + [text for text in warnings(scenario) if not text.startswith("study")]


def replaced(scenario: Scenario) -> list[str]:
    """Return sentences on what the scenario puts in the place of its pack's and profile's values.

    Rules that a contract lets be looser are told with the contract and what the pack says. What a
    profile file of the user's says, the scenario itself does not: it is told by itself.
    """
    found = _own_rules(scenario)
    rules, network, origin = scenario.rules, scenario.network, scenario._origin
    file = Path(origin.profile or "").name
    own = [
        f"{key} = {_said(value)}{_loosened(scenario, key)}"
        for key, value in rules.overrides.items()
    ]
    filed: list[str] = []
    changed: list[str] = []
    for key, value in network.overrides.items():
        its = key in origin.profile_values and origin.profile_values[key] == value
        (filed if its else changed).append(f"{key} = {_said(value)}")
    for texts, head in (
        (own, "rules values replaced by the scenario"),
        (filed, f"network values of its profile file {file}"),
        (changed, "network values replaced by the scenario"),
    ):
        if texts:
            found.append(f"{head}: {', '.join(texts)}")
    return found


def _said(value: Any) -> str:
    """Return an override as it is told, with its source if it names one."""
    return f"{value['value']} ({value['source']})" if is_sourced(value) else str(value)


def _loosened(scenario: Scenario, key: str) -> str:
    """Return the contract that lets a value be looser than the pack's, and that; else nothing."""
    mine, pack = scenario.rules, load_rules(scenario.rules.pack)
    if key not in pack or mine.contract is None:
        return ""
    old = pack.entry(key)
    if not is_looser(mine.overrides[key], old.value, old.unit, old.tighter):
        return ""
    return f" instead of {old.value} (under contract {mine.contract})"


def _own_rules(scenario: Scenario) -> list[str]:
    mine, pack = scenario.rules, load_rules(scenario.rules.pack)
    parts = []
    if mine.callee_limits is not None:
        own = [Ceiling(x.count, x.per, x.window, x.counts, x.scope) for x in mine.callee_limits]
        theirs = [Ceiling.of(limit) for limit in pack["callee.limits"]]
        if set(own) != set(theirs):
            parts.append(f"{_limits(own)} instead of {_listed(theirs)}")
    if mine.retry_gap is not None and mine.retry_gap != pack["callee.retry_gap"]:
        gaps = words.span(mine.retry_gap), words.span(pack["callee.retry_gap"])
        parts.append("gap between attempts {} instead of {}".format(*gaps))
    if not parts:
        return []
    head = f"under contract {mine.contract}" if mine.contract else "the scenario's own rules"
    return [f"{head}: {'; '.join(parts)}"]


def _limits(limits: Sequence[Ceiling]) -> str:
    if not limits:
        return "no limit on calls to a person"
    return f"calls to a person at most {_listed(limits)}"


def _listed(limits: Sequence[Ceiling]) -> str:
    """Return limits in words: ``1 a minute, 3 a day``, and what is unlike the usual."""
    parts = []
    for limit in limits:
        said = zip(MEANINGS.values(), limit[2:], strict=True)
        unlike = ", ".join(str(word) for usual, word in said if word != usual[0])
        parts.append(f"{limit.most:,} {words.per(limit.per)}" + (f" ({unlike})" if unlike else ""))
    return ", ".join(parts) or "no limit"


def consent_assumed(scenario: Scenario, columns: Columns) -> list[str]:
    """Return what is taken for granted of lists that are called by consent and do not tell of it.

    Parameters
    ----------
    columns
        Columns found in the lists' files, by list and role.
    """
    by_consent = [c for c in scenario.campaigns if c.lawful_basis == "consent"]
    called = {name for campaign in by_consent for name in campaign.people}
    found = []
    for people in scenario.people:
        roles = columns.get(people.name, {})
        if people.file is None or people.name not in called or "consent_date" in roles:
            continue
        share = people.consent_recorded
        what = "count as consented" if share == 1 else "count as not consented"
        if 0 < share < 1:
            what = f"are drawn: {words.percent(share)} count as consented"
        # a column of purposes alone says of some rows that they consented
        that, then = (" that", "") if "consent_purpose" in roles else ("", " and")
        found.append(
            f"rows of {people.name}{that} say nothing of consent{then} {what} "
            f"(consent_recorded = {share})"
        )
    return found


def _refusals(world: World) -> str:
    """Say what the dialer could know of the refuse-call registry, and what it cost not to know."""
    scenario = world.scenario
    refused = int(world.state.memory.by_cause[:, Cause.REFUSED_CATEGORY].sum())
    calls = words.things(refused, "call")
    access = scenario.refuse_call.access
    if access == "per_call_signal":
        return f"the operator tells of each call that its category is refused: {calls} to learn it"
    scrubs = [each for each in scenario.registries if each.kind == "refused" and each.as_of]
    if access == "none" or not scrubs:
        return "the dialer cannot look into the refuse-call registry"
    newest = max(each.as_of for each in scrubs if each.as_of is not None)
    age = words.things(max((scenario.start - newest).days, 0), "day")
    return (
        f"the newest scrub of the refuse-call registry was {age} old at the start: {calls} still "
        "met a refusal, of people who refused since or whom it does not name"
    )


def _described(profile: Profile, kind: str) -> str:
    entries = [profile.entry(key) for key in profile]
    assumed = sum(entry.confidence == "assumption" for entry in entries)
    return f'{kind} "{profile.name}" ({assumed} of {len(entries)} values assumed)'


def misuse_findings(world: World) -> list[str]:
    """Return the forbidden uses of numbers that a study run recorded instead of refusing."""
    return misuses_of(world.scenario, world.rules)


def misuses_of(scenario: Scenario, rules: Profile) -> list[str]:
    """Return the same of a scenario that was not played: each use, its reason, and what forbids it.

    What a licence or a class allows in one province alone is among them where nothing says that
    a list is of that province, since a study calls it all the same.
    """
    from dialsim.scenario.eligibility import forbidden_uses
    from dialsim.scenario.reach import called_beyond

    if scenario.study != "unlawful":
        return []
    uses = [(use.who, use.message) for use in forbidden_uses(scenario, rules)]
    uses += [use for use in called_beyond(scenario, rules) if use not in uses]
    return [f"{who}: {message} ({_forbidden_by(message)})" for who, message in uses]


def _forbidden_by(message: str) -> str:
    """Return what a use is, and the sources of the rule, by the reason its message begins with."""
    from dialsim.scenario.reasons import explained_reasons

    reason = explained_reasons()[message.partition(":")[0]]
    standing = _STANDING.get(reason.severity, reason.severity)
    return f"{standing}: {', '.join(reason.sources)}"
