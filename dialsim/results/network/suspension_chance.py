"""Probability that complaints about a run's calls suspend a number, by conditional Monte Carlo.

A complaint is drawn for each delivered call by itself, with a chance that depends on that call
alone (its *grounds*), and it changes nothing before a case of it takes effect. So what is
conditioned on are the calls of a world in which no case ever does: who was called, when, from which
number, how it went, what label was seen. Given these, complaints are independent, and the chance
that some case would have had an effect is a figure of the calls alone. Its mean over replications
is the probability of such an effect, without bias, and with a variance far below that of counting
the few replications in which it happened. A replication in which no case had an effect is such a
world; one in which some had is played once more without.

Of a world that goes on from a moment what is conditioned on are the cases of the calls before as
well (`ComplaintHistory`): they count when they are due, with certainty. The question is then
whether a number is suspended that was not at the moment. Of one that goes on from a call log its
calls are taken like those to come, as far as their cases count after its end.

What is not by complaints (behaviour, frequency, short calls, the platform) is a matter of the calls
themselves and is taken as it happened.

Exact is

- that the triaged complaints about one number reach `complaints.number.suspend` (or `close`) where
  its calls lie within one window: 30 days, less the days until the network acts;
- that one complaint is enough where the answer to its traceback comes too late;
- that numbers, whose calls are not the same, fare independently of one another;
- that there is a first review of the enterprise, where its calls lie within 30 days.

Approximate is, and tells more than there is, never less,

- over longer campaigns: the expected number of times that a count passes its threshold stands for
  the chance that it ever does;
- a number whose root has one that was down at the moment: complaints about that one count for the
  other, too; a trunk that had a notice is taken as suspended;
- that a review is opened that is not under way at the moment: over longer campaigns once more for
  each time that the count comes back to the ceiling;
- a review: of the calls delivered by the hour in which a case counts those of that hour are left
  out; after one that ended well the next case begins another; a case without genuine consent has
  the weaker of the proofs that campaigns allow; a trunk whose complaints called for a review is
  taken as suspended;
- what is put together: numbers, the enterprise's stop and trunks as if independent, while the same
  complaints favour all of them.

Approximate to the day, either way, are the window of a number over longer campaigns, which ends
with the check of the case that completes it, the end of the aftermath, and of calls of a log
the hour from which cases count. A policy in Python that
reacts to the warning after a first complaint is not taken into account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.complaints.kernels import WITH_CONSENT
from dialsim.carrier.layout import MONTH_BUCKET_MS, W_TRIAGED
from dialsim.core.codes import Action, Rule
from dialsim.core.rng import CERTAIN
from dialsim.core.time_units import DAY_MS, HOUR_MS
from dialsim.core.windows import in_order
from dialsim.outcomes.complaint_factors import GROUNDS
from dialsim.results.history.complaint_history import (
    HOTLINE,
    ComplaintHistory,
    counted_from,
    forget_deadlines,
    no_complaint_history,
)
from dialsim.results.network.review_chance import (
    COUNTED,
    Arrivals,
    Ceiling,
    ReviewOdds,
    review_odds,
)
from dialsim.results.network.working_days import later_days
from dialsim.scenario.as_of import opening_tick
from dialsim.statistics.poisson_binomial import add, beginning

if TYPE_CHECKING:
    from dialsim.engine.build import World

Array = NDArray[Any]
Floats = NDArray[np.float64]
HOURS = 24
MODIFIERS = (
    *("third_call", "labelled", "dropped", "named", "robot", "out_of_hours", "after_refusal"),
)
"""Fields of NETWORK by the bit of `grounds`, in the order in which they apply."""
BY_COMPLAINTS = (
    *(Rule.COMPLAINTS_NUMBER, Rule.COMPLAINTS_ENTERPRISE, Rule.TRACEBACK),
    Rule.CONTRACT_COMPLAINTS,
)
"""Rules whose suspensions and stops are effects of complaints."""
WINDOW_DAYS = 30  # of a number's triaged complaints: 60 buckets of half a day
OUT_OF_REACH = 1 << 40


class Chances(NamedTuple):
    """Probabilities of what complaints about the calls made lead to.

    Attributes
    ----------
    suspension
        Chance that some caller ID is suspended, closed or stopped.
    stop
        Chance that all are, at once and for the enterprise's sake.
    review
        Chance that a review of the enterprise is opened.
    """

    suspension: float
    stop: float
    review: float = 0.0


def had_effect(actions: Array) -> bool:
    """Return whether complaints suspended or stopped anything (ACTION_ROW[n])."""
    severe = (actions["action"] >= Action.SUSPEND) & (actions["action"] <= Action.STOP)
    return bool((severe & np.isin(actions["rule"], BY_COMPLAINTS)).any())


def without_effects(world: World) -> None:
    """Disable the effects of all complaint cases of a world that are still pending.

    Cases are filed, triaged and counted, so that all else goes on as it would have.
    """
    network = world.static.profile.network.copy()
    for name in ("number_suspend", "number_close", "cases_at_least"):
        network[name] = OUT_OF_REACH
    network["off_traceback"] = 1
    network["stop"] = 0
    forget_deadlines(world)
    profile = world.static.profile._replace(network=network)
    world.static = world.static._replace(profile=profile)
    world.state.carrier.contracts["per_million"] = -1


def complaint_chances(network: Any, field: str) -> Floats:
    """Return the chance of a complaint about a call, by its grounds (float[256]).

    Parameters
    ----------
    network
        NETWORK record.
    field
        ``"complaint"``: to 12321; ``"hotline"``.
    """
    weighs = np.arange(GROUNDS)
    behaviour = np.where(weighs & WITH_CONSENT, 0, 1)
    chance: Array = network[field][behaviour].astype(np.int64)
    for bit, name in enumerate(MODIFIERS):
        chance = np.where(weighs >> bit & 1, chance * int(network[name]) >> 16, chance)
    found: Floats = np.minimum(chance / CERTAIN, 1.0)
    return found


class ComplaintTerms:
    """What complaints about calls would bring, as a world begins.

    Parameters
    ----------
    world
        As it is at the tick from which it is played: before :func:`without_effects`.
    tick
        That tick; None: that of its opening.
    """

    def __init__(self, world: World, tick: int | None = None) -> None:
        carrier, profile = world.state.carrier, world.static.profile
        count = int(carrier.enterprise[0]["callers"])
        self._network = profile.network[0].copy()
        self._working, self._low = profile.working, profile.poisson_low.astype(np.int64)
        self._agreed: Array = carrier.contracts["per_million"].copy()
        self._root: Array = carrier.numbers["root"][:count].astype(np.int64)
        self._blocks = carrier.filed_blocks.copy()
        self._tick = opening_tick(world.scenario) if tick is None else tick
        self._nothing = no_complaint_history(world)
        self._last = (self._tick - 1) // MONTH_BUCKET_MS
        kept = in_order(carrier.windows, carrier.window_counts, W_TRIAGED, self._last)
        self._earlier = kept[self._root]
        self._end_day = -(-world.end_tick // DAY_MS)
        self._consent = all(c.lawful_basis == "consent" for c in world.scenario.campaigns)
        self.off = bool(self._network["off_complaints"] == 1)

    def chances(
        self, calls: Array, happened: Chances, earlier: ComplaintHistory | None = None
    ) -> Chances:
        """Return what the calls of a world could bring in which no case had an effect.

        Parameters
        ----------
        calls
            CALL_GROUNDS[k]: those from the tick on.
        happened
            1 or 0: what came about all the same, not by complaints, as no review does.
        earlier
            What calls before the tick have brought; None: there were none.
        """
        before = earlier or self._nothing
        calls = np.concatenate([before.calls, calls])
        if self.off or not (len(calls) or before.open):
            return happened
        review = self._enterprise(calls, before)
        stop = 1 - (1 - before.stop) * (1 - review.stopped)
        left = (1 - self._numbers(calls, before)) * (1 - stop)
        for trunk in np.flatnonzero(self._agreed >= 0).tolist():
            left *= 1 - self._trunk(calls, trunk, before)
        return Chances(
            1.0 - (1.0 - happened.suspension) * left,
            1.0 - (1.0 - happened.stop) * (1.0 - stop),
            review.opened,
        )

    # --- numbers ------------------------------------------------------------------------------

    def _numbers(self, calls: Array, earlier: ComplaintHistory) -> float:
        """Return the chance that complaints to 12321 suspend some number that is not down."""
        if (earlier.certain & ~earlier.down).any():
            return 1.0
        network = self._network
        filed = earlier.filed[earlier.filed["channel"] != HOTLINE]
        of_calls = complaint_chances(network, "complaint")[calls["grounds"]]
        acts = later_days(self._working, int(network["act_days"]))
        chance = np.concatenate([of_calls, np.ones(len(filed))])
        count = np.concatenate([calls["calls"], np.ones(len(filed), np.int64)])
        due = self._later(calls["hour"], int(network["triage_days"]))
        day = np.concatenate([due // HOURS, filed["due"] // DAY_MS])
        to_come = np.concatenate([self._counts(due), np.ones(len(filed), np.bool_)])
        caller = np.concatenate([calls["caller"], filed["caller"]])
        at_once, late_day = self._too_late(caller, day)
        at_once &= to_come & (late_day < self._end_day) & ~earlier.down[caller]
        root = self._root[caller]
        spared = np.zeros(len(self._root))
        surely = np.log1p(-np.minimum(chance, 1 - 1e-16))
        np.add.at(spared, root[at_once], (count * surely)[at_once])
        counted = to_come & ~at_once & (acts[day] < self._end_day)
        reached = self._reached(root[counted], day[counted], chance[counted], count[counted], acts)
        reached[np.setdiff1d(np.arange(len(reached)), root[~earlier.down[caller]])] = 0.0
        left = spared + np.log1p(-np.minimum(reached, 1 - 1e-16))
        return float(-np.expm1(left.sum()))

    def _too_late(self, caller: Array, day: Array) -> tuple[Array, Array]:
        """Return of which complaints the traceback comes too late, and the day of that."""
        network = self._network
        if network["off_traceback"] == 1:
            return np.zeros(len(day), np.bool_), day
        block = np.searchsorted(self._blocks["first"], caller, side="right") - 1
        tick = day * DAY_MS
        registered = (tick >= self._blocks["registered_from"][block]) & (
            tick < self._blocks["registered_until"][block]
        )
        days = int(network["traceback_days"])
        less = max(0, days - int(network["traceback_less"]))
        late = np.where(
            registered,
            later_days(self._working, less)[day],
            later_days(self._working, max(0, days))[day],
        )
        return (late - day) * DAY_MS < int(network["traceback_within"]), late

    def _reached(
        self, root: Array, day: Array, chance: Floats, calls: Array, acts: Array
    ) -> Floats:
        """Return by number the chance that its triaged complaints reach what suspends it."""
        network = self._network
        threshold = max(1, min(int(network["number_suspend"]), int(network["number_close"])))
        reached = np.zeros(len(self._root))
        if not len(root):
            return reached
        chances_there, which = np.unique(chance, return_inverse=True)
        days, place = np.unique(day, return_inverse=True)
        roots, row = np.unique(root, return_inverse=True)
        shape = len(days), len(roots), len(chances_there)
        counts = np.zeros(shape, np.int64)
        np.add.at(counts, (place, row, which), calls)
        firsts = acts[days] - WINDOW_DAYS + 1  # the window of the check of a case of each day
        earlier = self._earlier[roots]
        whole = firsts[-1] <= days[0] and not earlier.any()
        if whole:
            state = beginning(threshold, len(roots))
            reached[roots] = add(state, counts.sum(axis=0), chances_there)[1]
            return reached
        for b, first in enumerate(firsts.tolist()):
            inside = counts[:b][days[:b] >= first].sum(axis=0, dtype=np.int64)
            since = DAY_MS // MONTH_BUCKET_MS * first
            state = beginning(threshold, len(roots), counted_from(earlier, self._last, since))
            if b:
                state, _ = add(state, np.broadcast_to(inside, shape[1:]), chances_there)
            reached[roots] += add(state, counts[b], chances_there)[1]
        return np.minimum(reached, 1.0)

    # --- the enterprise, and trunks -----------------------------------------------------------

    def _enterprise(self, calls: Array, earlier: ComplaintHistory) -> ReviewOdds:
        """Return the chances of a further review of the enterprise, and of one that stops it."""
        stop = self._network["stop"] / CERTAIN
        weaker = stop[1] if self._consent else max(stop[0], stop[1])
        stops = np.where(np.arange(GROUNDS) & WITH_CONSENT, stop[2], weaker)
        filed, ceiling = self._filed(earlier.filed, stop), int(self._network["per_million"])
        found = self._review(calls, earlier.days, filed, ceiling, stops)
        if earlier.review_until is None:
            return found
        # the one under way has to end first, and without a stop
        under_way = -(-earlier.review_until // HOUR_MS)
        next_one = self._review(calls, earlier.days, filed, ceiling, stops, under_way)
        return found._replace(opened=(1 - earlier.stop) * next_one.opened)

    def _trunk(self, calls: Array, trunk: int, earlier: ComplaintHistory) -> float:
        """Return the chance that complaints about calls of a trunk suspend it."""
        if earlier.trunks is not None and earlier.trunks[trunk]:
            return 1.0
        mine = calls[calls["trunk"] == trunk]
        cases = earlier.filed[earlier.filed["trunk"] == trunk]
        filed = self._filed(cases, np.ones(3))
        days = earlier.trunk_days[trunk]
        return self._review(mine, days, filed, int(self._agreed[trunk]), None).stopped

    def _filed(self, cases: Array, stops: Floats) -> Arrivals:
        """Return cases that are still to count, as arrivals that are sure to come."""
        one = np.ones(len(cases), np.int64)
        hour = cases["due"] // HOUR_MS
        return Arrivals(hour, cases["call_day"], one, one.astype(float), stops[cases["proof"]])

    def _review(
        self,
        calls: Array,
        earlier: Array,
        filed: Arrivals,
        milli_per_million: int,
        stops: Floats | None,
        under_way: int = 0,
    ) -> ReviewOdds:
        """Return the chances that complaints about calls bring a review, and one that stops.

        `earlier`: int64[days, 2], delivered calls and counted cases of before, by day of the call.
        `under_way`: the hour before which no case opens one, though it counts.
        """
        if not (len(calls) or len(filed.hour)):
            return ReviewOdds(0.0, 0.0)
        network = self._network
        called, counted = (np.flatnonzero(earlier[:, column]) for column in (0, 1))
        delivered = np.bincount(
            np.concatenate([calls["hour"], called * HOURS]),
            np.concatenate([calls["calls"], earlier[called, 0]]),
        ).astype(np.int64)
        keys, place = np.unique(calls["hour"] << 8 | calls["grounds"], return_inverse=True)
        count = np.bincount(place, calls["calls"], len(keys)).astype(np.int64)
        grounds, hour = keys & 0xFF, keys >> 8
        ends = np.ones(GROUNDS) if stops is None else stops
        sure = np.ones(len(counted))
        before = np.full(len(counted), COUNTED, np.int64)
        parts = [filed, Arrivals(before, counted, earlier[counted, 1], sure, sure)]
        for field, days in (("complaint", "triage_days"), ("hotline", "hotline_days")):
            due = self._later(hour, int(network[days]))
            chance = np.where(self._counts(due), complaint_chances(network, field)[grounds], 0.0)
            parts.append(Arrivals(due, hour // HOURS, count, chance, ends[grounds]))
        both = Arrivals(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        both = both.at(both.hour < self._end_day * HOURS)
        if under_way:
            both = both._replace(hour=np.where(both.hour < under_way, COUNTED, both.hour))
        both = both.at(np.argsort(both.hour, kind="stable").astype(np.int64))
        ceiling = Ceiling(milli_per_million, int(network["cases_at_least"]), self._low)
        hours = np.arange(self._end_day * HOURS)
        over = self._later(hours, int(network["review_days"]))
        return review_odds(both, delivered, ceiling, over)

    def _counts(self, due: Array) -> Array:
        """Return whether cases that are due in an hour are counted by this world."""
        found: Array = due >= self._tick // HOUR_MS
        return found

    def _later(self, hour: Array, days: int) -> Array:
        found: Array = later_days(self._working, days)[hour // HOURS] * HOURS + hour % HOURS
        return found
