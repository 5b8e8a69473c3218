"""The account of a call log as a dialer wrote it: rows used, rows that are not and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import numpy as np
from numpy.typing import NDArray

from dialsim.core.time_units import DAY_MS
from dialsim.errors import ScenarioError
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import message
from dialsim.pages.model.display import PageResult
from dialsim.people.call_logs.call_rows import CallRows
from dialsim.people.call_logs.instants import local_clock
from dialsim.people.call_logs.outcome import ANSWERED, WORDS, Outcome, plain_word
from dialsim.people.call_logs.whole_log import HOME_ZONE, WholeLog, read_calls
from dialsim.people.masking import masked

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page
    from dialsim.results.lists.call_log_result import CallDay, CallingNumber, CallLogResult

MOST_CALLERS = 20


class CallLogAccount(PageResult):
    """The account of a call log.

    Attributes
    ----------
    name
        The file's or folder's name.
    log
        Its format, its calls as arrays, and every row that is none.
    """

    def __init__(self, name: str, log: WholeLog) -> None:
        self.name, self.log = name, log

    @property
    def usable(self) -> bool:
        """Whether any row is a call that can be used."""
        return len(self.log.calls.dial_ms) > 0

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the account."""
        from dialsim.pages.call_log_page import call_log_page

        return call_log_page(self.to_dict(), language)

    def to_dict(self) -> CallLogResult:
        """Return plain values for JSON; no phone number is among them."""
        log, calls = self.log, self.log.calls
        day = local_clock(calls.dial_ms, HOME_ZONE) // DAY_MS
        answered = np.isin(calls.outcome, ANSWERED)
        counts = np.bincount(calls.outcome, minlength=len(Outcome))
        order = np.argsort(-counts, kind="stable").tolist()
        numbers = _callers(calls, log.names["caller"], day, answered)
        return {
            "name": self.name,
            "log_format": log.log_format.key,
            "title": log.log_format.title,
            "recognised": log.recognised,
            "sources": list(log.log_format.sources),
            "zone": log.zone,
            "files": log.files,
            "rows": log.rows,
            "used": len(calls.dial_ms),
            "unusable": dict(log.unusable.most_common()),
            "examples": [
                {"fault": each.fault, "file": each.file, "line": each.line, "text": each.text}
                for each in log.examples
            ],
            "strange": [{"word": word, "rows": n} for word, n in log.strange.most_common()],
            "out_of_order": log.out_of_order,
            "people": len(np.unique(calls.person)),
            "outcomes": {Outcome(i).name.lower(): int(counts[i]) for i in order if counts[i]},
            "held": _held(calls, answered),
            "days": _days(calls, day, answered),
            "callers": numbers[:MOST_CALLERS],
            "callers_in_all": len(numbers),
        }


def call_log_account(
    path: str | PathLike[str],
    log_format: str | None = None,
    *,
    zone: str | None = None,
    outcomes: Mapping[str, str] | None = None,
) -> CallLogAccount:
    """Read a call log as its dialer wrote it, and account for every row.

    Parameters
    ----------
    path
        A file (CSV, Excel, Parquet or JSON; CSV and JSON may be gzip), or a folder of them.
    log_format
        Word of its format, such as ``"asterisk-csv"``; None: recognised by columns and cells.
    zone
        IANA zone of moments that have none; None: the format's own; else that of China, or UTC
        where the file itself shows it.
    outcomes
        What words of the log mean, such as ``{"CALLBK": "answered"}``; goes before the format.

    Returns
    -------
    CallLogAccount

    Raises
    ------
    ScenarioError
        A file cannot be read, its format is not known or not recognised, or an argument is wrong.

    Notes
    -----
    Deterministic. Memory: some 50 bytes a call. No phone number is in what it returns as a dict,
    or on its page.
    """
    if zone is not None and zone not in available_timezones():
        raise ScenarioError.at(
            "zone",
            message("no such time zone"),
            found=zone,
            allowed=message("an IANA name, such as Asia/Shanghai or UTC"),
        )
    words = {}
    for word, meaning in (outcomes or {}).items():
        if meaning not in WORDS:
            raise ScenarioError.at(
                f"outcomes.{word}",
                message("not an outcome"),
                found=meaning,
                allowed=", ".join(WORDS),
            )
        words[plain_word(word)] = WORDS[meaning]
    place = Path(fspath(path))
    return CallLogAccount(
        place.resolve().name, read_calls(place, log_format, zone=zone, words=words)
    )


def _held(calls: CallRows, answered: NDArray[np.bool_]) -> dict[str, float]:
    """Return the share of the calls of which each part of a log is known."""
    talked = answered & np.isfinite(calls.talk_ms)
    return {
        "outcome": _share(calls.outcome != Outcome.UNKNOWN),
        "ring": _share(np.isfinite(calls.ring_ms)),
        "talk": float(talked.sum() / answered.sum()) if answered.any() else 0.0,
        "caller": _share(calls.caller >= 0),
        "campaign": _share(calls.campaign >= 0),
        "trunk": _share(calls.trunk >= 0),
        "cause": _share(calls.cause > 0),
        "hung_up": _share(calls.hung_up >= 0),
    }


def _share(rows: NDArray[np.bool_]) -> float:
    return float(rows.mean()) if len(rows) else 0.0


def _days(calls: CallRows, day: NDArray[np.int64], answered: NDArray[np.bool_]) -> list[CallDay]:
    days, place = np.unique(day, return_inverse=True)
    talked = answered & np.isfinite(calls.talk_ms)
    count, hits = np.bincount(place), np.bincount(place[answered], minlength=len(days))
    talks = np.bincount(place[talked], minlength=len(days))
    talk = np.bincount(place[talked], calls.talk_ms[talked], minlength=len(days))
    return [
        {
            "day": _iso(int(days[i])),
            "calls": int(count[i]),
            "answered": int(hits[i]),
            "talk_ms": float(talk[i] / talks[i]) if talks[i] else None,
        }
        for i in range(len(days))
    ]


def _callers(
    calls: CallRows, names: list[str], day: NDArray[np.int64], answered: NDArray[np.bool_]
) -> list[CallingNumber]:
    """Return the caller IDs, those with most calls first."""
    known = np.flatnonzero(calls.caller >= 0)
    if not len(known):
        return []
    caller = calls.caller[known]
    count = np.bincount(caller, minlength=len(names))
    hits = np.bincount(calls.caller[(calls.caller >= 0) & answered], minlength=len(names))
    first, last = np.full(len(names), day.max()), np.full(len(names), day.min())
    np.minimum.at(first, caller, day[known])
    np.maximum.at(last, caller, day[known])
    return [
        {
            "name": masked(names[i]),
            "calls": int(count[i]),
            "answered": int(hits[i]),
            "first": _iso(int(first[i])),
            "last": _iso(int(last[i])),
        }
        for i in np.argsort(-count, kind="stable").tolist()
        if count[i]
    ]


def _iso(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
