"""Find and read a call log: a run, its folder, or a CSV or Parquet file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dialsim.calibration.columns import FIELDS, Columns, Mapped, mapped
from dialsim.calibration.log import RELATIONS, CallLog
from dialsim.calibration.tables import log_of
from dialsim.errors import Problem, Problems, ScenarioError, did_you_mean_file

if TYPE_CHECKING:
    from dialsim.api import Run
    from dialsim.scenario.schema import Scenario

OWN = ("time", "campaign", "person", "caller", "trunk", "attempt", "ring_ms", "talk_ms")
MADE_OF = {
    "seen": {"outcome": "seen_outcome"},
    "true": {"outcome": "true_outcome", "reason": "true_reason"},
}
ENCODINGS = ("utf-8", "gb18030")


def read_log(calls: Any, columns: Columns, *, seen: bool, name: str | None) -> CallLog:
    """Return a call log.

    Parameters
    ----------
    calls
        A run folder, a `Run`, a Parquet or CSV file (which may be compressed), or an Arrow table.
    columns
        What the columns are, as of :func:`dialsim.calibration.columns.mapped`.
    seen
        Of a simulated log take what the dialer saw, and not what really happened.
    name
        What it is called; None: its file's or folder's name.

    Raises
    ------
    ScenarioError
        With everything that is wrong with it.
    """
    from dialsim.api.results import Run, load_run

    told = mapped(columns)
    if isinstance(calls, Run):
        return _of_run(calls, told, seen, name or str(calls.summary["identity"]["name"]))
    if not isinstance(calls, str | os.PathLike):
        if not hasattr(calls, "schema") or not hasattr(calls, "column"):
            raise ScenarioError("calls are a run, a file's path, or an Arrow table")
        return _of_table(calls, told, seen, name or "a table", None)
    path = Path(calls)
    if path.is_dir():
        run = load_run(path)
        return _of_run(run, told, seen, name or path.resolve().name)
    return _of_table(_file(path), told, seen, name or path.name, str(path))


def _file(path: Path) -> Any:
    """Return a file as an Arrow table."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    def refuse(message: str, remedy: str | None = None) -> ScenarioError:
        return ScenarioError([Problem("", message, file=str(path), remedy=remedy)])

    if not path.is_file():
        names = sorted(each.name for each in path.parent.glob("*")) if path.parent.is_dir() else []
        raise refuse("no such call log", did_you_mean_file(path.name, names))
    if path.stat().st_size == 0:
        raise refuse("the log is empty: it has not even a line of column names", "export it again")
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic == b"PAR1":
            return parquet.read_table(path)
        encoding, delimiter = _dialect(path)
        return csv.read_csv(
            path,
            read_options=csv.ReadOptions(encoding=encoding),
            parse_options=csv.ParseOptions(delimiter=delimiter),
        )
    except (OSError, pa.ArrowException) as error:
        raise refuse(f"cannot be read: {_short(error)}", "give a CSV or a Parquet file") from None


def _dialect(path: Path) -> tuple[str, str]:
    """Return encoding and delimiter of a file, which may be compressed, by its beginning."""
    import codecs

    import pyarrow as pa

    from dialsim.people.sniff import find_delimiter

    with pa.input_stream(str(path), compression="detect") as stream:
        head = stream.read(1 << 20)
    for encoding in ENCODINGS:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return encoding, find_delimiter(text, len(head) < 1 << 20)
    return ENCODINGS[0], ","


def _short(error: object) -> str:
    return str(error).splitlines()[0][:160]


def _of_table(table: Any, told: Mapped, seen: bool, name: str, file: str | None) -> CallLog:
    log = CallLog(name, table.num_rows, ring_from_dial=told.ring_from_dial)
    problems = Problems(file=file)
    have = table.schema.names
    if not table.num_rows:
        problems.add("", "the log has no rows", remedy="export it again, or give another file")
        problems.raise_if_any()
    own = {"seen_outcome", *OWN} <= set(have) and not told.columns
    names = told.columns or (
        _own_names(have, seen) if own else {part: part for part in FIELDS if part in have}
    )
    if own:
        log.true_causes = names["outcome"] == "true_outcome"
    if file is not None and len(have) == 1 and have[0] not in names.values():
        from dialsim.people.sniff import DELIMITERS

        problems.add(
            "",
            "one column is all that was found, and it is none of those asked for",
            found=have[0],
            allowed="between the fields of a CSV one of " + " ".join(map(repr, DELIMITERS)),
            remedy="export it again with one of these; it is found by itself",
        )
        problems.raise_if_any()
    if not {"outcome", "talk_ms", "talk_s", "contacts"} & set(names):
        problems.add(
            "columns",
            "nothing tells how these calls went: no outcome, no talk time, no number of contacts",
            found=", ".join(have[:20]),
            allowed=FIELDS,
            remedy='say which column is which, such as --columns "outcome=result,talk_s=duration"',
        )
        problems.raise_if_any()
    log_of(table, names, told, log, problems)
    problems.raise_if_any()
    _common(log, told)
    return log


def _own_names(have: list[str], seen: bool) -> dict[str, str]:
    made = "seen" if seen or "true_outcome" not in have else "true"
    names = {part: part for part in OWN if part in have}
    return names | {k: v for k, v in MADE_OF[made].items() if v in have}


def _common(log: CallLog, told: Mapped) -> None:
    """Add what holds for a log in all, and say what was taken for granted."""
    if log.relation is None:
        log.relation = np.zeros(log.rows, np.int8)
        log.remarks.append(("relation", RELATIONS[0]))
    log.true_causes = log.true_causes or told.certain
    if told.ring_timeout_ms is not None:
        log.timeout_ms = np.full(log.rows, float(told.ring_timeout_ms))


def _of_run(run: Run, told: Mapped, seen: bool, name: str) -> CallLog:
    """Return the log of a run, with what its scenario tells beside it."""
    import pyarrow as pa

    have = run.columns("calls")
    names = _own_names(have, seen)
    batches = list(run.batches("calls", list(names.values()), sample=True))
    scenario = run.scenario
    file = None if run.folder is None else str(run.folder)
    problems = Problems(file=file)
    if not sum(len(batch) for batch in batches):
        problems.add("calls", "this run made no calls", remedy="give a run that did")
        problems.raise_if_any()
    table = pa.Table.from_batches(batches)
    log = CallLog(name, table.num_rows)
    log.true_causes = names["outcome"] == "true_outcome"
    log_of(table, names, told, log, problems)
    problems.raise_if_any()
    _of_scenario(log, table, scenario, problems)
    problems.raise_if_any()
    return log


def _of_scenario(log: CallLog, table: Any, scenario: Scenario, problems: Problems) -> None:
    from dialsim.calibration.tables import _words

    which, words = _words(table.column("campaign"))
    by_name = {campaign.name: campaign for campaign in scenario.campaigns}
    timeouts = np.array([float(by_name[word].ring_timeout) for word in words])
    log.timeout_ms = timeouts[which]
    caller, labels = _words(table.column("caller"))
    blocks = {block.name: block for block in scenario.caller_ids}
    mine = [blocks.get(label.rpartition("-")[0]) for label in labels]
    log.registered = np.array([int(b.registered) if b else -1 for b in mine], np.int8)[caller]
    log.named = np.array([int(bool(b and b.display_name)) for b in mine], np.int8)[caller]
    if log.relation is None:
        log.relation = _relations(log, table, scenario, problems)
    privacy = scenario.enterprise.privacy
    told_of = (
        privacy is not None and privacy.recording_notice and privacy.calls_recorded is not False
    )
    if told_of and "recording_notice" not in scenario.network.off:
        from dialsim.scenario.names import resolved_profiles

        network = resolved_profiles(scenario)[1]
        log.notice_ms = int(network["recording.notice"]) if network is not None else 0


def _relations(log: CallLog, table: Any, scenario: Scenario, problems: Problems) -> Any:
    """Return each call's relation: how the people of its list behave."""
    lists = {each.name: each for each in scenario.people}
    behave = {}
    for each in scenario.people:
        relation = each.relation if each.synthetic is None else each.synthetic.relation
        mixed = each.synthetic is not None and each.synthetic.relations is not None
        behave[each.name] = None if mixed else int(each.genuine_of(relation) < 0.5)
    if None not in behave.values() and len(set(behave.values())) == 1:
        return np.full(log.rows, next(iter(behave.values())), np.int8)
    if all(lists[name].synthetic is not None for name in lists) and None not in behave.values():
        ends = np.cumsum([each.synthetic.count for each in scenario.people if each.synthetic])
        person = np.asarray(table.column("person").to_numpy())
        row = np.searchsorted(ends, person, side="right")
        return np.array([behave[each.name] for each in scenario.people], np.int8)[row]
    problems.add(
        "people",
        "its lists hold people of both relations, and the calls do not tell whose is whose",
        allowed=RELATIONS,
        remedy="fit runs that call one kind of people, or give relation if nearly all are of one",
    )
    return None
