"""Which limits imply which: against every sequence of calls on a small clock."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.errors import ScenarioError
from dialsim.scenario import known_profiles, load_rules
from dialsim.scenario.profiles.strictness import FORMULAS, MEANINGS, Ceiling, covers, is_looser
from dialsim.scenario.values import parse_windows
from tests.scenario.naive_limits import COUNTED, Tried, admitted, all_let_through

CLOCK = 9
WINDOWS = MEANINGS["window"]


@cache
def allowed(limit: Ceiling) -> frozenset[int]:
    """Every set of ticks, as bits, at which a limit lets each call through."""
    found = set()
    for bits in range(1 << CLOCK):
        calls = [Tried(tick) for tick in range(CLOCK) if bits >> tick & 1]
        if all_let_through([limit], calls):
            found.add(bits)
    return frozenset(found)


def ceilings(most: range, per: range) -> list[Ceiling]:
    return [Ceiling(*parts) for parts in product(most, per, WINDOWS)]


def test_an_implied_limit_refuses_nothing_that_the_other_lets_through() -> None:
    """All pairs of limits of one to three calls in one to four ticks."""
    pairs = list(product(ceilings(range(1, 4), range(1, 5)), repeat=2))
    implied = [(new, old) for new, old in pairs if covers([new], [old])]
    assert len(implied) > 300
    for new, old in implied:
        assert allowed(new) <= allowed(old), (new, old)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("other", WINDOWS)
def test_of_one_length_nothing_implied_is_missed(window: str, other: str) -> None:
    """On windows as long as this it takes no more ticks than the clock has to see a difference."""
    for most, mine in product(range(1, 5), range(1, 3)):
        new, old = Ceiling(mine, 4, window), Ceiling(most, 4, other)
        assert covers([new], [old]) == (allowed(new) <= allowed(old)), (new, old)


def test_the_directions_that_hold_between_windows() -> None:
    day = {window: Ceiling(3, 86_400_000, window) for window in WINDOWS}
    held = {(a, b) for a, b in product(WINDOWS, WINDOWS) if covers([day[a]], [day[b]])}
    assert held == {
        *((window, window) for window in WINDOWS),
        ("sliding", "anchored"),
        ("sliding", "calendar"),
    }
    twice = Ceiling(6, 86_400_000)
    assert covers([day["anchored"]], [twice])
    assert covers([day["calendar"]], [twice])
    assert not covers([day["calendar"]], [twice._replace(most=5)])


def meanings() -> st.SearchStrategy[Ceiling]:
    return st.builds(
        Ceiling,
        st.integers(1, 4),
        st.integers(1, 6),
        *(st.sampled_from(words) for words in MEANINGS.values()),
    )


def tries() -> st.SearchStrategy[list[Tried]]:
    call = st.builds(
        Tried,
        st.integers(0, 24),
        st.sampled_from(list(COUNTED)),
        st.integers(0, 1),
        st.integers(0, 1),
    )
    return st.lists(call, max_size=40).map(lambda calls: sorted(calls, key=lambda c: c.tick))


@given(st.lists(meanings(), min_size=1, max_size=3), st.lists(meanings(), max_size=2), tries())
def test_whatever_they_count_implied_limits_refuse_nothing_more(
    new: list[Ceiling], old: list[Ceiling], wanted: list[Tried]
) -> None:
    old = [limit for limit in old if covers(new, [limit])] + [_weaker(limit) for limit in new]
    assert covers(new, old)
    assert all_let_through(old, admitted(new, wanted))


def _weaker(limit: Ceiling) -> Ceiling:
    """A limit that it implies: by counting less, or of fewer."""
    less = {"attempts": ("answers", "drops"), "answers": ("connects", "drops")}
    counts = less.get(limit.counts, (limit.counts,) * 2)[limit.most % 2]
    scope = "pair" if limit.scope == "person" and limit.per % 2 else limit.scope
    most = limit.most + (limit.most if limit.window == "anchored" else 0)
    return limit._replace(counts=counts, scope=scope, most=most)


@pytest.mark.parametrize(
    ("key", "strict", "loose"),
    [
        ("counts", "attempts", "answers"),
        ("counts", "answers", "connects"),
        ("counts", "attempts", "connects"),
        ("counts", "attempts", "drops"),
        ("counts", "answers", "drops"),
        ("scope", "person", "number"),
        ("scope", "person", "pair"),
    ],
)
def test_counting_more_implies_counting_less(key: str, strict: str, loose: str) -> None:
    limit = Ceiling(3, 86_400_000)
    mine, theirs = limit._replace(**{key: strict}), limit._replace(**{key: loose})
    assert covers([mine], [theirs])
    assert not covers([theirs], [mine])


def test_connects_and_drops_say_nothing_of_each_other() -> None:
    connects, drops = Ceiling(1, 10, counts="connects"), Ceiling(1, 10, counts="drops")
    assert not covers([connects], [drops])
    assert not covers([drops], [connects])


def test_calls_from_one_number_say_nothing_of_calls_to_another() -> None:
    to_number, pair = Ceiling(1, 10, scope="number"), Ceiling(1, 10, scope="pair")
    assert not covers([to_number], [pair])
    assert not covers([pair], [to_number])


@pytest.mark.parametrize(
    "limit",
    [
        {"count": 3, "per": "1d", "window": "rolling"},
        {"count": 3, "per": "1d", "counts": "calls"},
        {"count": 3, "per": "1d", "scope": "enterprise"},
        {"count": 3, "per": "2d", "window": "calendar"},
        {"count": 3, "per": "1d", "most": 3},
        {"count": 3},
        {"count": True, "per": "1d"},
        {"count": 3, "per": "0s"},
        {"count": 3, "per": "1d", "window": ["sliding"]},
        3,
    ],
)
def test_limits_of_the_wrong_form(limit: object) -> None:
    with pytest.raises(ScenarioError, match="allowed: a list of"):
        load_rules("cn").with_overrides({"callee.limits": [limit]}, contract="C")


def test_limits_say_all_they_mean_but_digests_do_not_hear_the_usual() -> None:
    written = [{"count": 3, "per": "24h", "window": "anchored"}]
    after = load_rules("cn").with_overrides({"callee.limits": written}, contract="C")
    assert after["callee.limits"] == [
        {"count": 3, "per": 86_400_000, "window": "anchored", "counts": "attempts"}
        | {"scope": "person"}
    ]
    assert after.plain_values()["callee.limits"] == [
        {"count": 3, "per": 86_400_000, "window": "anchored"}
    ]


def test_a_smaller_whole_is_the_stricter_formula() -> None:
    assert list(FORMULAS) == ["connects_and_drops", "live_answers", "machines_out", "answers"]
    for i, new in enumerate(FORMULAS):
        for j, old in enumerate(FORMULAS):
            assert is_looser(new, old, "formula", "lower") == (i > j)


def test_no_pack_opens_the_hour_about_midnight() -> None:
    """So that a calendar day of 23 or 25 hours is no looser than one of 24."""
    for name in known_profiles("rules"):
        pack = load_rules(name)
        for purpose in ("marketing", "service", "collections"):
            for start, end in parse_windows(pack[f"hours.wall.{purpose}"]):
                assert start >= 3_600_000
                assert end <= 23 * 3_600_000
