"""Result of a calibration: one row per parameter, and the values as a network profile."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from typing_extensions import TypedDict

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.model.display import PageResult
from dialsim.results.calibration_result import (
    CalibrationResult,
    CalibrationRow,
    FittedValue,
    Interceptions,
    Measure,
    NoInterceptions,
    Remark,
    RowKind,
    Unidentified,
)
from dialsim.scenario.profiles.profile import Profile

if TYPE_CHECKING:
    from dialsim.pages.model.parts import Page


class SourcedValue(TypedDict):
    """A fitted value as a profile has it."""

    value: FittedValue
    """The value, as a profile writes it."""
    source: str
    """Where it comes from, with the number of observations."""
    confidence: Literal["inferred", "assumption"]
    """Whether the log identifies it."""


@dataclass(frozen=True)
class Row:
    """One parameter.

    Attributes
    ----------
    key
        Name of the network value, with ``[...]`` for a part of it; of a finding, what it is.
    kind
        ``value``: of the profile; ``sum``: of two of its values, which have no key of their own
        together; ``finding``: about the log, no profile has it; ``bound``: never reached in the
        log, so that it lies above what was seen.
    default
        What the profile has; None for a finding.
    fitted, low, high
        The likeliest value and its 95 % interval by profile likelihood; of a bound the most that
        was seen.
    identified
        Whether the log identifies the value. If not, the default is kept.
    unit
        Of the figures: share, ms, s, sigma, index, times, calls.
    n
        Observations behind it.
    distance
        Between log and fit.
    measure
        What that is: ``Kolmogorov`` or ``total variation``; empty for a share that is counted.
    reason
        Why a value is not identified: ``refusers``, ``delay`` or ``split``; empty: the log is too
        small or too even, or the value is identified.
    """

    key: str
    kind: RowKind
    default: float | None
    fitted: float | None
    low: float | None
    high: float | None
    identified: bool
    unit: str
    n: int
    distance: float | None = None
    measure: Measure = ""
    reason: Unidentified = ""

    def to_dict(self) -> CalibrationRow:
        """Return plain values, ready for JSON."""
        return {
            "key": self.key,
            "kind": self.kind,
            "default": self.default,
            "fitted": self.fitted,
            "low": self.low,
            "high": self.high,
            "identified": self.identified,
            "unit": self.unit,
            "n": self.n,
            "distance": self.distance,
            "measure": self.measure,
            "reason": self.reason,
        }


@dataclass
class Calibration(PageResult):
    """Network values fitted to a call log.

    Attributes
    ----------
    name
        The log.
    network
        The profile it was compared with; its values are the defaults.
    calls
        Rows of the log.
    level
        Of all intervals.
    rows
        A row a parameter.
    not_fitted
        Why something was not fitted: (what, reason), codes of the page's sentences.
    interceptions
        Blocks of registered lines: ``by_reason`` and ``by_hour``, each a share of attempts with
        interval and count.
    answers_by_hour, answers_by_attempt, contacts
        Log beside fit: hour, first attempts, answered; attempt, people, answered, expected;
        contacts, clients, expected.
    told
        Whether the log records true causes, as a simulated one does.
    remarks
        What was taken for granted: (code, value).
    values
        The fitted values by the profile's keys, as the profile writes them.
    split
        Values of which the log identifies only a sum, by the profile's keys: the sum, divided as
        the profile has it. They are assumptions, and no fitted values.
    counts
        Observations behind each of them.
    """

    name: str
    network: str
    calls: int
    level: float = 0.95
    rows: list[Row] = field(default_factory=list)
    not_fitted: list[tuple[str, str]] = field(default_factory=list)
    interceptions: Interceptions | NoInterceptions = field(default_factory=NoInterceptions)
    answers_by_hour: list[tuple[int, int, int]] = field(default_factory=list)
    answers_by_attempt: list[tuple[int, int, int, float]] = field(default_factory=list)
    contacts: list[tuple[int, int, float]] = field(default_factory=list)
    told: bool = False
    remarks: list[Remark] = field(default_factory=list)
    values: dict[str, FittedValue] = field(default_factory=dict)
    split: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Row:
        """Return the row of a parameter; KeyError if there is none."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(row.key == key for row in self.rows)

    @property
    def overrides(self) -> dict[str, FittedValue]:
        """The identified values, for ``network.overrides`` of a scenario."""
        return dict(self.values)

    def profile(self) -> Profile:
        """Return the network profile with its values replaced by the fitted ones."""
        from dialsim.scenario.profiles.profile import load_network

        return load_network(self.network).with_overrides(self.sourced())

    def sourced(self) -> dict[str, SourcedValue]:
        """Return the fitted values by key, each with its source.

        The parts of a sum are among them, as assumptions: with the profile's own the sum would be
        another than the one that was measured.
        """
        log = f"calibrated from {self.name}, n = "
        found: dict[str, SourcedValue] = {
            key: {
                "value": value,
                "source": f"{log}{self.counts[key]:,}",
                "confidence": "inferred",
            }
            for key, value in self.values.items()
        }
        return found | {
            key: {
                "value": value,
                "source": f"A: split as in {self.network}; only the sum is {log}"
                f"{self.counts[key]:,}",
                "confidence": "assumption",
            }
            for key, value in self.split.items()
        }

    def to_toml(self) -> str:
        """Return a network profile: its differences from the one it extends."""
        import tomli_w

        from dialsim.scenario.profiles.profile import load_network

        base = load_network(self.network)
        tables: dict[str, Any] = {
            "title": f"{self.network}, calibrated from {self.name}",
            "extends": self.network,
        }
        for key, entry in self.sourced().items():
            head, *middle, last = key.split(".")
            table = tables.setdefault(head, {})
            for part in middle:
                table = table.setdefault(part, {})
            table[last] = {"value": entry["value"], "unit": base.entry(key).unit, **entry}
        return tomli_w.dumps(tables)

    def save(self, path: str | Path) -> Path:
        """Write the profile to a file that ``network.profile`` of a scenario can name.

        Raises
        ------
        ScenarioError
            The file does not end in ``.toml``, or no file can be there.
        CapacityError
            The disk is full, or the folder may not be written.
        """
        from dialsim.calibration.profile_file import check_target
        from dialsim.outcomes.writer import write_atomically

        target = check_target(path)
        write_atomically(target, self.to_toml(), "where the profile is written (-o)")
        return target

    def to_dict(self) -> CalibrationResult:
        """Return everything as plain data, for ``--json`` and the page."""
        from dialsim.calibration.allowed import allowed
        from dialsim.pages.calibration_words import UNKNOWN

        ends = allowed().texts()
        codes = dict.fromkeys(row.reason for row in self.rows if row.reason)
        return {
            "name": self.name,
            "network": self.network,
            "calls": self.calls,
            "level": self.level,
            "rows": [row.to_dict() for row in self.rows],
            "not_fitted": list(self.not_fitted),
            "interceptions": deepcopy(self.interceptions),
            "answers_by_hour": list(self.answers_by_hour),
            "answers_by_attempt": list(self.answers_by_attempt),
            "contacts": list(self.contacts),
            "told": self.told,
            "remarks": deepcopy(self.remarks),
            "values": deepcopy(self.values),
            "split": dict(self.split),
            "counts": dict(self.counts),
            "overrides": self.overrides,
            "reasons": {
                code: {lang: words[code].format(**ends) for lang, words in UNKNOWN.items()}
                for code in codes
            },
        }

    def __repr__(self) -> str:
        known = sum(row.identified for row in self.rows if row.kind == "value")
        whole = sum(row.kind == "value" for row in self.rows)
        return f"<Calibration from {self.name}: {known} of {whole} values identified>"

    def page(self, language: Language = ENGLISH) -> Page:
        """Return the page of the calibration."""
        from dialsim.pages.calibration_page import calibration_page

        return calibration_page(self.to_dict(), language)
