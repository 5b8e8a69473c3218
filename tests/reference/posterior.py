"""Who people are, given how calls to them ended before: E-FIT."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from dialsim.carrier.layout import Table
from dialsim.core.codes import Cause, Seen, Stream
from dialsim.core.person_flags import ALTERNATES_SHIFT
from tests.reference.draws import draw, top
from tests.reference.people import Person, derive
from tests.reference.records import ListRows

WEEK_MS = 7 * 86_400_000
WHOLE = 1 << 32
NONE = (-(1 << 62), 0)  # of no weight
ANSWERED = (Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT)
SAYS_WHO = (*ANSWERED, Seen.NO_ANSWER, Seen.BUSY, Seen.UNREACHABLE, Seen.INVALID)


def remember(twin: Any, rows: dict[int, ListRows]) -> None:  # E-FIT-1
    """Give everybody their attempts before the start, and draw them anew in the light of these."""
    given = twin.given
    for source, brought in rows.items():
        first = given.lists[source].first
        for row, past in enumerate(brought.attempts()):
            twin.people[first + row].attempts += past
        bases = [bases[source] for bases in given.lead_base]
        for row in {call[0] for call in (*brought.earlier, *brought.begun)}:
            calls = calls_of(given, bases, brought, row)
            told = given.rows[source][row]
            person = drawn(given, source, first + row, told, calls)
            kept = twin.people[first + row]
            for name in ("true_operator", "genuine", "whitelist", "empty", "suspended", "dormant",
                         "dead", "registered_min", "refused", "propensity", "handset",
                         "phone"):  # fmt: skip
                setattr(kept, name, getattr(person, name))


def calls_of(
    given: SimpleNamespace, bases: list[int], brought: ListRows, row: int
) -> list[SimpleNamespace]:
    """The calls to a person that say who it is, in order of time."""
    # E-FIT-8, E-FIT-10, E-FIT-14
    further = int(brought.rows[row]["flags"]) >> ALTERNATES_SHIFT & 3
    timeouts = [
        c.ring_timeout_ms for c, base in zip(given.campaigns, bases, strict=True) if base >= 0
    ]
    robots = [bool(c.robot) for c, base in zip(given.campaigns, bases, strict=True) if base >= 0]
    alone = bool(robots) and all(robots)
    told = [(tick, caller, seen, -1) for at, tick, caller, seen in brought.earlier if at == row]
    told += [(tick, caller, seen, c) for at, tick, c, caller, seen in brought.begun if at == row]
    found, number = [], 0
    for tick, caller, seen, campaign in sorted(told):
        own = campaign >= 0 and bases[campaign] >= 0
        which = seen != Seen.INVALID or own or not further
        if seen in SAYS_WHO and which:
            timeout = given.campaigns[campaign].ring_timeout_ms if own else max(timeouts, default=0)
            found.append(
                SimpleNamespace(
                    tick=tick,
                    caller=caller,
                    seen=seen,
                    number=number,
                    timeout=timeout,
                    robot=bool(given.campaigns[campaign].robot) if own else alone,
                )
            )
        if own and seen == Seen.INVALID:
            number = min(number + 1, further)
    return found[-8:]


def drawn(
    given: SimpleNamespace, source: int, row: int, told: SimpleNamespace, calls: list[Any]
) -> Person:
    """The first candidate that is taken, else the heaviest; without one the earliest call goes."""
    # E-FIT-1, E-FIT-6, E-FIT-7
    base = given.world.list_base
    while calls:
        best, chosen = NONE, None
        largest = largest_weight(given, calls)
        for candidate in range(1024 if largest != NONE else 0):
            drawn_by = draw(base, Stream.POSTERIOR, 0, candidate) if candidate else base
            person = derive(given, source, row, told.key, told, drawn_by)
            weight = weight_of(given, person, calls)
            u = top(draw(drawn_by, Stream.POSTERIOR, told.key, 0))
            if weight != NONE and taken(u, weight, largest):
                return person
            if weight > best:
                best, chosen = weight, person
        if chosen:
            return chosen
        calls = calls[1:]
    return derive(given, source, row, told.key, told)


def weight_of(given: SimpleNamespace, person: Any, calls: list[Any]) -> tuple[int, int]:  # E-FIT-4
    """How likely the calls were: -e and m, which compare like the weight m times 2 ** -e."""
    m, e = WHOLE, 0
    for call in calls:
        m = both(m, chance(given, person, call))
        if not m:
            return NONE
        up = max(0, 32 - m.bit_length())
        m, e = m << up, e + up
    return -e, m


def largest_weight(given: SimpleNamespace, calls: list[Any]) -> tuple[int, int]:  # E-FIT-5
    """The largest weight of any of the kinds."""
    gone = {call.number for call in calls if call.seen == Seen.INVALID}
    kinds = [
        SimpleNamespace(
            propensity=min(k << 28, WHOLE - 1),
            genuine=True,
            empty=none == "empty" or (none == "gone" and 0 in gone),
            suspended=False,
            dormant=none == "dormant",
            dead=[none == "gone" and n in gone for n in (1, 2, 3)],
        )
        for k in range(17)
        for none in ("", "empty", "dormant", "gone")
    ]
    return max(weight_of(given, kind, calls) for kind in kinds)


def taken(u: int, weight: tuple[int, int], largest: tuple[int, int]) -> bool:  # E-FIT-2
    """Whether a draw takes a weight, in parts of the largest."""
    apart = largest[0] - weight[0]
    return apart < 0 or both(u, largest[1]) < weight[1] >> apart


def both(one: int, other: int) -> int:  # E-FIT-3
    """A threshold of two that both hit, each without its last bit."""
    return (one // 2) * (other // 2) // 2**30


def chance(given: SimpleNamespace, person: Person, call: SimpleNamespace) -> int:
    """The threshold of a call to end as it did."""
    # E-FIT-11 to E-FIT-13, E-FIT-15
    net = given.network
    seen = {cause: given.seen_shares[cause][call.seen] for cause in Cause}
    none = person.dead[call.number - 1] if call.number else person.empty or person.suspended
    if none:
        return seen[Cause.INVALID]
    if person.dormant and not call.number:
        return seen[Cause.UNREACHABLE]
    hour = (call.tick // 3_600_000 + 24 * given.weekday) % 168
    answers = person.propensity * given.hour_factor[hour] >> 16
    if call.robot:
        answers = answers * net.robot_factor[0 if person.genuine else 1] >> 16
    line = given.lines[call.caller if call.caller >= 0 else len(given.callers)]
    if line.named:
        answers = answers * net.display_factor[0 if person.genuine else 1] >> 16
    if line.international:
        answers = answers * net.abroad_factor >> 16
    cells = given.tables[Table.RING][:4096]
    in_time = sum(ms < call.timeout for ms in cells) * WHOLE // 4096
    p = both(min(answers, WHOLE), in_time)
    rings = both(p, seen[Cause.LIVE]) + both(WHOLE - p, seen[Cause.NO_ANSWER])
    on = both(net.busy, seen[Cause.BUSY]) + both(WHOLE - net.busy, rings)
    off = both(net.unreachable, seen[Cause.UNREACHABLE])
    return off + both(WHOLE - net.unreachable, on)
