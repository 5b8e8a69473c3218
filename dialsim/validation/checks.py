"""The comparisons with theory: worlds, figures, exact and published values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from math import exp

from dialsim.messages.text import message
from dialsim.theory import (
    FixedPatienceDay,
    QueueDay,
    erlang_b,
    even_dials,
    mean_lines_of_day,
    progressive_utilisation,
    renewal_loss,
)
from dialsim.validation.check import Check, Figure, occupancy_of, share_of
from dialsim.validation.played import Days, Measured, dropped, served_within, wait_s, waited
from dialsim.validation.rings import ring_checks
from dialsim.validation.rule import same
from dialsim.validation.shared_agents import sharing_checks
from dialsim.validation.worlds import DAY_S, Queue

OPEN_LOOP = message("open-loop dialling at 3 % abandoned")
CHANNELS = message("trunks and channels")
C_DAY = message("Erlang C, a day from empty")
A_DAY = message("Erlang A, a day from empty")
ABANDONED = message("abandoned")
OCCUPANCY = message("occupancy")
IN_USE = message("in use")


def _day_figures(
    day: QueueDay, within_s: float, published: Sequence[str] = ("", "", "")
) -> Iterator[Figure]:
    """Yield service level, mean wait and occupancy of a day, and the abandoned if any are."""
    level, wait, busy = published
    yield Figure(
        message("served within {within_s:g} s").filled(within_s=within_s),
        "share",
        day.service_level(within_s),
        share_of(served_within(within_s)),
        level,
    )
    busy_name = message("found all agents busy")
    yield Figure(busy_name, "share", day.p_wait, share_of(waited))
    yield Figure(message("mean wait"), "s", day.mean_wait_s, share_of(wait_s), wait)
    yield Figure(OCCUPANCY, "share", day.occupancy, occupancy_of, busy)


def _queue_checks() -> Iterator[Check]:
    mmc = partial(QueueDay, arrivals_per_s=4.2 / 60, service_s=120, agents=12, day_s=DAY_S)
    talk = ((1.0, 120.0, 0.0),)
    yield Check(
        message("M/M/12, 4.2 calls a minute"),
        C_DAY,
        same("ContactCenters, MMC"),
        Queue("mmc", 12, 4.2, talk=talk),
        (300, 12_000),
        tuple(_day_figures(mmc(), 20, ("0.900-0.904", "5.82-6.12", "0.695"))),
    )
    day = mmc(patience_s=60)
    yield Check(
        message("M/M/12+M, patience 60 s"),
        A_DAY,
        same("ContactCenters, MMCAb"),
        Queue("mmcab", 12, 4.2, talk=talk, patience="60s"),
        (300, 6_000),
        (
            *_day_figures(day, 20),
            Figure(ABANDONED, "a day", day.abandoned, _dropped_a_day, "57.66-59.56"),
        ),
    )
    calls, aht = 100 / 30, ((1.0, 180.0, 0.0),)
    day = QueueDay(arrivals_per_s=calls / 60, service_s=180, agents=14, day_s=DAY_S)
    yield Check(
        message("M/M/14, 10 erlangs"),
        C_DAY,
        message("pyworkforce (printed: steady state)"),
        Queue("pyworkforce (printed: steady state)", 14, calls, talk=aht),
        (300, 12_000),
        tuple(_day_figures(day, 20, ("0.88835", "", "0.71429"))),
    )
    day = QueueDay(arrivals_per_s=calls / 60, service_s=180, agents=14, day_s=DAY_S, patience_s=300)
    yield Check(
        message("M/M/14+M, 10 erlangs, patience 5 min"),
        A_DAY,
        message("pyworkforce, test_abandonment (printed: steady state)"),
        Queue("pyworkforce_patience", 14, calls, talk=aht, patience="300s"),
        (300, 12_000),
        (
            *_day_figures(day, 20, ("0.91679", "4.195", "0.70430")),
            Figure(ABANDONED, "share", day.p_abandon, share_of(dropped), "0.01398"),
        ),
    )
    for letter, law, patience_s, patience, printed in (
        ("", C_DAY, None, "1d", "26.557"),
        ("+M", A_DAY, 300.0, "300s", "9.913"),
    ):
        day = QueueDay(
            arrivals_per_s=3.5 / 60, service_s=180, agents=13, day_s=DAY_S, patience_s=patience_s
        )
        yield Check(
            message("M/M/13+M, 3.5 calls a minute, patience 5 min")
            if letter
            else message("M/M/13, 3.5 calls a minute"),
            law,
            message("Callcenter-Simulator, ErlangCTest (steady state)"),
            Queue(f"thirteen{letter}", 13, 3.5, talk=aht, patience=patience),
            (300, 12_000 if letter else 16_000),
            tuple(_day_figures(day, 20, ("", printed, ""))),
        )
    day = QueueDay(arrivals_per_s=48 / 60, service_s=60, agents=50, day_s=DAY_S, patience_s=120)
    yield Check(
        message("M/M/50+M, 48 calls a minute, patience 2 min"),
        A_DAY,
        message("Garnett, Mandelbaum, Reiman (steady state)"),
        Queue("garnett", 50, 48.0, talk=((1.0, 60.0, 0.0),), patience="120s"),
        (40, 600),
        (
            *_day_figures(day, 20, ("", "3.709", "0.9303")),
            Figure(ABANDONED, "share", day.p_abandon, share_of(dropped), "0.03091"),
        ),
    )


def _open_loop_checks() -> Iterator[Check]:
    for agents, load in ((10, 5.5908), (20, 14.1520), (50, 42.3898)):
        per_s = load / 180
        fixed = FixedPatienceDay(
            arrivals_per_s=per_s, service_s=180, agents=agents, day_s=DAY_S, drop_after_s=2
        )
        yield Check(
            message("M/M/{agents}+D, released after 2 s, {load:g} erlangs").filled(
                agents=agents, load=load
            ),
            message("fixed patience, a day from empty"),
            OPEN_LOOP,
            Queue(f"fixed_{agents}", agents, per_s * 60, drop_after="2s"),
            {10: (400, 6_000), 20: (200, 3_000), 50: (60, 1_200)}[agents],
            (
                Figure(ABANDONED, "share", fixed.p_drop, share_of(dropped), "0.03"),
                Figure(OCCUPANCY, "share", fixed.occupancy, occupancy_of),
            ),
        )
    load = 5.5294
    wraps = {"wrap_up_by": {"conversation": "60s", "short": "60s", "assistant": "60s"}}
    # talk: half 40 s, half 200 s in the mean; with 60 s of wrap-up 180 s
    mixture = tuple((0.5, mean * exp(-s * s / 2), s) for mean, s in ((40.0, 0.5), (200.0, 0.7)))
    mean_s = 0.5 * (40 + 200) + 60
    yield Check(
        message("M/G/10/10, talk a mixture of lognormals, wrap-up lognormal, random ring"),
        same("Erlang B"),
        OPEN_LOOP,
        Queue(
            "mgcc", 10, load / 180 * 60, talk=mixture, shape="lognormal", wrap_up=wraps,
            ring={"ring.answer_median": "9s", "ring.answer_sigma": 0.3}, drop_after="0s",
        ),
        (400, 6_000),
        (
            Figure(
                ABANDONED, "share", erlang_b(load / 180 * mean_s, 10), share_of(dropped),
                "0.03",
            ),
        ),
        from_h=11,
    )  # fmt: skip
    for answer, published in ((0.3, "0.01861"), (0.6, "0.00994"), (1.0, "0.00313")):
        spacing_s = answer * 180 / load
        gap = even_dials(spacing_s, answer)
        yield Check(
            message("GI/M/10/10, a dial every {spacing_s:.1f} s, {percent:.0f} % answer").filled(
                spacing_s=spacing_s, percent=100 * answer
            ),
            message("renewal arrivals that may be lost"),
            message("evenly spaced dials"),
            Queue(
                f"even_{round(100 * answer)}", 10, 60 / spacing_s, arrivals="even",
                answer=answer, drop_after="0s",
            ),
            (300, 8_000) if answer < 1 else (400, 30_000),
            (
                Figure(
                    ABANDONED, "share", renewal_loss(gap, 180, 10), share_of(dropped),
                    published,
                ),
            ),
            from_h=11,
        )  # fmt: skip


def _dialler_checks() -> Iterator[Check]:
    ring = {"ring.post_dial_median": "3s", "ring.answer_median": "9s"}
    utilisation = progressive_utilisation(
        answer=0.4, handling_s=60 + 15, dial_answered_s=12, dial_unanswered_s=28
    )
    yield Check(
        message("progressive, one dial for each of 20 agents, 40 % answer"),
        message("renewal reward"),
        message("one dial a free agent"),
        Queue(
            "progressive", 20, talk=((1.0, 60.0, 0.0),), wrap_up={"wrap_up": "15s"}, answer=0.4,
            ring=ring,
        ),
        (20, 120),
        (Figure(OCCUPANCY, "share", utilisation, occupancy_of),),
        from_h=10,
    )  # fmt: skip
    load, hold_s = 20.0, 25.0
    yield Check(
        message("25 channels offered 20 erlangs of calls without an answer"),
        same("Erlang B"),
        CHANNELS,
        Queue(
            "channels", 1, load / hold_s * 60, answer=0.0, trunk={"channels": 25}, goes_home_h=17
        ),
        (20, 400),
        (
            Figure(message("refused"), "share", erlang_b(load, 25), lambda days: days.refused),
            Figure(
                IN_USE, "erlangs", load * (1 - erlang_b(load, 25)),
                lambda days: days.lines,
            ),
        ),
    )  # fmt: skip


def _line_checks() -> Iterator[Check]:
    """Yield unlimited channels, for a mixture of calls with and without an answer."""
    per_s, answer, talk_s, sigma, hold_s = 40 / 60, 0.4, 120.0, 0.7, 25.0
    mean_s = answer * talk_s + (1 - answer) * hold_s
    square_s2 = answer * talk_s**2 * exp(sigma**2) + (1 - answer) * hold_s**2
    yield Check(
        message("channels without a bound, 42 erlangs, 40 % answer, talk lognormal"),
        message("M/G/infinity, a day from empty"),
        CHANNELS,
        Queue(
            "lines", 120, per_s * 60, talk=((1.0, talk_s * exp(-(sigma**2) / 2), sigma),),
            shape="lognormal", answer=answer, goes_home_h=17,
        ),
        (20, 400),
        (
            Figure(
                IN_USE, "erlangs", mean_lines_of_day(per_s, mean_s, square_s2, DAY_S),
                lambda days: days.lines,
            ),
        ),
    )  # fmt: skip


def _dropped_a_day(days: Days) -> Measured:
    return days.a_day(dropped)


def all_checks() -> list[Check]:
    """Return every comparison with theory, in display order."""
    return [
        *_queue_checks(), *_open_loop_checks(), *_dialler_checks(), *_line_checks(),
        *ring_checks(), *sharing_checks(),
    ]  # fmt: skip
