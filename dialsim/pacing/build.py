"""Scenario to arrays: the settings of each campaign."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.aligned import aligned_zeros
from dialsim.core.codes import Category, Limit, Purpose, Seen
from dialsim.core.quantiles import exponential_table
from dialsim.core.rng import text_key, threshold32
from dialsim.core.time_units import HOUR_MS, MINUTE_MS
from dialsim.pacing.layout import (
    ABANDON_TARGET,
    ABANDON_UNIT,
    AVERAGE,
    CAMPAIGN,
    FIRST_ANSWERS,
    FIRST_HORIZON_S,
    FIRST_MARGIN,
    GAP_BITS,
    GAP_UNIT,
    HARD,
    LEDGER,
    MACHINES_OUT,
    MIX_UNIT,
    OUTLOOK,
    PACER,
    POLICY,
    POWER,
    PREDICTIVE,
    PREVIEW,
    PRIORITY_STEP,
    PROGRESS,
    PROGRESSIVE,
    RATE,
    RATIO_UNIT,
    SIMULATE_AHEAD,
    TAPERED,
    TAPERED_BY_MINUTES,
    VICIDIAL,
    WEIGHT_UNIT,
)
from dialsim.pacing.rehearsal.layout import REHEARSAL
from dialsim.scenario.models.pacing import Pacing
from dialsim.scenario.models.schema import Campaign, Scenario
from dialsim.scenario.profiles.profile import Profile
from dialsim.scenario.teams import kind_of
from dialsim.scenario.values import ms_of_day

MODES = {
    "progressive": PROGRESSIVE,
    "power": POWER,
    "rate": RATE,
    "preview": PREVIEW,
    "vicidial_adapt": VICIDIAL,
    "abandon_target": ABANDON_TARGET,
    "predictive": PREDICTIVE,
    "policy": POLICY,
    "simulate_ahead": SIMULATE_AHEAD,
}
KINDS = {"people": 0, "robots": 1, "recordings": 2}
METHODS = {
    "hard": HARD,
    "average": AVERAGE,
    "tapered": TAPERED,
    "tapered_by_minutes": TAPERED_BY_MINUTES,
}
SHARE_OF_CAP = 0.9
"""What predictive pacing aims at of the drops that the rules allow: the guard never lets it pass
them, and whoever comes to the guard dials for sure agents alone."""

OPEN_CAP = 0.03
"""What adaptive modes aim at where the rules name no share, as in theory."""
RETRIES = {
    Seen.NO_ANSWER: "no_answer",
    Seen.BUSY: "busy",
    Seen.UNREACHABLE: "unreachable",
    Seen.ASSISTANT: "assistant",
    Seen.ABANDONED: "abandoned",
    Seen.LINE_REJECTED: "line_rejected",
}


COUNTS_ASSISTANTS = {"answers": 1, "machines_out": MACHINES_OUT}
"""By `abandon.formula`, how answers by assistants count in the share of drops; else not at all."""


def build_campaigns(scenario: Scenario, rules: Profile) -> NDArray[Any]:
    """Return one CAMPAIGN record per campaign."""
    records = aligned_zeros(len(scenario.campaigns), CAMPAIGN)
    for record, campaign in zip(records, scenario.campaigns, strict=True):
        record["purpose"] = Purpose[campaign.purpose.upper()]
        record["category"] = Category[campaign.category.upper()]
        record["by_consent"] = campaign.lawful_basis == "consent"
        record["mode"] = MODES[campaign.pacing.mode]
        record["key"] = text_key(campaign.name)
        fill_adaptive(record, campaign.pacing, float(rules["abandon.at_most"]))
        record["poisson"] = campaign.pacing.arrivals == "poisson"
        if campaign.pacing.per_minute is not None:
            record["gap"] = max(1, round(MINUTE_MS * (1 << GAP_BITS) / campaign.pacing.per_minute))
        record["opt_out_offered"] = campaign.opt_out_offered
        record["robot"] = KINDS[kind_of(scenario, campaign)]
        record["message_ms"] = campaign.message or 0
        record["exports_data"] = campaign.exports_data
        record["priority"] = campaign.priority
        share = campaign.weight / PRIORITY_STEP ** (campaign.priority - 1)
        record["weight"] = max(1, round(share * WEIGHT_UNIT))
        record["at_most"] = campaign.attempts.at_most
        record["ratio"] = round(campaign.pacing.ratio * RATIO_UNIT)
        record["ring_timeout_ms"] = campaign.ring_timeout
        record["drop_after_ms"] = campaign.drop_after
        record["connect_within_ms"] = rules["abandon.connect_within"]
        record["abandon_cap"] = int(rules["abandon.at_most"] * ABANDON_UNIT)  # never above it
        record["counts_assistants"] = COUNTS_ASSISTANTS.get(rules["abandon.formula"], 0)
        record["reach_ms"] = campaign.ring_timeout + int(rules["dialer.setup_allowance"])
        record["retry_ms"] = retry_row(campaign)
        fill_order(record, campaign)
    return records


def fill_adaptive(record: Any, pacing: Pacing, cap: float) -> None:
    """Write the settings of adaptive modes."""
    record["method"] = METHODS[pacing.method]
    record["preview_ms"] = pacing.preview or 0
    target = pacing.drop_target
    if target is None:
        target = cap if cap < 1 else OPEN_CAP
        target *= SHARE_OF_CAP if pacing.mode == "predictive" else 1.0
    record["drop_percent"] = 100.0 * target
    record["most_level"], record["gain"] = pacing.most_level, pacing.gain
    record["window_ms"] = HOUR_MS if pacing.window is None else max(1000, pacing.window)
    record["runs"] = pacing.runs
    record["agents_target"], record["intensity"] = pacing.agents_target, pacing.intensity
    if pacing.latest is not None:
        record["latest_min"] = ms_of_day(pacing.latest) // MINUTE_MS


def fill_order(record: Any, campaign: Campaign) -> None:
    """Write the dial order: parts of a day, mixes, agreed calls, and transfers."""
    attempts, callbacks = campaign.attempts, campaign.callbacks
    record["parts"] = len(attempts.day_parts)
    record["part_ms"][: len(attempts.day_parts)] = [ms_of_day(each) for each in attempts.day_parts]
    if attempts.day_parts:
        varied = [1 << seen for seen, key in RETRIES.items() if key in attempts.varied_after]
        record["varied"] = sum(varied)
    record["by_headroom"] = campaign.caller_choice == "headroom"
    share = campaign.fresh_share
    record["fresh_share"] = -1 if share is None else round(share * MIX_UNIT)
    transfer = campaign.transfer
    if transfer is not None:
        record["transfer_share"] = threshold32(transfer.share)
        record["hold_ms"], record["hold_patience_ms"] = transfer.hold, transfer.patience
    if callbacks is not None and callbacks.share > 0:
        record["callbacks"] = callbacks.at_most
        record["callback_share"] = threshold32(callbacks.share)
        record["soonest_ms"], record["latest_ms"] = callbacks.soonest, callbacks.latest
        record["punctual_ms"] = callbacks.punctual


def retry_row(campaign: Campaign) -> list[int]:
    """Return the wait before another attempt by seen outcome, in ms; -1: none."""
    row = [-1] * len(Seen)
    for seen, key in RETRIES.items():
        wait = getattr(campaign.attempts.retry, key)
        if wait is not None:
            row[seen] = wait
    return row


@cache
def build_gaps() -> NDArray[Any]:
    """Return the table of random gaps between dials, relative to their mean; shared by all."""
    return exponential_table(GAP_UNIT)


def build_pacers(campaigns: int) -> NDArray[Any]:
    """Return the initial state of campaigns' pacing."""
    pacers = aligned_zeros(campaigns, PACER)
    pacers["level"] = 1.0
    pacers["alarm_tick"] = -1
    pacers["margin"], pacers["unit"] = FIRST_MARGIN, 1.0
    pacers["answer"] = pacers["first_soon"] = FIRST_ANSWERS
    pacers["within_s"], pacers["learned"] = FIRST_HORIZON_S, 1
    return pacers


def build_outlooks(pools: int) -> NDArray[Any]:
    """Return the initial forecasts for the agents of each pool."""
    outlooks = np.zeros(pools, OUTLOOK)
    outlooks["unit"] = outlooks["worth"] = 1.0
    outlooks["learned"] = 1
    return outlooks


def build_rehearsals(campaigns: int) -> NDArray[Any]:
    """Return the initial memory of simulate_ahead for each campaign."""
    boards = np.zeros(campaigns, REHEARSAL)
    boards["ratio"] = 1.0
    return boards


def build_ledgers(campaigns: int) -> NDArray[Any]:
    """Return the initial state of the abandon guard."""
    ledgers = aligned_zeros(campaigns, LEDGER)
    ledgers["wait_head"] = ledgers["wait_tail"] = -1
    return ledgers


def build_progress(campaigns: NDArray[Any]) -> NDArray[Any]:
    """Return the state of campaigns (CAMPAIGN) before the first decision."""
    progress = aligned_zeros(len(campaigns), PROGRESS)
    progress["limit"] = Limit.CLOSED
    weigh(progress, campaigns["weight"])
    return progress


def weigh(progress: Any, weight: Any) -> None:
    """Write weights, common or individual, into records of PROGRESS."""
    progress["weight"], progress["turn"] = weight, WEIGHT_UNIT * WEIGHT_UNIT // weight
