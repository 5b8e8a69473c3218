"""Fitting of network values to a call log."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration import answers as fits
from dialsim.calibration.allowed import allowed
from dialsim.calibration.blocks import ceilings, interceptions
from dialsim.calibration.columns import Columns
from dialsim.calibration.contacts import SHOWN, fit_contacts
from dialsim.calibration.durations import FEWEST, Mixture, fit_durations, step_of
from dialsim.calibration.likelihood import Profiled, joined
from dialsim.calibration.log import RELATIONS, CallLog
from dialsim.calibration.patterns import attempts_before
from dialsim.calibration.reading import read_log
from dialsim.calibration.result import Calibration, Row
from dialsim.calibration.ringing import Ringing, answered_by, fit_ringing
from dialsim.calibration.shares import share
from dialsim.calibration.signalled import fit_signalled
from dialsim.people.call_logs.outcome import Outcome
from dialsim.results.calibration_result import FittedValue, Measure, RowKind, Unidentified
from dialsim.scenario.profiles.profile import Profile, load_network

if TYPE_CHECKING:
    from os import PathLike

    from dialsim.api import Run

FEWEST_TALKS = 100
MOSTLY = 0.99
KOLMOGOROV: Final = "Kolmogorov"
VARIATION: Final = "total variation"


def calibrate(
    calls: Run | str | PathLike[str] | Any,
    network: str = "typical",
    *,
    columns: Columns = None,
    seen: bool = False,
    name: str | None = None,
    on_step: Callable[[str], None] | None = None,
) -> Calibration:
    """Fit values of a network profile to a call log.

    Parameters
    ----------
    calls
        A run, its folder, a CSV (plain or gzip) or Parquet file, or an Arrow table. Rows of a file
        that are none are left out, and accounted for in `remarks`.
    network
        Profile whose values are the defaults, kept where the log gives none.
    columns
        What the log's columns are: a dict such as ``{"talk_s": "duration"}``, the same as text
        (``"talk_s=duration,time=start"``), or a TOML file with ``[columns]``, ``[outcomes]``
        (what the log's words mean), ``relation``, ``ring_timeout``, ``ring_from``, ``rounded``
        (``down``, ``nearest`` or ``up``: how talk in whole seconds or longer steps came to be),
        ``registered``, ``named``, ``refusers`` (share of the people called who are registered to
        refuse, as an operator's scrub found), and how the file is written as of a scenario's lists:
        ``format``, ``delimiter``, ``encoding``, ``header``. None: they are called as they are
        here, or as in a run.
    seen
        Of a simulated log take what the dialer saw, and not what really happened.
    name
        What the values are said to come from; None: the file's or folder's name.

    on_step
        Called with the name of each part before it is fitted; answers take the longest.

    Returns
    -------
    Calibration
        Fitted: gross answer rate by relation and hour, intraclass correlation of the propensity
        (and whether the chance falls with attempts beyond selection), label effect, time to
        answer, talk, shares of those who cannot be reached, and of registered lines the share of
        blocked calls. Detection thresholds of unregistered traffic are never estimated.

    Raises
    ------
    ScenarioError
        The log is empty, lacks columns, has unknown outcomes, negative times, or times that run
        backwards: everything at once, with place and remedy, and no phone number in it.

    Notes
    -----
    A log as a dialer sees it does not record which attempts rang. Answer rates are then those of
    first attempts, and the intraclass correlation is identified only where ``refusers`` is given;
    a row that is not identified has a range, and the reason.

    Intervals are of 95 % by profile likelihood. The fit is judged by distances: at tens of
    thousands of rows a test would reject any model.

    Examples
    --------
    ::

        found = dialsim.calibrate("runs/card-upsell-1f0c…", "typical")
        found["answer.icc"].fitted, found["answer.icc"].identified
        found.save("ours.toml")          # then: [network] profile = "ours.toml"
    """
    base = load_network(network)
    log = read_log(calls, columns, seen=seen, name=name)
    found = Calibration(log.name, network, log.rows, told=log.true_causes, remarks=log.remarks)
    step = on_step or (lambda _: None)
    step("time to answer")
    ringing = _ringing(log, base, found)
    step("answers")
    _answers(log, base, ringing, found)
    _reach(log, base, found)
    step("talk")
    _talk(log, base, found)
    _contacts(log, found)
    _blocks(log, base, found)
    found.not_fitted.append(("detection", "never"))
    return found


def _add(
    found: Calibration,
    key: str,
    default: float | None,
    fitted: Profiled,
    n: int,
    unit: str = "share",
    distance: float | None = None,
    measure: Measure = "",
    kind: RowKind = "value",
    unknown: Unidentified = "",
) -> bool:
    """Add a row; return whether its value is identified.

    `unknown` is why it is not, whatever the fit says.
    """
    if distance is not None and math.isnan(distance):
        distance = None
    known = fitted.identified and n > 0 and not unknown
    figures = _plain(fitted)
    row = Row(key, kind, default, *figures, known, unit, n, distance, measure, unknown)
    found.rows.append(row)
    return known


def _plain(fitted: Profiled) -> tuple[float, float, float]:
    return float(fitted.value), float(fitted.low), float(fitted.high)


def _set(found: Calibration, key: str, value: FittedValue, n: int) -> None:
    found.values[key] = value
    found.counts[key] = n


def _ringing(log: CallLog, base: Profile, found: Calibration) -> list[Ringing]:
    """Fit the time to answer and, if the log records it, the delay before ringing.

    Where the times hold a delay that the log does not have by itself, further fits give the range:
    with the shortest and with the longest that may be.
    """
    if log.ring_ms is None or log.outcome is None:
        found.not_fitted.append(("ring", "no_column" if log.ring_ms is None else "no_outcome"))
        return []
    known = log.answered & (log.ring_ms > 0)
    if int(known.sum()) < FEWEST:
        found.not_fitted.append(("ring", "too_few"))
        return []
    if log.timeout_ms is None:
        longest = float(log.ring_ms[known].max()) + 1
        log.timeout_ms = np.full(log.rows, longest)
        log.remarks.append(("ring_timeout", longest))
    times = [
        (float(timeout), log.ring_ms[known & (log.timeout_ms == timeout)])
        for timeout in np.unique(log.timeout_ms[known])
    ]
    delays, delay = np.zeros(0), None
    unknown: Unidentified = ""
    if log.ring_from_dial:
        delays = _delays(log)
        delay = (float(base["ring.post_dial_median"]), float(base["ring.post_dial_sigma"]))
        unknown = "delay" if len(delays) < FEWEST else ""
    fits = [fit_ringing(times, delays, delay)]
    if unknown and delay is not None:
        ends = [(times_of * delay[0], delay[1]) for times_of in allowed().delay]
        others = [end if end[0] > 0 else None for end in ends]
        fits += [fit_ringing(times, delays, other) for other in others]
    fit = fits[0]
    median = joined(*(each.median for each in fits))
    sigma = joined(*(each.sigma for each in fits))
    parts = [("answer", median, sigma, fit.n, fit.distance)]
    if fit.delay_median is not None and fit.delay_sigma is not None:
        parts.append(
            ("post_dial", fit.delay_median, fit.delay_sigma, fit.delay_n, fit.delay_distance)
        )
    for part, median, sigma, n, distance in parts:
        at = f"ring.{part}"
        default = float(base[f"{at}_median"])
        if _add(found, f"{at}_median", default, median, n, "ms", distance, KOLMOGOROV,
                unknown=unknown):  # fmt: skip
            _set(found, f"{at}_median", f"{round(median.value)}ms", n)
        default = float(base[f"{at}_sigma"])
        if _add(found, f"{at}_sigma", default, sigma, n, "sigma", distance, KOLMOGOROV,
                unknown=unknown):  # fmt: skip
            _set(found, f"{at}_sigma", _rounded(sigma.value), n)
    return [each for each in fits if each.median.identified and each.sigma.identified]


def _delays(log: CallLog) -> np.ndarray[Any, Any]:
    """Return directly observed delays before ringing, if the log records true causes."""
    if not log.true_causes or log.outcome is None or log.ring_ms is None:
        return np.zeros(0)
    failed = np.isin(log.outcome, (Outcome.BUSY, Outcome.UNREACHABLE, Outcome.INVALID))
    rang = log.outcome == Outcome.NO_ANSWER
    assert log.timeout_ms is not None
    both = [log.ring_ms[failed], log.ring_ms[rang] - log.timeout_ms[rang]]
    delays = np.concatenate(both)
    return np.asarray(delays[delays > 0])


def _answers(log: CallLog, base: Profile, ringing: list[Ringing], found: Calibration) -> None:
    """Fit who answers at which attempt."""
    why = _why_no_answers(log)
    if why is not None:
        found.not_fitted += [("answers", why), ("retry", why), ("label", why)]
        return
    rings = [(each.median.value, each.sigma.value) for each in ringing]
    rings = rings or [(float(base["ring.answer_median"]), float(base["ring.answer_sigma"]))]
    timings = [_in_time(log, base, *each) for each in rings]
    if log.true_causes:
        fit = fits.fit_answers(log, base, *timings[0])
    else:
        fit = fit_signalled(log, base, timings)
    if isinstance(fit, str):
        found.not_fitted += [(part, fit) for part in ("answers", "retry", "label")]
        return
    found.answers_by_hour, found.answers_by_attempt = fit.by_hour, fit.by_attempt
    if not log.true_causes:
        found.remarks.append(("signalled", sum(tried for _, tried, _ in fit.by_hour)))
        if log.refusers is not None:
            found.remarks.append(("refusers", log.refusers))
    index = list(base["answer.hour_index"])
    changed = 0
    for name, value in sorted(fit.parameters.items(), key=_order):
        head, _, rest = name.partition(".")
        n, distance = fit.n.get(name, 0), fit.distance.get(name)
        if head == "gross":
            key = f"answer.{name}"
            if _add(found, key, float(base[key]), value, n, "share", distance, VARIATION):
                _set(found, key, _rounded(value.value), n)
        elif head == "hour":
            key, default = f"answer.hour_index[{rest}]", float(index[int(rest)])
            if _add(found, key, default, value, n, "index", distance, VARIATION):
                index[int(rest)] = _rounded(value.value)
                changed += n
        elif head in ("icc", "label"):
            key = "answer.icc" if head == "icc" else "labels.answer_factor"
            signalled = head == "icc" and not log.true_causes and log.refusers is None
            unknown: Unidentified = "refusers" if signalled else ""
            default = float(base[key])
            if _add(found, key, default, value, n, "share", distance, VARIATION, unknown=unknown):
                _set(found, key, _rounded(min(value.value, 1.0)), n)
    if changed:
        _set(found, "answer.hour_index", index, changed)
    if fit.decline is not None:
        _add(
            found, "decline_by_attempt", 1.0, fit.decline, fit.tried_again, "times", kind="finding"
        )
    elif log.person is None or not fit.tried_again:
        found.not_fitted.append(("retry", "no_person" if log.person is None else "never_again"))
    else:
        found.not_fitted.append(("decline", "not_told"))
    if "label" not in fit.parameters:
        column = log.labelled is None
        found.not_fitted.append(("label", "no_column" if column else "all_alike"))


def _in_time(
    log: CallLog, base: Profile, median_ms: float, sigma: float
) -> tuple[np.ndarray[Any, Any], float]:
    """Return the share of answers before the ring timeout, of each attempt and of the reference."""
    at_reference = float(answered_by(median_ms, sigma, float(base["answer.reference_timeout"])))
    if log.timeout_ms is None:
        return np.full(log.rows, at_reference), at_reference
    return answered_by(median_ms, sigma, log.timeout_ms), at_reference


def _order(item: tuple[str, Profiled]) -> tuple[int, float, str]:
    head, _, rest = item[0].partition(".")
    place = ("gross", "icc", "label", "hour").index(head)
    return place, float(rest) if head == "hour" else 0.0, rest


def _why_no_answers(log: CallLog) -> str | None:
    if log.outcome is None:
        return "only_answered" if _all_talked(log) else "no_outcome"
    if not log.has_unanswered:
        return "only_answered"
    if not log.answered.any():
        return "none_answered"
    if log.hour is None:
        return "no_time"
    if int((log.outcome < Outcome.CANCELLED).sum()) < fits.FEWEST:
        return "too_few"
    return None


def _all_talked(log: CallLog) -> bool:
    """Return whether a log without outcomes seems to hold answered calls only."""
    if log.talk_ms is None:
        return False
    return bool(np.mean(log.talk_ms > 0) > MOSTLY)


def _reach(log: CallLog, base: Profile, found: Calibration) -> None:
    """Count unreachable people, if the log records true causes."""
    if log.outcome is None or not log.has_unanswered:
        return
    if bool((log.outcome == Outcome.ASSISTANT).any()):
        hits = int((log.outcome == Outcome.ASSISTANT).sum())
        talked = log.answered & (log.outcome != Outcome.ABANDONED)
        _share(found, base, "answer.assistant_share", hits, int(talked.sum()))
    if not log.true_causes:
        return
    rang = log.answered | (log.outcome == Outcome.NO_ANSWER)
    busy, off = log.outcome == Outcome.BUSY, log.outcome == Outcome.UNREACHABLE
    tried = int((rang | busy | off).sum())
    _share(found, base, "people.unreachable", int(off.sum()), tried)
    _share(found, base, "people.busy", int(busy.sum()), int((rang | busy).sum()))
    assert log.relation is not None
    first = (attempts_before(log) == 0) & (log.outcome < Outcome.CANCELLED) & ~log.other_blocks
    for i, relation in enumerate(RELATIONS):
        mine = first & (log.relation == i)
        if mine.any():
            _reach_of(log, base, found, relation, mine)


def _reach_of(
    log: CallLog, base: Profile, found: Calibration, relation: str, mine: NDArray[np.bool_]
) -> None:
    unlet = log.is_reason("blocked_by_callee", "blocked_prefix", "blocked_international") & mine
    lets = 1 - float(base["refuse_call.whitelist_share"])
    own = log.is_reason("blocked_by_callee") & mine
    if own.any():
        key = f"subscriber_blocks.{relation}"
        _share(found, base, key, int(own.sum()), int(mine.sum()), lets)
    if log.registered is not None:
        line = mine & (log.registered == 1) & ~unlet
        refused = log.is_reason("refused_category") & line
        if line.any() and refused.any():
            works = float(base["refuse_call.intercept_registered_line"]) * lets
            key = f"refuse_call.category_share.{relation}"
            _share(found, base, key, int(refused.sum()), int(line.sum()), works)
    through = mine & (log.outcome != Outcome.BLOCKED)
    _not_in_service(log, base, found, relation, through)


def _not_in_service(
    log: CallLog, base: Profile, found: Calibration, relation: str, through: NDArray[np.bool_]
) -> None:
    """Count numbers that are not in service.

    The log does not separate empty from suspended numbers: their sum is identified, and
    either may be anything up to it.
    """
    parts = {part: float(base[f"people.{relation}.{part}"]) for part in ("empty", "suspended")}
    both, count = sum(parts.values()), int(through.sum())
    if both <= 0 or not count:
        return
    invalid = share(int((through & (log.outcome == Outcome.INVALID)).sum()), count)
    known = _add(found, f"people.{relation}.invalid", both, invalid, count, kind="sum")
    for part, default in parts.items():
        key, value = f"people.{relation}.{part}", invalid.value * default / both
        _add(found, key, default, Profiled(value, 0.0, invalid.high, False), count, unknown="split")
        if known:
            found.split[key] = _rounded(value)
            found.counts[key] = count


def _share(
    found: Calibration, base: Profile, key: str, hits: int, count: int, over: float = 1.0
) -> None:
    """Add a share of a count, divided by the share that would be visible."""
    if not count or over <= 0:
        return
    plain = share(hits, count)
    value, low, high = (min(1.0, x / over) for x in (plain.value, plain.low, plain.high))
    scaled = Profiled(value, low, high, plain.identified)
    if _add(found, key, float(base[key]), scaled, count):
        _set(found, key, _rounded(scaled.value), count)


def _talk(log: CallLog, base: Profile, found: Calibration) -> None:
    """Fit how long people talk, and call assistants."""
    if log.talk_ms is None:
        found.not_fitted.append(("talk", "no_column"))
        return
    assert log.relation is not None
    known = np.isfinite(log.talk_ms)
    live = known if log.outcome is None else known & (log.outcome == Outcome.LIVE)
    # With outcomes a talk of 0 may mean that nobody talked; rounded up, none comes to 0.
    zeros = log.outcome is None and log.offsets[0] < 1
    few = True
    for i, relation in enumerate(RELATIONS):
        talk = log.talk_ms[live & (log.relation == i)] - log.notice_ms
        talk = talk[talk >= 0] if zeros and step_of(talk) is not None else talk[talk > 0]
        if len(talk) >= FEWEST_TALKS:
            few = False
            _add_rounding_note(log, talk)
            mixture = fit_durations(talk, offsets=log.offsets, zeros=zeros)
            _mixture(found, base, f"talk.{relation}", mixture)
    if few:
        found.not_fitted.append(("talk", "machines" if log.by_machines else "too_few"))
    elif log.by_machines:
        log.remarks.append(("machines", log.by_machines))
    if log.outcome is None:
        return
    talk = log.talk_ms[known & (log.outcome == Outcome.ASSISTANT) & (log.talk_ms > 0)]
    if len(talk) >= FEWEST:
        _add_rounding_note(log, talk)
        one = fit_durations(talk, 1, log.offsets)
        _, median, sigma = one.parts[0]
        key = "talk.assistant_median"
        if _add(found, key, float(base[key]), median, one.n, "ms", one.distance, KOLMOGOROV):
            _set(found, key, f"{round(median.value)}ms", one.n)
        key = "talk.assistant_sigma"
        if _add(found, key, float(base[key]), sigma, one.n, "sigma", one.distance, KOLMOGOROV):
            _set(found, key, _rounded(sigma.value), one.n)


def _add_rounding_note(log: CallLog, talk: np.ndarray[Any, Any]) -> None:
    """Add the remark that talk times were rounded in an unknown direction."""
    step = step_of(talk)
    if step is not None and len(log.offsets) > 1 and ("rounded", step) not in log.remarks:
        log.remarks.append(("rounded", step))


def _mixture(found: Calibration, base: Profile, key: str, fitted: Mixture) -> None:
    default = base[key]
    alike = len(default) == len(fitted.parts)
    known = True
    for i, part in enumerate(fitted.parts):
        names = (("weight", "share", 1.0), ("median", "ms", 1000.0), ("sigma", "sigma", 1.0))
        for j, (name, unit, times) in enumerate(names):
            if name == "weight" and (len(fitted.parts) == 1 or i > 0):
                continue
            before = float(default[i][j]) * times if alike else None
            at = f"{key}[{i}].{name}"
            known &= _add(found, at, before, part[j], fitted.n, unit, fitted.distance, KOLMOGOROV)
    if known:
        rows = [[w, _rounded(median / 1000), _rounded(sigma)] for w, median, sigma in fitted.plain]
        if len(rows) == 2:
            rows[0][0] = _rounded(rows[0][0])
            rows[1][0] = round(1 - rows[0][0], 12)
        _set(found, key, rows, fitted.n)


def _contacts(log: CallLog, found: Calibration) -> None:
    """Fit contacts per client, if the log has their number."""
    if log.contacts is None:
        return
    fit = fit_contacts(log.contacts)
    _add(
        found, "contacts.ends", None, fit.ends, fit.n, "share", fit.distance, KOLMOGOROV, "finding"
    )
    _add(found, "contacts.icc", None, fit.icc, fit.n, "share", fit.distance, KOLMOGOROV, "finding")
    pairs = zip(fit.observed, fit.expected, strict=True)
    found.contacts = [(i, seen, fitted) for i, (seen, fitted) in enumerate(pairs, 1)]
    assert len(found.contacts) <= SHOWN


def _blocks(log: CallLog, base: Profile, found: Calibration) -> None:
    """Count blocks of registered caller IDs, and uses that were never refused."""
    found.interceptions = interceptions(log)
    if not found.interceptions:
        missing = log.registered is None or bool(np.all(log.registered < 0))
        why = "no_outcome" if log.outcome is None else "no_column" if missing else "unregistered"
        found.not_fitted.append(("interceptions", why))
    for key, most, n, reached in ceilings(log):
        if reached:
            found.not_fitted.append((key, "reached"))
            continue
        row = Row(key, "bound", float(base[key]), float(most), float(most), None, False, "calls", n)
        found.rows.append(row)


def _rounded(value: float) -> float:
    """Return a value to five significant digits, the most a log supports."""
    return float(f"{value:.5g}")
