"""Profile and filings to arrays: what the network will judge by."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import (
    CASE,
    ENTERPRISE,
    FREQUENCY_RULE,
    LINE,
    NETWORK,
    SUBSCRIBER,
    Carrier,
    Profile,
)
from dialsim.carrier.populations import build_populations
from dialsim.core.codes import Action, Category, Cause, NumberClass, Rule, Seen, Stream
from dialsim.core.quantiles import (
    beta_table,
    exponential_table,
    lognormal_mixture_table,
    mean_capped,
)
from dialsim.core.rng import draw, hit, text_key, threshold32
from dialsim.core.ticks import working_days
from dialsim.scenario.calendar import public_days
from dialsim.scenario.profile import Profile as ProfileFile
from dialsim.scenario.schema import CallerIds, Scenario

RELATIONS = ("opted_in", "bought")
PROOFS = ("none", "recorded", "genuine")
CLASSES = ("fixed", "mobile", "95_enterprise", "95_b24", "96", "1010", "400", "106", "axb")
"""Names of the number classes in the order of `NumberClass`."""
ONE = 1 << 16
POISSON_CASES = 2048


def fixed(value: float) -> int:
    """Return a factor as 16.16 fixed point."""
    return round(value * ONE)


def build_profile(scenario: Scenario, network: ProfileFile, days: int) -> Profile:
    """Build the read-only arrays of the network profile.

    Parameters
    ----------
    scenario
        For the calendar and the mechanisms switched off.
    network
        The profile with the scenario's overrides.
    days
        Days the calendar must cover: run, aftermath and the longest delay.
    """
    record = np.zeros(1, NETWORK)
    tables, base = build_tables(network)
    fill_network(record[0], scenario, network, base)
    weekday = scenario.start.weekday()
    return Profile(
        network=record,
        frequency=build_frequency(network)[0],
        tables=tables,
        hour_factor=hour_factors(network),
        weekday=np.array([weekday], np.int64),
        populations=build_populations(scenario, network),
        operator_share=operator_shares(network),
        signals=build_signals(
            network, "signalling" in scenario.network.off, tells_refusals(scenario)
        ),
        meaning=build_meaning(network, tells_refusals(scenario)),
        working=working_table(scenario.start, days),
        month_of_day=np.array([month_index(scenario.start, d) for d in range(days)], np.uint8),
        poisson_low=poisson_lower(network["complaints.enterprise.confidence"]),
    )


def month_index(start: date, day: int) -> int:
    """Return the calendar month of a day, counted from the scenario's first."""
    when = start + timedelta(days=day)
    return (when.year - start.year) * 12 + when.month - start.month


def working_table(start: date, days: int) -> NDArray[Any]:
    """Return 1 for every Chinese working day from `start` on (uint8)."""
    public = public_days(start, start + timedelta(days=days))
    table = working_days(start, days, rest=public.rest, make_up=public.make_up)
    whole: NDArray[Any] = np.ascontiguousarray(table.astype(np.uint8))
    return whole


def hour_factors(network: ProfileFile) -> NDArray[Any]:
    """Return the answer factor by hour of the week, 16.16, Monday 0 h first (int64[168])."""
    by_hour = network["answer.hour_index"]
    by_day = network["answer.weekday_index"]
    return np.array([fixed(d * h) for d in by_day for h in by_hour], np.int64)


def operator_shares(network: ProfileFile) -> NDArray[Any]:
    """Return cumulative 32-bit thresholds of mainland China's operators (int64[5])."""
    shares = [
        network[f"operators.share.{name}"] for name in ("CMCC", "CUCC", "CTCC", "CBN", "MVNO")
    ]
    total = sum(shares)
    return np.array(
        [threshold32(min(1.0, sum(shares[: i + 1]) / total)) for i in range(5)], np.int64
    )


def build_tables(network: ProfileFile) -> tuple[NDArray[Any], dict[str, float]]:
    """Return the quantile tables (rows as in the layout) and the factors that were back-solved."""

    def lognormal(prefix: str) -> NDArray[Any]:
        return lognormal_mixture_table(
            [(1.0, network[f"{prefix}_median"], network[f"{prefix}_sigma"])]
        )

    def talk(relation: str) -> NDArray[Any]:
        return lognormal_mixture_table(
            [(w, m * 1000, s) for w, m, s in network[f"talk.{relation}"]]
        )

    ring = lognormal("ring.answer")
    solved = {"opted_in": solve_propensity(network, "opted_in", ring)}
    solved["bought"] = solve_propensity(network, "bought", ring)
    propensity = {name: beta_table(mean, network["answer.icc"]) for name, mean in solved.items()}
    named = solve_display(network, propensity["opted_in"], ring)
    # 32-bit thresholds halved, so that all tables share one dtype; the fill doubles them again
    halved = [np.minimum(propensity[name] // 2, 2**31 - 1).astype(np.int32) for name in RELATIONS]
    rows = [
        lognormal("ring.post_dial"),
        ring,
        talk("opted_in"),
        talk("bought"),
        lognormal("talk.assistant"),
        exponential_table(network["patience.mean"]),
        lognormal("signalling.refusal_delay"),
        *halved,
    ]
    return np.ascontiguousarray(np.stack(rows).astype(np.int32)), {"named": named}


def reachable_share(network: ProfileFile, relation: str, ring: NDArray[Any]) -> float:
    """Return the share of first attempts in which answering is left to the person.

    Valid number, phone on, line free, category not refused, and the answer, if it comes, in time.
    These are the profile's shares, whatever a list says of its own people: a list that is worse
    answers less.
    """
    invalid = network[f"people.{relation}.empty"] + network[f"people.{relation}.suspended"]
    alive = 1 - invalid - network[f"people.{relation}.dormant"]
    in_time = float(np.mean(ring[:4096] < network["answer.reference_timeout"]))
    share = alive * (1 - network["people.unreachable"]) * (1 - network["people.busy"])
    return float(share * (1 - network[f"refuse_call.category_share.{relation}"]) * in_time)


def wanted_answer(network: ProfileFile, published: str, relation: str, ring: NDArray[Any]) -> float:
    """Return the mean answer probability behind a published gross rate; infinite if none can be."""
    reachable = reachable_share(network, relation, ring)
    return float(network[f"answer.gross.{published}"] / reachable) if reachable > 0 else math.inf


def mean_answer(network: ProfileFile, table: NDArray[Any], factor: float) -> float:
    """Return the mean answer probability of a propensity table over the reference hours."""
    index = network["answer.hour_index"]
    hours = network["answer.reference_hours"]
    return float(np.mean([mean_capped(table, factor * index[int(hour)]) for hour in hours]))


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where an increasing function crosses zero (Illinois method, to 1e-7)."""
    below, above = function(low), function(high)
    if below >= 0:
        return low
    if above <= 0:
        return high
    side = 0
    middle = low
    for _ in range(60):
        middle = (low * above - high * below) / (above - below)
        value = function(middle)
        if abs(value) < 1e-7:
            break
        if value < 0:
            low, below = middle, value
            above = above / 2 if side < 0 else above
            side = -1
        else:
            high, above = middle, value
            below = below / 2 if side > 0 else below
            side = 1
    return middle


def solve_propensity(network: ProfileFile, relation: str, ring: NDArray[Any]) -> float:
    """Return the mean propensity that reproduces the published gross answer rate."""
    wanted = wanted_answer(network, relation, relation, ring)
    if wanted >= 1:
        return 1.0
    icc = network["answer.icc"]
    return root(
        lambda mean: mean_answer(network, beta_table(mean, icc), 1.0) - wanted, 1e-4, 1.0 - 1e-4
    )


def solve_display(network: ProfileFile, table: NDArray[Any], ring: NDArray[Any]) -> float:
    """Return the factor a named display has on own customers: their gross rate becomes `named`."""
    wanted = wanted_answer(network, "named", "opted_in", ring)
    return root(lambda factor: mean_answer(network, table, factor) - wanted, 0.1, 10.0)


def reference_modifier(network: ProfileFile, relation: str) -> float:
    """Return the mean complaint modifier of the reference campaign.

    Published rates are marginal over its calls; a base rate is the published one divided by this.
    Attempts of a person are taken as independent with the gross answer rate, each tried until
    answered or the cap: a share of them is the third or a later one.
    """
    answered = network[f"answer.gross.{relation}"]
    cap = int(network["complaints.reference.attempts"])
    tried = [(1 - answered) ** i for i in range(cap)]
    third = sum(tried[2:]) / sum(tried)
    dropped = answered * network["complaints.reference.dropped_share"]
    return float(
        (1 + third * (network["complaints.modifier.third_call"] - 1))
        * (1 + dropped * (network["complaints.modifier.dropped"] - 1))
    )


def fill_network(
    record: Any, scenario: Scenario, network: ProfileFile, solved: dict[str, float]
) -> None:
    """Write the profile's values into the one NETWORK record, in the kernels' units."""
    share = threshold32
    record["delay_ms"] = network["frequency.delay"]
    for action in ("warn", "throttle", "intercept", "suspend"):
        record["hold_ms"][Action[action.upper()]] = network[f"ladder.{action}_hold"]
    record["throttle_refuses"] = share(network["ladder.throttle_refuses"])
    record["intercept_registered"] = share(network["refuse_call.intercept_registered_line"])
    record["intercept_flagged"] = share(network["refuse_call.intercept_flagged_line"])
    record["unreachable"] = share(network["people.unreachable"])
    record["busy"] = share(network["people.busy"])
    record["assistant"] = share(network["answer.assistant_share"])
    record["label_factor"] = fixed(network["labels.answer_factor"])
    record["display_factor"] = (fixed(solved["named"]), fixed(network["display.factor"]))
    for i, relation in enumerate(RELATIONS):
        record["opt_out"][i] = share(network[f"opt_out.{relation}"])
        record["mark"][i] = share(network[f"marks.rate.{relation}"])
        rate = network[f"complaints.rate_12321.{relation}"] / 1e6
        base = rate / reference_modifier(network, relation)
        record["complaint"][i] = share(min(1.0, base))
        record["hotline"][i] = share(min(1.0, base * network["complaints.hotline_factor"]))
    for name in ("third_call", "labelled", "dropped", "named"):
        record[name] = fixed(network[f"complaints.modifier.{name}"])
    record["label_marks"] = network["labels.marks"]
    record["label_share"] = share(network["labels.share"])
    record["triage_days"] = network["complaints.triage_working_days"]
    record["act_days"] = network["complaints.act_working_days"]
    record["investigate_days"] = network["complaints.investigate_working_days"]
    record["hotline_days"] = network["complaints.hotline_working_days"]
    record["review_days"] = network["complaints.enterprise.review_working_days"]
    for name in ("warn", "suspend", "close"):
        record[f"number_{name}"] = network[f"complaints.number.{name}"]
    record["cases_at_least"] = network["complaints.enterprise.cases_at_least"]
    record["per_million"] = round(network["complaints.enterprise.per_million"] * 1000)
    for i, proof in enumerate(PROOFS):
        record["stop"][i] = share(network[f"complaints.enterprise.stop.{proof}"])
    for mechanism in ("labels", "complaints", "frequency", "refuse_call", "contract"):
        record[f"off_{mechanism}"] = mechanism in scenario.network.off


RULES = (
    # class, "registered" or "new mobile"; key, window (0 hour, 1 day), rung
    ("mobile", "mobile.warn_per_hour", 0, Action.WARN),
    ("mobile", "mobile.suspend_per_day", 1, Action.SUSPEND),
    ("fixed", "fixed.warn_per_hour", 0, Action.WARN),
    ("fixed", "fixed.intercept_per_day", 1, Action.INTERCEPT),
    ("registered", "registered.throttle_per_hour", 0, Action.THROTTLE),
    ("registered", "filed volume", 1, Action.THROTTLE),
    ("filed", "filed volume", 1, Action.THROTTLE),
    ("new mobile", "mobile.new_warn_per_hour", 0, Action.WARN),
    ("new mobile", "mobile.new_suspend_per_day", 1, Action.SUSPEND),
)
"""The frequency rules there are, by whose they are; the profile gives the ceilings."""
NEW_BEHIND = 7  # rows from the rules of all mobile numbers to those of new ones


def build_frequency(network: ProfileFile) -> tuple[NDArray[Any], dict[str, tuple[int, int]]]:
    """Return the frequency rules and, by owner, their first row and count."""
    rules = np.zeros(len(RULES), FREQUENCY_RULE)
    spans: dict[str, tuple[int, int]] = {}
    for i, (owner, key, window, action) in enumerate(RULES):
        ceiling = -1 if key == "filed volume" else network[f"frequency.{key}"]
        if owner == "new mobile":  # never allowed more than others
            ceiling = min(ceiling, rules[i - NEW_BEHIND]["ceiling"])
        rule = Rule.CALLS_PER_HOUR if window == 0 else Rule.CALLS_PER_DAY
        rules[i] = (window, action, rule, ceiling)
        first, count = spans.get(owner, (i, 0))
        spans[owner] = (first, count + 1)
    return rules, spans


SIGNALS = {
    Cause.NO_ANSWER: "no_answer",
    Cause.BUSY: "busy",
    Cause.UNREACHABLE: "unreachable",
    Cause.INVALID: "invalid",
    Cause.REFUSED_CATEGORY: "refused",
    Cause.REFUSED_FLAGGED: "refused",
    Cause.THROTTLED: "throttled",
    Cause.CONTRACT_CALLEE: "throttled",
    Cause.LINE_SHUT: "line_shut",
    Cause.NOT_AUTHENTIC: "line_shut",
}


def tells_refusals(scenario: Scenario) -> bool:
    """Return whether the operator says of each refused call that its category was refused."""
    return scenario.refuse_call.access == "per_call_signal"


def build_signals(network: ProfileFile, plain: bool, told: bool) -> NDArray[Any]:
    """Return the confusion matrix: cumulative 32-bit threshold and SIP code, a row a cause.

    `plain` (``network.off`` names signalling) keeps each row's most likely code alone; `told`:
    see :func:`tells_refusals`.
    """
    rows = {cause: network[f"signalling.{key}"] for cause, key in SIGNALS.items()}
    if told:
        rows[Cause.REFUSED_CATEGORY] = network["signalling.refused_told"]
    width = max(len(row) for row in rows.values())
    signals = np.zeros((len(Cause), width, 2), np.int64)
    for cause in Cause:
        row = rows.get(cause, [[200, 1.0]])
        if plain:
            row = [[max(row, key=lambda item: item[1])[0], 1.0]]
        total = 0.0
        for i in range(width):
            code, share = row[min(i, len(row) - 1)]
            total += share if i < len(row) else 0.0
            signals[cause, i] = (threshold32(min(total, 1.0)), code)
    return signals


def build_meaning(network: ProfileFile, told: bool) -> NDArray[Any]:
    """Return what a dialer takes each SIP code for (uint8[1000] of `Seen`)."""
    meaning = np.full(1000, Seen.UNREACHABLE, np.uint8)
    for code, word in network["signalling.meaning"].items():
        meaning[int(code)] = Seen[word.upper()]
    if told:
        meaning[[int(code) for code, _ in network["signalling.refused_told"]]] = Seen.REFUSED
    return meaning


def poisson_lower(confidence: float) -> NDArray[Any]:
    """Return the one-sided lower bound of a Poisson mean behind n cases, in 1/1000 (int64).

    Exact (Garwood): the mean at which n or more cases have probability 1 - confidence.
    """
    bounds = np.zeros(POISSON_CASES, np.int64)
    cases = np.arange(1, POISSON_CASES, dtype=float)
    log_factorial = np.cumsum(np.log(cases))
    low, high = np.zeros_like(cases), cases.copy()
    for _ in range(40):
        middle = (low + high) / 2
        above = _poisson_at_least(cases, log_factorial, middle) < 1 - confidence
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    bounds[1:] = np.floor(low * 1000).astype(np.int64)
    return bounds


def _poisson_at_least(
    cases: NDArray[Any], log_factorial: NDArray[Any], mean: NDArray[Any]
) -> NDArray[Any]:
    """P(X >= n) for a Poisson mean below n: the series from n on, which falls fast."""
    term = np.exp(cases * np.log(np.maximum(mean, 1e-300)) - mean - log_factorial)
    total: NDArray[Any] = term.copy()
    for i in range(1, 400):
        term = term * mean / (cases + i)
        total += term
    return total


@dataclass(frozen=True)
class Lines:
    """The caller ID blocks in file order, as the network files them."""

    blocks: Sequence[CallerIds]

    @property
    def count(self) -> int:
        """Caller IDs in all."""
        return sum(block.count for block in self.blocks)


def build_carrier(
    scenario: Scenario,
    network: ProfileFile,
    run_base: np.uint64,
    people: int,
    days: int,
    case_capacity: int,
) -> Carrier:
    """Build the network's state before the first call."""
    lines = Lines(scenario.caller_ids)
    n = lines.count
    rows = 4 * (n + 1) + n
    enterprise = np.zeros(1, ENTERPRISE)
    enterprise["last_call_day"] = -1
    return Carrier(
        subscribers=np.zeros(people, SUBSCRIBER),
        lines=build_lines(scenario, network, run_base, n),
        window_counts=np.zeros((rows, 60), np.int32),
        window_heads=np.zeros(rows, np.int64),
        window_totals=np.zeros(rows, np.int32),
        enterprise=enterprise,
        enterprise_days=np.zeros((days, 2), np.int64),
        cases=np.zeros(case_capacity, CASE),
    )


def build_lines(
    scenario: Scenario, network: ProfileFile, run_base: np.uint64, n: int
) -> NDArray[Any]:
    """Build one record a caller ID and one a class of linked unregistered numbers."""
    lines = np.zeros(n + len(CLASSES), LINE)
    lines["until"] = -1
    lines["filed_daily"] = -1
    lines["authentic"] = 1
    lines["number_class"][n:] = range(len(CLASSES))
    spans = build_frequency(network)[1]
    arrives = threshold32(network["labels.arrives_share"])
    if "labels" in scenario.network.off:
        arrives = 0
    row = 0
    for block in scenario.caller_ids:
        mine = lines[row : row + block.count]
        fill_block(mine, block, scenario, network, spans)
        if arrives and not block.checked_clean:
            for i in range(block.count):
                key = np.uint64(text_key(f"{block.name}/{i}"))
                mine[i]["labelled"] = hit(
                    np.uint64(draw(run_base, Stream.ARRIVES_LABELLED, key, 0)), arrives
                )
        row += block.count
    return lines


def fill_block(
    lines: NDArray[Any],
    block: CallerIds,
    scenario: Scenario,
    network: ProfileFile,
    spans: dict[str, tuple[int, int]],
) -> None:
    """Write what a block of caller IDs has in common."""
    kind = block.number_class
    lines["number_class"] = CLASSES.index(kind)
    lines["registered"] = block.registered
    lines["named"] = block.display_name is not None
    key = f"authenticity.{kind}.originates"
    lines["authentic"] = key not in network or network[key]
    if block.filed is not None:
        lines["category"] = Category[block.filed.category.upper()]
        lines["filed_daily"] = block.filed.daily_volume
    owner: str = kind
    if block.registered:  # an enterprise number has no ceiling of its own but the filed volume
        owner = "filed" if kind == "95_enterprise" else "registered"
    lines["rule_first"], lines["rule_count"] = spans.get(owner, (0, 0))
    other = block.holder is not None and block.holder != scenario.enterprise.name
    lines["linked_tick"] = network["linking.delay_other_holder"] if other else 0


assert len(CLASSES) == NumberClass.AXB + 1
