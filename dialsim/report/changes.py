"""The changes most worth trying after a run: what each would do by arithmetic, and how to try it.

Only lawful ways: more of what is scarce, each number with a filing of its own; keeping to the
volume filed; less of what stands idle. No wall, ceiling, filing or limit on people is ever
loosened, and no change aims at a threshold of the network.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from dialsim.core.codes import Cause
from dialsim.errors import ScenarioError
from dialsim.report import words
from dialsim.report.already import already
from dialsim.report.capacity import used_in
from dialsim.report.earlier import closed_before
from dialsim.report.foretold import Foretold, as_if
from dialsim.report.premises import premises
from dialsim.report.registration import set_together, unregistered_time
from dialsim.report.remedies import to_be_registered
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.metrics import metrics
from dialsim.scenario.reasons import Language
from dialsim.scenario.schema import Goal, Scenario

if TYPE_CHECKING:
    from dialsim.engine.build import World

SHOWN = 3
STEP = 1.2
"""A change tries a fifth more, or less: enough to be seen, small enough to be believed."""
MOST_GIVEN_UP = 0.05
"""Share of the caller IDs up to which it is not for those given up that a run comes to no more."""
LEAST_GAIN = 0.005  # of a figure: less is not worth a sentence
SPARE, KEPT = 1.05, 0.98  # of its goal and of what was measured: what less of something must keep
MOST_ROWS = 1_000_000
"""Rows of lists in files that are read once more for the arithmetic."""

USED_UP = 0.01  # of the leads may be left untried on a list that was tried to its end
OF_A_USED_UP_LIST = ("more_people", "one_more_attempt", "longer")
"""Changes that bring something where everybody was tried, and nothing else."""

PROJECTED = ("conversations", "connects", "live_answers", "reach", "answered", "attempts")
"""Metrics that the arithmetic knows, and that may be wished for more."""
TAKEN_FROM_NUMBERS = (
    Cause.THROTTLED,
    Cause.LINE_SHUT,
    Cause.REFUSED_FLAGGED,
    Cause.THROTTLED_THERE,
    Cause.SHUT_THERE,
    Cause.GATEWAY_SHUT,
    Cause.GATEWAY_THROTTLED,
)
"""Causes by which calls are lost because of what the network did to the numbers."""

OF_THE_NETWORK = ("interventions", "caller_ids_suspended", "caller_ids_labelled")
FREQUENCY = frozenset({"calls_per_hour", "calls_per_day"})
"""Rules on how much a number calls: fewer calls of each are an answer to these alone."""
BARE = frozenset({"warn", "label", "review", "lift", "spare", "uphold", "register", "deregister"})
"""Actions that take no calls from a number."""

STEPS = frozenset(".[]")
"""Characters that part the steps of a path."""

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "more_agents": "{count:,} agents in {name} instead of {before:,}",
        "fewer_agents": "{count:,} agents in {name} instead of {before:,}: they were idle for "
        "{idle} of their time",
        "more_numbers": "{count:,} numbers in {name} instead of {before:,}, each with a filing of "
        "its own",
        "faster_line": "{count:,} calls a second on {name} instead of {before:,}, and as many "
        "channels more",
        "longer": "{count} days instead of {before}",
        "one_more_attempt": "up to {count} attempts in {name} instead of {before}",
        "predictive": "predictive pacing in {name}: agents wait less for answers, under the same "
        "cap on drops",
        "more_people": "{count:,} people in {name} instead of {before:,}",
        "headroom": "in {name}, call from the numbers that have used least of what they are filed "
        "for, and from none that has used it up",
        "unregistered": "calls from unregistered numbers are counted and stopped together",
        "metric": "about {to} {metric} instead of {now} ({share})",
        "same": "{metric} about the same, {to}",
        "load": "about {to} calls a number and day instead of {now}; what the network does then, "
        "a run tells",
        "filed": "no number calls beyond its filing; what the network does then, a run tells",
    },
    "zh": {
        "more_agents": "{name} 坐席由 {before:,} 名增至 {count:,} 名",
        "fewer_agents": "{name} 坐席由 {before:,} 名减至 {count:,} 名：现有 {idle} 的时间空闲",
        "more_numbers": "{name} 号码由 {before:,} 个增至 {count:,} 个，每个单独报备",
        "faster_line": "{name} 每秒呼叫由 {before:,} 次增至 {count:,} 次，并发同比增加",
        "longer": "天数由 {before} 天增至 {count} 天",
        "one_more_attempt": "{name} 每人最多外呼由 {before} 次增至 {count} 次",
        "predictive": "{name} 改用预测外呼：坐席等待更少，呼损上限不变",
        "more_people": "{name} 名单由 {before:,} 人增至 {count:,} 人",
        "headroom": "{name} 优先使用报备量余量最大的号码，用满报备量的号码当日不再外呼",
        "unregistered": "未登记号码的呼叫合并计数，一并拦停",
        "metric": "{metric}约 {to}，现为 {now}（{share}）",
        "same": "{metric}大致不变，约 {to}",
        "load": "每个号码每日约 {to} 次外呼，现为 {now} 次；网络届时如何处置，须运行后得知",
        "filed": "任何号码都不超过报备量；网络届时如何处置，须运行后得知",
    },
}


class HasName(Protocol):
    """An item of a table."""

    @property
    def name(self) -> str:
        """What others call it."""


Named = TypeVar("Named", bound=HasName)


@dataclass(frozen=True)
class Change:
    """One change: what it says, and the values it sets by their paths."""

    kind: str
    name: str
    before: Any
    count: Any
    sets: Mapping[str, object]

    def sentence(self, language: Language, idle: float | None = None) -> str:
        """Return what is changed."""
        return LABELS[language][self.kind].format(
            name=self.name, before=self.before, count=self.count, idle=words.percent(idle)
        )


def worth_trying(
    world: World,
    values: Mapping[str, float | int | None],
    goals: Sequence[Mapping[str, Any]],
    untried: float,
    acted: Sequence[Mapping[str, Any]],
    unregistered: Collection[tuple[str, str]] = (),
) -> list[dict[str, Any]]:
    """Return up to three changes, the one that helps most first.

    Parameters
    ----------
    world
        Played to its end.
    values, goals
        Its metrics, and its goals as judged.
    untried
        Share of the list that was never tried for want of time: while there is any, more people
        would change nothing; once there is none, more agents, numbers and lines would.
    acted
        What the network did, as of :func:`dialsim.report.interventions.groups`.
    unregistered
        Rules and actions of those groups that met unregistered numbers.

    Returns
    -------
    list of dict
        ``kind``, ``sentence`` (what is changed), ``effect`` (what that does by arithmetic, as a
        sentence), ``set`` (as ``--set`` takes it), ``metric``, ``now`` and ``to`` (None where the
        effect is no figure); sentences also in Chinese (``_zh``). Where unregistered numbers were
        stopped, to register them first, or to start when their filing is in force, and nothing
        else. Where registered ones were throttled or worse for how much they called, changes put
        less on each number, and nothing else. Empty where they were for anything else, such as
        complaints, or given up by the dialer: more agents or numbers are no answer to these;
        where a goal of at most so many complaints, marks, refusals or drops was missed; for a
        study of what is forbidden; and where lists in files are longer than a million rows:
        ``dialsim check`` says of these what they allow.

    Notes
    -----
    The measured value, times what the change does to the estimate of ``dialsim check``. Which
    goal is looked at: the first that was missed, or else the first that asks for at least so much.
    Nothing is played. Cost: some 10 ms a candidate (13 with fifty campaigns), and lists in files
    are read once more.
    """
    scenario = world.scenario
    if scenario.study is not None or _rows_of_files(world) > MOST_ROWS:
        return []
    missed = [goal for goal in goals if goal["met"] is False]
    of_network = any(goal["metric"] in OF_THE_NETWORK for goal in missed)
    if of_network or _held_up(world) > LEAST_GAIN or _given_up(world) > MOST_GIVEN_UP:
        if any(action not in BARE for _, action in unregistered):
            return _registered_first(world, values, goals)[:SHOWN]
        rules = {each["rule"] for each in acted if each["action"] not in BARE}
        return _for_the_network(world, values, rules)[:SHOWN] if rules <= FREQUENCY else []
    if any(goal["bound"] == "at_most" for goal in missed):
        return []  # more calls bring no fewer complaints, marks or drops
    wanted = _wanted(scenario, missed) or _wanted(scenario, goals)
    metric = wanted.metric if wanted else "conversations"
    now = values.get(metric)
    if not now:
        return []
    made = world.state.memory.tallies["attempts"][: len(scenario.campaigns)].tolist()
    base = Foretold(premises(scenario, already=already(world)), wanted, metric, made)
    found = []
    used_up = untried <= USED_UP
    more = [each for each in _more(scenario) if (each.kind in OF_A_USED_UP_LIST) is used_up
            or each.kind == "longer"]  # fmt: skip
    for change in [*more, *([] if missed else _less(world, values))]:
        changed = as_if(scenario, change.sets)
        share = None if changed is None else base.share(changed)
        if share is not None:
            found.append((float(now) * share, change))
    enough = max(KEPT * float(now), SPARE * float(wanted.at_least or 0) if wanted else 0.0)
    found = [each for each in found if each[0] >= enough or each[1].kind != "fewer_agents"]
    ranked = sorted(found, key=lambda each: (each[1].kind != "fewer_agents", -each[0]))
    told = (
        _told(change, metric, float(now), to, values)
        for to, change in ranked
        if (change.kind == "fewer_agents" or to / now >= 1 + LEAST_GAIN)
        and _changed(scenario, change) is not None
    )
    return list(islice(told, SHOWN))


def _held_up(world: World) -> float:
    """Return the share of attempts that were lost to what the network did to the numbers."""
    counts = world.state.memory.by_cause.sum(axis=0)
    made = int(world.state.memory.tallies["attempts"].sum())
    return int(counts[list(TAKEN_FROM_NUMBERS)].sum()) / made if made else 0.0


def _given_up(world: World) -> float:
    """Return the share of caller IDs that the dialer gave up for some time, or for good."""
    resources = world.state.resources
    given_up = (resources.callers["retired"] != 0) | (resources.suspected["tick"] >= 0)
    given_up[closed_before(world)] = False
    return int(given_up.sum()) / max(1, len(given_up))


def _rows_of_files(world: World) -> int:
    counts = world.state.lists["count"]
    files = [i for i, people in enumerate(world.scenario.people) if people.file is not None]
    return int(counts[files].sum())


def _wanted(scenario: Scenario, goals: Sequence[Mapping[str, Any]]) -> Goal | None:
    """Return the first of some judged goals that asks for at least so much of what is known."""
    for judged in goals:
        if judged["bound"] == "at_least" and judged["metric"] in PROJECTED:
            goal: Goal = scenario.goals[judged["index"]]
            return goal
    return None


def _changed(scenario: Scenario, change: Change) -> Scenario | None:
    """Return the scenario with a change; None where the scenario does not take it."""
    try:
        for key, value in change.sets.items():
            scenario = scenario.with_(key, value)
    except ScenarioError:
        return None
    return scenario


# --- candidates -----------------------------------------------------------------------------------


def _up(count: float) -> int:
    return math.ceil(count * STEP)


def _addressed(table: str, items: Sequence[Named]) -> Iterator[tuple[Named, str]]:
    """Yield items of a table with the path to each: by its name, or by its place.

    By its place where the name would be read as several steps; left out are the few of which the
    place is the name of another.
    """
    names = [each.name for each in items]
    for place, each in enumerate(items):
        plain = not set(each.name) & STEPS
        if plain or str(place) not in names:
            yield each, f"{table}.{each.name if plain else place}"


def _more(scenario: Scenario) -> Iterator[Change]:
    """Yield changes that give more of something."""
    for group, path in _addressed("agents", scenario.agents):
        count = _up(group.count)
        yield Change("more_agents", group.name, group.count, count, {f"{path}.count": count})
    for block, path in _addressed("caller_ids", scenario.caller_ids):
        if block.filed is not None and block.file is None:
            count = _up(block.count)
            yield Change("more_numbers", block.name, block.count, count, {f"{path}.count": count})
    for trunk, path in _addressed("trunks", scenario.trunks):
        count = _up(trunk.calls_per_second)
        sets = {f"{path}.calls_per_second": count, f"{path}.channels": _up(trunk.channels)}
        yield Change("faster_line", trunk.name, trunk.calls_per_second, count, sets)
    yield Change("longer", "", scenario.days, scenario.days + 1, {"days": scenario.days + 1})
    for campaign, path in _addressed("campaigns", scenario.campaigns):
        name, most = campaign.name, campaign.attempts.at_most
        sets = {f"{path}.attempts.at_most": most + 1}
        yield Change("one_more_attempt", name, most, most + 1, sets)
        if campaign.pacing.mode == "progressive" and campaign.agents:
            mode = {f"{path}.pacing": {"mode": "predictive"}}
            yield Change("predictive", name, "", "", mode)
    for people, path in _addressed("people", scenario.people):
        if people.synthetic is not None:
            before = people.synthetic.count
            sets = {f"{path}.synthetic.count": _up(before)}
            yield Change("more_people", people.name, before, _up(before), sets)


def _less(world: World, values: Mapping[str, float | int | None]) -> Iterator[Change]:
    """Yield changes that spare what stood idle."""
    scenario, busy = world.scenario, values.get("occupancy")
    if busy is None or busy > 1 / STEP or len(scenario.agents) != 1:
        return
    for group, path in _addressed("agents", scenario.agents):
        count = math.floor(group.count / STEP)
        if count:
            sets = {f"{path}.count": count}
            yield Change("fewer_agents", group.name, group.count, count, sets)


def _for_the_network(
    world: World, values: Mapping[str, float | int | None], rules: Collection[str]
) -> list[dict[str, Any]]:
    """Return changes after numbers were throttled for how much they called: less on each."""
    if not rules:
        return []
    scenario = world.scenario
    found = []
    filed = {block.name for block in scenario.caller_ids if block.filed is not None}
    for campaign, path in _addressed("campaigns", scenario.campaigns):
        above = "calls_per_day" in rules and filed & set(campaign.caller_ids)
        if above and campaign.caller_choice != "headroom":
            sets = {f"{path}.caller_choice": "headroom"}
            change = Change("headroom", campaign.name, "", "", sets)
            if _changed(scenario, change) is not None:
                found.append(_written(change, {lang: LABELS[lang]["filed"] for lang in LABELS}))
    numbers = sum(block.count for block in scenario.caller_ids)
    attempts = float(values.get("attempts") or 0)
    now = attempts / numbers / scenario.days
    for change in _more(scenario):
        if change.kind not in ("more_numbers", "longer") or _changed(scenario, change) is None:
            continue
        more = change.count - change.before
        longer = change.kind == "longer"
        to = attempts / (numbers + (0 if longer else more)) / (scenario.days + (1 if longer else 0))
        said = {
            lang: LABELS[lang]["load"].format(now=words.about(now), to=words.about(to))
            for lang in LABELS
        }
        found.append(_written(change, said))
    return found


def _registered_first(
    world: World, values: Mapping[str, float | int | None], goals: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what to do after unregistered numbers were stopped: call from registered ones."""
    scenario, network = world.scenario, world.network
    days = np.array([[opening_tick(scenario), world.horizon_tick]])
    used = {name for campaign in scenario.campaigns for name in campaign.caller_ids}
    late = [
        block
        for block in scenario.caller_ids
        if block.name in used
        and len(unregistered_time(scenario, network, block, used_in(scenario, block, days)))
    ]
    found = []
    for each in to_be_registered(scenario, network, late):
        told: dict[str, Any] = {"effect": LABELS["en"]["unregistered"], "metric": None}
        told |= {"effect_zh": LABELS["zh"]["unregistered"], "now": None, "to": None}
        if each["set"]:
            told = _started(world, values, goals, each["sets"]) or told
        kind = "in_force" if each["set"] else "register"
        texts = {key: each[key] for key in ("sentence", "sentence_zh", "set")}
        found.append({"kind": kind, **texts, **told})
    return found


def _started(
    world: World,
    values: Mapping[str, float | int | None],
    goals: Sequence[Mapping[str, Any]],
    sets: Mapping[str, object],
) -> dict[str, Any] | None:
    """Return the effect of another first day, by arithmetic; None: it is no figure."""
    scenario, changed = world.scenario, set_together(world.scenario, sets)
    wanted = _wanted(scenario, [goal for goal in goals if goal["met"] is False])
    wanted = wanted or _wanted(scenario, goals)
    metric = wanted.metric if wanted else "conversations"
    now = float(values.get(metric) or 0)
    if changed is None or not now:
        return None
    later = None if wanted is None else changed.goals[scenario.goals.index(wanted)]
    to = Foretold(premises(changed), later, metric, [0.0] * len(changed.campaigns)).expected
    effect = _effect(metric, now, to)
    return {
        "effect": effect["en"],
        "effect_zh": effect["zh"],
        "metric": metric,
        "now": now,
        "to": float(f"{to:.3g}"),
    }


def _told(
    change: Change,
    metric: str,
    now: float,
    to: float,
    values: Mapping[str, float | int | None],
) -> dict[str, Any]:
    """Return a change whose effect is a figure."""
    busy = values.get("occupancy")
    found = _written(change, _effect(metric, now, to), None if busy is None else 1 - busy)
    return found | {"metric": metric, "now": now, "to": float(f"{to:.3g}")}


def _effect(metric: str, now: float, to: float) -> dict[str, str]:
    """Return what a metric would come to, as a sentence of each language."""
    known = metrics()[metric]
    names = {"en": known.name, "zh": known.name_zh}
    return {
        lang: LABELS[lang]["metric" if abs(to / now - 1) >= LEAST_GAIN else "same"].format(
            metric=names[lang],
            now=words.about(now),
            to=words.about(to),
            share=words.percent(to / now - 1, signed=True),
        )
        for lang in LABELS
    }


def _written(
    change: Change, effect: Mapping[str, str], idle: float | None = None
) -> dict[str, Any]:
    quoted = [f"{key}={_toml(value)}" for key, value in change.sets.items()]
    return {
        "kind": change.kind,
        "sentence": change.sentence("en", idle),
        "sentence_zh": change.sentence("zh", idle),
        "effect": effect["en"],
        "effect_zh": effect["zh"],
        "set": quoted,
        "metric": None,
        "now": None,
        "to": None,
    }


def _toml(value: object) -> str:
    """Return a value as ``--set`` takes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f'{key} = "{each}"' for key, each in value.items()) + " }"
    return str(value)
