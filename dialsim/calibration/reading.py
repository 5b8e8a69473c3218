"""Finding and reading of a call log: a run, its folder, or a CSV or Parquet file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from dialsim.calibration.allowed import allowed
from dialsim.calibration.cells import coded
from dialsim.calibration.columns import FIELDS, Columns, Mapped, mapped
from dialsim.calibration.durations import NEAREST, ROUNDED
from dialsim.calibration.log import RELATIONS, CallLog
from dialsim.calibration.tables import Place, log_of, row_place
from dialsim.errors import Problem, Problems, ScenarioError, did_you_mean, did_you_mean_file
from dialsim.messages.text import message
from dialsim.people.call_logs.outcome import Outcome
from dialsim.people.reading.source_columns import listed
from dialsim.results.calibration_result import LeftOutRows
from dialsim.scenario.profiles.profile import load_rules
from dialsim.scenario.teams import kind_of

if TYPE_CHECKING:
    from dialsim.api import Run
    from dialsim.people.reading.source import Source
    from dialsim.scenario.models.schema import Scenario

OWN = ("time", "campaign", "person", "caller", "trunk", "attempt", "ring_ms", "talk_ms")
MADE_OF = {
    "seen": {"outcome": "seen_outcome"},
    "true": {"outcome": "true_outcome", "reason": "true_reason"},
}
CHUNK_ROWS = 1 << 18


def read_log(calls: Any, columns: Columns, *, seen: bool, name: str | None) -> CallLog:
    """Return a call log.

    Parameters
    ----------
    calls
        A run folder, a `Run`, a Parquet or CSV file (which may be gzip), or an Arrow table.
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

    mapping = mapped(columns)
    if isinstance(calls, Run):
        return _of_run(calls, mapping, seen, name or str(calls.summary["identity"]["name"]))
    if not isinstance(calls, str | os.PathLike):
        if not hasattr(calls, "schema") or not hasattr(calls, "column"):
            raise ScenarioError(message("calls are a run, a file's path, or an Arrow table"))
        return _of_table(calls, mapping, seen, name or "a table")
    path = Path(calls)
    if os.path.isdir(path):  # noqa: PTH112 - of a name that is too long as well
        run = load_run(path)
        return _of_run(run, mapping, seen, name or path.resolve().name)
    return _of_file(path, mapping, seen, name or path.name)


def _of_file(path: Path, mapping: Mapped, seen: bool, name: str) -> CallLog:
    """Return the log of a file; invalid rows are left out and accounted for."""
    import pyarrow as pa

    from dialsim.people.number_files import FileAccount
    from dialsim.people.reading.source_opening import assign

    problems = Problems(file=str(path))
    source = _opened(path, mapping)
    have = source.names
    names, own = _names_of(have, mapping, seen)
    _refuse_one_column(have, names, problems)
    roles = {} if own or mapping.columns else {part: (part,) for part in FIELDS}
    found = Problems()
    assign(source, roles, found, given=names if own or mapping.columns else {})
    _raise_placed(found, path)
    names = {part: str(column) for part, column in source.columns.items()}
    _refuse_saying_nothing(have, names, problems)
    batches = _batches(source, path)
    rows = sum(batch.num_rows for batch in batches)
    account = FileAccount("", name, "call log", path.name, rows=rows, used=rows)
    account.take_malformed(source)
    account.refuse_if_useless(
        found,
        message("no row of this log can be understood"),
        message("a row an attempt, with as many fields as the first row"),
        message("export it again"),
    )
    if not account.rows:
        found.add(
            ".file",
            message("the log has no rows"),
            remedy=message("export it again, or give another file"),
        )
    _raise_placed(found, path)
    columns = {
        part: pa.chunked_array(_of_one_type([batch.column(part) for batch in batches]))
        for part in names
    }
    unit = "line" if source.kind == "csv" else "row"

    def place(row: int) -> str:
        return f"{unit} {source.line_of(row):,}"

    log = _made(columns, names, mapping, own, name, rows, problems, place)
    if source.malformed:
        whole = account.to_dict()
        left_out: LeftOutRows = {
            "rows": whole["rows"],
            "used": whole["used"],
            "unusable": whole["unusable"],
            "examples": whole["examples"],
        }
        log.remarks.append(("left_out", left_out))
    return log


def _of_one_type(chunks: list[Any]) -> list[Any]:
    """Return pieces of a column in one type: text if one of them is a non-text dictionary."""
    from dialsim.people.reading.cells import as_text

    if len({chunk.type for chunk in chunks}) == 1:
        return chunks
    return [as_text(chunk) for chunk in chunks]


def _batches(source: Source, path: Path) -> list[Any]:
    """Return the rows of a file."""
    try:
        return list(source.batches(CHUNK_ROWS))
    except ScenarioError as error:
        raise ScenarioError(_placed(error.problems, path)) from None


def _raise_placed(found: Iterable[Problem], path: Path) -> None:
    """Raise problems of a file, if there are any."""
    placed = _placed(found, path)
    if placed:
        raise ScenarioError(placed)


def _placed(found: Iterable[Problem], path: Path) -> list[Problem]:
    """Return problems of a file as those of a call log, which no scenario names."""
    paths = {".file": ""}
    return [
        replace(each, path=paths.get(each.path, each.path.removeprefix(".")), file=str(path))
        for each in found
    ]


def _of_table(table: Any, mapping: Mapped, seen: bool, name: str) -> CallLog:
    """Return the log of an Arrow table."""
    import pyarrow as pa

    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    problems = Problems()
    have = table.schema.names
    if not table.num_rows:
        problems.add(
            "",
            message("the log has no rows"),
            remedy=message("export it again, or give another file"),
        )
        problems.raise_if_any()
    names, own = _names_of(have, mapping, seen)
    for part, column in names.items():
        if have.count(column) != 1:
            problems.add(
                f"columns.{part}",
                message("the log has no column {column}").filled(column=column)
                if column not in have
                else message("{count} columns are called {column}").filled(
                    count=have.count(column), column=column
                ),
                allowed=listed(have),
                remedy=did_you_mean(column, have),
            )
    columns = {part: table.column(name) for part, name in names.items() if have.count(name) == 1}
    if len(columns) == len(names):
        _refuse_saying_nothing(have, names, problems)
    return _made(columns, names, mapping, own, name, table.num_rows, problems, row_place)


def _made(
    columns: Mapping[str, Any],
    names: Mapping[str, str],
    mapping: Mapped,
    own: bool,
    name: str,
    rows: int,
    problems: Problems,
    place: Place,
) -> CallLog:
    log = CallLog(name, rows, ring_from_dial=mapping.ring_from_dial)
    if own:
        log.true_causes = names["outcome"] == "true_outcome"
    log.refusers = mapping.refusers
    log.quick_ms = float(load_rules("cn")["dialer.suspicion_quick"])
    log_of(columns, names, mapping, log, problems, place)
    problems.raise_if_any()
    _common(log, mapping)
    return log


def _opened(path: Path, mapping: Mapped) -> Source:
    """Return a checked file; raise its problems."""
    from dialsim.people.reading.source_opening import look_at

    def refuse(message: str, remedy: str | None = None) -> NoReturn:
        raise ScenarioError.at("", message, file=str(path), remedy=remedy)

    try:
        size = path.stat().st_size
    except (OSError, ValueError):
        names = []
        if os.access(path.parent, os.R_OK | os.X_OK) and path.parent.is_dir():
            names = sorted(each.name for each in path.parent.iterdir())
        refuse(message("no such call log"), did_you_mean_file(path.name, names))
    if path.is_file() and size == 0:
        refuse(
            message("the log is empty: it has not even a line of column names"),
            message("export it again"),
        )
    if not path.is_file():
        refuse(message("this is no regular file"), message("give a CSV or a Parquet file"))
    found = Problems()
    source = look_at(path, mapping.written, "", found)
    _raise_placed(found, path)
    assert source is not None  # else it has problems
    if source.rows_estimate == 0:
        refuse(message("the log has no rows"), message("export it again, or give another file"))
    return source


def _names_of(have: list[str], mapping: Mapped, seen: bool) -> tuple[dict[str, str], bool]:
    """Return each role's column, and whether the table holds calls of a run."""
    own = {"seen_outcome", *OWN} <= set(have) and not mapping.columns
    if own:
        return _own_names(have, seen), True
    return mapping.columns or {part: part for part in FIELDS if part in have}, False


def _refuse_one_column(have: list[str], names: Mapping[str, str], problems: Problems) -> None:
    from dialsim.people.reading.detect import DELIMITERS

    if len(have) == 1 and have[0] not in names.values():
        problems.add(
            "",
            message("one column is all that was found, and it is none of those asked for"),
            found=listed(have),
            allowed=message("between the fields of a CSV one of {delimiters}").filled(
                delimiters=" ".join(map(repr, DELIMITERS))
            ),
            remedy=message("export it again with one of these; it is found by itself"),
        )
        problems.raise_if_any()


def _refuse_saying_nothing(have: list[str], names: Mapping[str, str], problems: Problems) -> None:
    from dialsim.people.reading.detect import looks_like_phone

    if {"outcome", "talk_ms", "talk_s", "contacts"} & set(names):
        return
    bare = any(looks_like_phone(each) for each in have)
    problems.add(
        "columns",
        message(
            "nothing tells how these calls went: no outcome, no talk time, no number of contacts"
        ),
        found=listed(have),
        allowed=FIELDS,
        remedy=message(
            "the first row holds a phone number, not names: in a file for --columns say "
            'header = false, and which of the columns "1", "2", ... is which'
        )
        if bare
        else message(
            'say which column is which, such as --columns "outcome=result,talk_s=duration"'
        ),
    )
    problems.raise_if_any()


def _own_names(have: list[str], seen: bool) -> dict[str, str]:
    made = "seen" if seen or "true_outcome" not in have else "true"
    names = {part: part for part in OWN if part in have}
    return names | {k: v for k, v in MADE_OF[made].items() if v in have}


def _common(log: CallLog, mapping: Mapped) -> None:
    """Add what holds for every log, and its assumptions."""
    if log.relation is None:
        log.relation = np.zeros(log.rows, np.int8)
        log.remarks.append(("relation", RELATIONS[0]))
    log.true_causes = log.true_causes or mapping.certain
    log.refusers = mapping.refusers
    if mapping.rounded is None:
        log.offsets = (NEAREST, *allowed().rounding)
    else:
        log.offsets = (ROUNDED[mapping.rounded],)
    if mapping.ring_timeout_ms is not None:
        log.timeout_ms = np.full(log.rows, float(mapping.ring_timeout_ms))


def _of_run(run: Run, mapping: Mapped, seen: bool, name: str) -> CallLog:
    """Return the log of a run, with facts of its scenario."""
    import pyarrow as pa

    have = run.columns("calls")
    names = _own_names(have, seen)
    batches = list(run.batches("calls", list(names.values()), sample=True))
    scenario = run.scenario
    file = None if run.folder is None else str(run.folder)
    problems = Problems(file=file)
    if not sum(len(batch) for batch in batches):
        problems.add(
            "calls", message("this run made no calls"), remedy=message("give a run that did")
        )
        problems.raise_if_any()
    table = pa.Table.from_batches(batches)
    log = CallLog(name, table.num_rows)
    log.true_causes = names["outcome"] == "true_outcome"
    log.refusers = mapping.refusers
    columns = {part: table.column(column) for part, column in names.items()}
    log_of(columns, names, mapping, log, problems)
    problems.raise_if_any()
    _of_scenario(log, table, scenario, problems)
    problems.raise_if_any()
    return log


def _of_scenario(log: CallLog, table: Any, scenario: Scenario, problems: Problems) -> None:
    which, names = coded(table.column("campaign"))
    words = names.to_pylist()
    by_name = {campaign.name: campaign for campaign in scenario.campaigns}
    timeouts = np.array([float(by_name[word].ring_timeout) for word in words])
    log.timeout_ms = timeouts[which]
    _leave_out_machines(log, [kind_of(scenario, by_name[word]) for word in words], which)
    caller, known = coded(table.column("caller"))
    labels = known.to_pylist()
    blocks = {block.name: block for block in scenario.caller_ids}
    mine = [blocks.get(label.rpartition("-")[0]) for label in labels]
    log.registered = np.array([int(b.registered) if b else -1 for b in mine], np.int8)[caller]
    log.named = np.array([int(bool(b and b.display_name)) for b in mine], np.int8)[caller]
    if log.relation is None:
        log.relation = _relations(log, table, scenario, problems)
    from dialsim.scenario.checks.names import resolved_profiles

    rules, network = resolved_profiles(scenario)
    if rules is not None:
        log.quick_ms = float(rules["dialer.suspicion_quick"])
    privacy = scenario.enterprise.privacy
    described = (
        privacy is not None and privacy.recording_notice and privacy.calls_recorded is not False
    )
    if described and "recording_notice" not in scenario.network.off:
        log.notice_ms = int(network["recording.notice"]) if network is not None else 0


def _leave_out_machines(log: CallLog, kinds: list[str], campaign: Any) -> None:
    """Drop talk times of robots and recordings: people talk longer with people.

    `kinds`: who talks for each campaign. A recording ends for a call assistant as well.
    """
    if log.talk_ms is None or log.outcome is None:
        return
    robots = np.array([kind == "robots" for kind in kinds])[campaign]
    recordings = np.array([kind == "recordings" for kind in kinds])[campaign]
    live = log.outcome == Outcome.LIVE
    log.by_machines = int((live & (robots | recordings)).sum())
    log.talk_ms[(live & robots) | recordings] = np.nan


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
        message(
            "its lists hold people of both relations, and the calls do not tell whose is whose"
        ),
        allowed=RELATIONS,
        remedy=message(
            "fit runs that call one kind of people, or give relation if nearly all are of one"
        ),
    )
    return None
