"""Profile and filings to arrays: what the network will judge by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.behaviour.build import build_behaviour, build_operators
from dialsim.carrier.complaints.build import (
    fill_consequences,
    off_hours,
    poisson_lower,
    reference_modifier,
)
from dialsim.carrier.contract.build import build_contracts
from dialsim.carrier.dated.build import build_dated_acts
from dialsim.carrier.delivery.build import build_tables
from dialsim.carrier.delivery.signalling import (
    build_ambiguous,
    build_announced,
    build_announcements,
    build_meaning,
    build_seen_shares,
    build_signals,
    row_starts,
    signals_refused_category,
)
from dialsim.carrier.filing.build import (
    build_filed_blocks,
    fill_replacements,
    may_be_unregistered,
)
from dialsim.carrier.frequency.build import (
    OPERATORS,
    RULES,
    build_frequency,
    judges_of,
    rule_spans,
)
from dialsim.carrier.gateways.build import build_gateways, fill_gateways
from dialsim.carrier.labels.build import (
    ALL_PLATFORMS,
    fill_blocks,
    fill_labels,
    fill_shown,
    fill_unsaid,
    label_factor,
)
from dialsim.carrier.layout import (
    CASE,
    ENTERPRISE,
    FAMILIES,
    NETWORK,
    NUMBER,
    SUBSCRIBER,
    Carrier,
    Profile,
)
from dialsim.carrier.platform.build import build_platform_stops
from dialsim.carrier.populations import build_populations
from dialsim.core.aligned import aligned_zeros, touched_zeros
from dialsim.core.codes import Action, Category, NumberClass, Operator, Purpose, Stream
from dialsim.core.packed_windows import FOUR, no_four_counts
from dialsim.core.rng import draw_each, text_key, threshold32
from dialsim.core.ticks import working_days
from dialsim.core.windows import BESIDE, WINDOW, no_counts
from dialsim.scenario.as_of import opening_tick
from dialsim.scenario.calendar import public_days
from dialsim.scenario.filing import is_always_registered, registered_span
from dialsim.scenario.models.schema import CallerIds, Scenario
from dialsim.scenario.profiles.profile import Profile as ProfileFile
from dialsim.scenario.teams import by_machines

RELATIONS = ("opted_in", "bought")
PROOFS = ("none", "recorded", "genuine")
CLASSES = ("fixed", "mobile", "95_enterprise", "95_b24", "96", "1010", "400", "106", "axb")
"""Names of the number classes in the order of `NumberClass`."""
ONE = 1 << 16


def fixed(value: float) -> int:
    """Return a factor as 16.16 fixed point."""
    return round(value * ONE)


def build_profile(
    scenario: Scenario, network: ProfileFile, days: int, zone_shift: NDArray[Any] | None = None
) -> Profile:
    """Build the read-only arrays of the network profile.

    Parameters
    ----------
    scenario
        For the calendar and the mechanisms switched off.
    network
        The profile with the scenario's overrides.
    days
        Days the calendar must cover: run, aftermath and the longest delay.
    zone_shift
        Ms from a tick to the clock of each row of hours, by hour of the run; None: one row, the
        clock of ticks.
    """
    record = np.zeros(1, NETWORK)
    tables, base = build_tables(network)
    fill_network(record[0], scenario, network, base)
    weekday = scenario.start.weekday()
    judges = judges_of(scenario, network)
    plain = "signalling" in scenario.network.off
    signals = build_signals(network, plain, signals_refused_category(scenario))
    announcements = build_announcements(network, plain)
    return Profile(
        network=record,
        operators=build_operators(judges),
        frequency=build_frequency(judges, scenario.network.off),
        behaviour=build_behaviour(judges),
        tables=tables,
        constants=np.where((tables == tables[:, :1]).all(1), tables[:, 0], -1).astype(np.int32),
        hour_factor=hour_factors(network),
        weekday=np.array([weekday], np.int64),
        populations=build_populations(scenario, network),
        operator_share=operator_shares(network),
        signals=signals,
        signal_starts=row_starts(signals),
        announcements=announcements,
        announcement_starts=row_starts(announcements),
        meaning=build_meaning(network, signals_refused_category(scenario)),
        ambiguous=build_ambiguous(network),
        announced=build_announced(network),
        seen_shares=build_seen_shares(scenario, network),
        working=working_table(scenario.start, days),
        month_of_day=np.array([month_index(scenario.start, d) for d in range(days)], np.uint8),
        poisson_low=poisson_lower(network["complaints.enterprise.confidence"]),
        off_hour=off_hours(network),
        zone_shift=np.zeros((1, 1), np.int64) if zone_shift is None else zone_shift,
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
    shares = [network[f"operators.share.{name}"] for name in OPERATORS]
    total = sum(shares)
    return np.array(
        [threshold32(min(1.0, sum(shares[: i + 1]) / total)) for i in range(5)], np.int64
    )


def fill_network(
    record: Any, scenario: Scenario, network: ProfileFile, solved: dict[str, float]
) -> None:
    """Write the profile's values into the one NETWORK record, in the kernels' units."""
    share = threshold32
    for action in ("warn", "throttle", "intercept", "suspend"):
        record["hold_ms"][Action[action.upper()]] = network[f"ladder.{action}_hold"]
    record["intercept_registered"] = share(network["refuse_call.intercept_registered_line"])
    record["intercept_flagged"] = share(network["refuse_call.intercept_flagged_line"])
    for name in OPERATORS:
        record["portal_share"][Operator[name]] = share(network[f"refuse_call.portal_share.{name}"])
        record["refusal_lag_ms"][Operator[name]] = network[f"refuse_call.lag.{name}"]
    record["unreachable"] = share(network["people.unreachable"])
    record["busy"] = share(network["people.busy"])
    record["assistant"] = share(network["answer.assistant_share"])
    record["label_factor"] = fixed(label_factor(network))
    machines = any(by_machines(scenario, campaign) for campaign in scenario.campaigns)
    record["robot_factor"] = (fixed(1.0), fixed(solved["robot"] if machines else 1.0))
    record["display_factor"] = (fixed(solved["named"]), fixed(network["display.factor"]))
    for i, relation in enumerate(RELATIONS):
        record["opt_out"][i] = share(network[f"opt_out.{relation}"])
        for purpose in Purpose:
            said = network[f"declined.{relation}.{purpose.name.lower()}"]
            record["declined"][len(Purpose) * i + purpose] = share(said)
        record["mark"][i] = share(network[f"marks.rate.{relation}"])
        rate = network[f"complaints.rate_12321.{relation}"] / 1e6
        base = rate / reference_modifier(network, relation)
        record["complaint"][i] = share(min(1.0, base))
        record["hotline"][i] = share(min(1.0, base * network["complaints.hotline_factor"]))
    for name in ("third_call", "labelled", "dropped", "named", "robot"):
        record[name] = fixed(network[f"complaints.modifier.{name}"])
    fill_labels(record, scenario, network)
    fill_blocks(record, scenario, network)
    fill_gateways(record, network)
    fill_notice(record, scenario, network)
    record["triage_days"] = network["complaints.triage_working_days"]
    record["act_days"] = network["complaints.act_working_days"]
    record["investigate_days"] = network["complaints.investigate_working_days"]
    record["hotline_days"] = network["complaints.hotline_working_days"]
    record["sector_days"] = network["complaints.sector_working_days"]
    record["review_days"] = network["complaints.enterprise.review_working_days"]
    for name in ("warn", "suspend", "close"):
        record[f"number_{name}"] = network[f"complaints.number.{name}"]
    record["cases_at_least"] = network["complaints.enterprise.cases_at_least"]
    record["per_million"] = round(network["complaints.enterprise.per_million"] * 1000)
    for i, proof in enumerate(PROOFS):
        record["stop"][i] = share(network[f"complaints.enterprise.stop.{proof}"])
    fill_consequences(record, scenario, network)
    for mechanism in (
        *("labels", "complaints", "frequency", "refuse_call", "contract"),
        *("behaviour", "terminating", "callbacks"),
    ):
        record[f"off_{mechanism}"] = mechanism in scenario.network.off


def fill_notice(record: Any, scenario: Scenario, network: ProfileFile) -> None:
    """Write what an announced recording costs, where one is announced."""
    off = scenario.network.off
    if scenario.enterprise.announces_recording and "recording_notice" not in off:
        record["notice_ms"] = network["recording.notice"]
        record["hangs_up"] = threshold32(network["recording.hangs_up"])


def end_of(days: int) -> int:
    """Return the tick at which the calendar of a run ends."""
    return days * 86_400_000


@dataclass(frozen=True)
class Numbers:
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
    numbers: NDArray[Any] | None = None,
) -> Carrier:
    """Build the network's state before the first call.

    `numbers` become part of it, as :func:`build_numbers` left them (None: they are built).
    """
    n = Numbers(scenario.caller_ids).count
    numbers = build_numbers(scenario, network) if numbers is None else numbers
    draw_labels(numbers, scenario, network, run_base)
    seats = int(np.count_nonzero(numbers["seat"][:n] >= 0))
    mobile = numbers["number_class"][:n] == NumberClass.MOBILE
    gateways, gateway_blocks = build_gateways(
        scenario, network, run_base, end_of(days), None, opening_tick(scenario)
    )
    counters = n + 1 + len(OPERATORS) * (seats + 1)
    contracts, contract_days = build_contracts(scenario, days)
    dated_acts, dated_turns = build_dated_acts(scenario)
    enterprise = np.zeros(1, ENTERPRISE)
    enterprise["last_call_day"] = -1
    enterprise["callers"], enterprise["seats"] = n, seats
    return Carrier(
        subscribers=np.zeros(people, SUBSCRIBER),
        last_calls=np.zeros(people if mobile.any() else 0, np.uint32),
        numbers=numbers,
        windows=touched_zeros((-(-FAMILIES // BESIDE), counters, BESIDE), WINDOW),
        window_counts=no_counts(FAMILIES, counters),
        weeks=touched_zeros(counters, FOUR),
        week_counts=no_four_counts(counters),
        enterprise=enterprise,
        enterprise_days=np.zeros((days, 5), np.int64),
        cases=np.zeros(case_capacity, CASE),
        contracts=contracts,
        contract_days=contract_days,
        filed_blocks=build_filed_blocks(scenario, network),
        platform_stops=build_platform_stops(
            scenario, network, run_base, end_of(days), None, opening_tick(scenario)
        ),
        gateways=gateways,
        gateway_windows=np.zeros((1, len(gateways), BESIDE), WINDOW),
        gateway_counts=no_counts(2, len(gateways)),
        gateway_blocks=gateway_blocks,
        dated_acts=dated_acts,
        dated_turns=dated_turns,
    )


def build_numbers(scenario: Scenario, network: ProfileFile) -> NDArray[Any]:
    """Build one record a caller ID, one a class of linked unregistered numbers, and those there.

    What a number brings that is drawn comes later (:func:`draw_labels`).
    """
    n = Numbers(scenario.caller_ids).count
    numbers = np.zeros(n + len(CLASSES), NUMBER)
    numbers["until"] = -1
    numbers["filed_daily"] = -1
    numbers["authentic"] = 1
    numbers["number_class"][n:] = range(len(CLASSES))
    fill_unsaid(numbers)
    row = 0
    for block in scenario.caller_ids:
        mine = numbers[row : row + block.count]
        fill_block(mine, block, scenario, network)
        if not is_always_registered(scenario, network, block):
            numbers["appeals"][n + int(mine[0]["number_class"])] |= mine[0]["appeals"]
        row += block.count
    numbers["replaces"], numbers["root"] = -1, range(len(numbers))
    fill_replacements(numbers[:n], scenario)
    parts = [numbers, *give_seats(numbers, may_be_unregistered(scenario, network))]
    return np.concatenate(parts, out=aligned_zeros(sum(map(len, parts)), NUMBER))


def draw_labels(
    numbers: NDArray[Any],
    scenario: Scenario,
    network: ProfileFile,
    run_base: np.uint64,
    settled: Collection[str] = (),
) -> None:
    """Draw which numbers begin with labels that earlier owners left, but in `settled` blocks."""
    arrives = threshold32(network["labels.arrives_share"])
    if not arrives or "labels" in scenario.network.off:
        return
    row = 0
    for block in scenario.caller_ids:
        mine = numbers[row : row + block.count]
        row += block.count
        if block.checked_clean or block.name in settled:
            continue
        u = draw_each(run_base, Stream.ARRIVES_LABELLED, _keys(block.name, block.count), 0)
        mine["labelled"] = np.where(u >> np.uint64(32) < arrives, ALL_PLATFORMS, 0)


@lru_cache(maxsize=64)  # a replication has those of the one before it
def _keys(name: str, count: int) -> NDArray[np.uint64]:
    """Return the key of each caller ID of a block."""
    return np.array([text_key(f"{name}/{i}") for i in range(count)], np.uint64)


def give_seats(numbers: NDArray[Any], unregistered: NDArray[np.bool_]) -> list[NDArray[Any]]:
    """Give seats to caller IDs that may be unregistered; return what each operator keeps of them.

    A row there replaces the row of the nearest caller ID with a seat among those its caller ID
    replaces. An operator there looks at a caller ID only while it is unregistered: its row has
    those rules.
    """
    mine, n = np.flatnonzero(unregistered), len(unregistered)
    numbers["seat"] = -1
    numbers["seat"][mine] = range(len(mine))
    numbers["shown"] = range(len(numbers))
    classes = numbers["number_class"][mine]
    numbers["members"][n:] = np.bincount(classes, minlength=len(CLASSES))
    replaced = numbers["replaces"][mine].astype(np.int64)
    while (skipped := (replaced >= 0) & (numbers["seat"][replaced] < 0)).any():
        replaced[skipped] = numbers["replaces"][replaced[skipped]]
    replaced = np.where(replaced >= 0, numbers["seat"][replaced], -1)
    there = []
    for operator in range(len(OPERATORS)):
        rows = np.concatenate([numbers[mine], numbers[n:]])
        shift = (operator - rows["operator"].astype(np.int32)) * len(RULES)
        filed = rows["registered"] == 1
        for name in ("first", "count"):
            rows[f"rule_{name}"][filed] = rows[f"other_{name}"][filed]
        first = len(numbers) + operator * (len(mine) + len(CLASSES))
        rows["registered"], rows["replaces"] = 0, -1
        rows["replaces"][: len(mine)] = np.where(replaced >= 0, first + replaced, -1)
        rows["rule_first"][: len(mine)] += shift[: len(mine)]
        rows["operator"], rows["labelled"], rows["members"] = operator, 0, 0
        there.append(rows)
    return there


def fill_block(
    numbers: NDArray[Any],
    block: CallerIds,
    scenario: Scenario,
    network: ProfileFile,
) -> None:
    """Write what a block of caller IDs has in common."""
    kind = block.judged_class
    trunk = next(i for i, trunk in enumerate(scenario.trunks) if trunk.name == block.trunk)
    operator = scenario.trunks[trunk].operator
    numbers["trunk"] = trunk
    numbers["operator"] = OPERATORS.index(operator)
    numbers["answers"] = block.answers_callbacks
    numbers["number_class"] = CLASSES.index(kind)
    registered = registered_span(scenario, network, block)[0] == 0
    numbers["registered"] = registered
    numbers["named"] = block.display_name is not None
    fill_shown(numbers, block, scenario)
    key = f"authenticity.{kind}.originates"
    numbers["authentic"] = key not in network or network[key]
    if block.filed is not None:
        numbers["category"] = Category[block.filed.category.upper()]
        numbers["filed_daily"] = block.filed.daily_volume
    # an enterprise number has no ceiling of its own but the filed volume
    owners = [kind, "filed" if kind == "95_enterprise" else "registered"]
    spans = [rule_spans().get(owner, (0, 0)) for owner in owners]
    offset = OPERATORS.index(operator) * len(RULES)
    for name, (first, count) in (("rule", spans[registered]), ("other", spans[not registered])):
        numbers[f"{name}_first"], numbers[f"{name}_count"] = offset + first, count
    other = block.holder is not None and block.holder != scenario.enterprise.name
    numbers["linked_tick"] = network["linking.delay_other_holder"] if other else 0


assert len(CLASSES) == NumberClass.AXB + 1
