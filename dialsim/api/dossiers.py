"""One-page reports of a run for three readers, ready to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from dialsim.api.languages import language_fault
from dialsim.api.replaying import NotReplayed, replay, scenario_of
from dialsim.api.replicating import MOST
from dialsim.errors import Problems, ScenarioError
from dialsim.messages.text import Text, in_each, message
from dialsim.pages.dossiers.labels import SHARED
from dialsim.pages.dossiers.page import MARK, dossier_name, dossier_page, written_html
from dialsim.pages.dossiers.request import AUDIENCES, Audience, Request, still_made
from dialsim.pages.model.html import page_fragment
from dialsim.pages.model.plain import plain_page

if TYPE_CHECKING:
    from dialsim.api.results import Run
    from dialsim.audit.context import Columns
    from dialsim.messages.catalogue import Language
    from dialsim.pages.dossiers.completion import Replayed
    from dialsim.pages.model.parts import Page
    from dialsim.scenario.models.costs import Costs
    from dialsim.scheduler.replication_progress import OnRepeat
    from dialsim.scheduler.stop import Stop

REPLICATIONS = {"boss": 20}
"""Default replications of a management report."""
REPLAYED = ("boss", "operator")
"""Readers whose report may include replications."""
MOST_BESIDE = 2
"""Runs of other plans beside a run: three columns are what a sheet has room for."""
HEAD = 4096  # characters within which a report has its mark


@dataclass(frozen=True)
class Dossier:
    """A report's page, and notes on what it lacks; rich prints the page, a notebook shows it.

    Attributes
    ----------
    page
        Its sections, whatever shows them.
    audience
        Its reader.
    notes
        Sentences on what it lacks.
    complete
        False if replications were interrupted: it covers the completed ones.
    """

    page: Page
    audience: Audience
    notes: Sequence[str] = ()
    complete: bool = True

    @property
    def name(self) -> str:
        """The name of its file."""
        return dossier_name(self.audience, self.page.language)

    @property
    def html(self) -> str:
        """The page as an HTML document that loads no other file and runs no script."""
        return written_html(self.page, self.audience)

    def to_dict(self) -> dict[str, Any]:
        """Return the page as plain values for JSON: sections, each figure as text and number."""
        return plain_page(self.page)

    def __rich_console__(self, _: Any, options: Any) -> Iterator[Any]:
        from dialsim.pages.model.terminal import page_lines

        yield from page_lines(self.page, options.max_width)

    def _repr_html_(self) -> str:
        return page_fragment(self.page)


def dossier(
    run: Run,
    audience: Audience,
    language: Language = "en",
    *,
    replications: int | None = None,
    costs: str | Path | None = None,
    files: str | Path | None = None,
    operator: str | None = None,
    beside: Sequence[Run] = (),
    progress: bool | OnRepeat = False,
    stop: Stop | None = None,
) -> Dossier:
    """Return a one-page report of a run.

    Parameters
    ----------
    run
        In memory or in a folder.
    audience
        ``"boss"``: when it is finished and with what chance, what it costs, what stops it.
        ``"compliance"``: obligations with exposure, proofs, overrides, digests. ``"operator"``:
        numbers with their filing, load, complaints to expect, never a phone number.
    language
        Of the page, ``"en"`` or ``"zh"``.
    replications
        Replications of the scenario. For ``"boss"`` 20 by default, and 0 leaves out probabilities;
        for an operator, over all trunks together, they make expected complaints more precise.
    costs
        TOML file, such as a scenario, whose table ``[costs]`` replaces the scenario's.
    files
        Folder that paths of the scenario's lists are relative to; None: the current folder for a
        run in a folder, the original one for a run in memory.
    operator
        For the operator's report: cover only this operator's trunks, such as ``"CTCC"``.
    beside
        For ``"boss"``: the runs of one or two other plans, to stand beside this one with a
        recommendation; their prices are their own scenarios', or those of `costs`.
    progress
        As for :func:`dialsim.replicate`.
    stop
        Stops the replications early when another thread requests it; so does Ctrl-C.

    Returns
    -------
    Dossier
        If the scenario cannot be replayed, a report without probabilities that says why.

    Raises
    ------
    ScenarioError
        The request is invalid; a part of the run is missing or damaged (the error names it, and
        what can still be made); prices are invalid; or an operator's report is requested for a
        study of something forbidden, which is no plan.
    CapacityError
        Not enough memory to replay it.

    Notes
    -----
    Without replications the report depends only on the run and the installed profiles. Each
    replication takes as long as the run did, without its log.
    """
    _check_asked(run, audience, language, replications, operator, beside)
    run.check_summary()
    for each in beside:
        each.check_summary()
    log = run.log
    _ = log.profiles  # a missing profile is an error of its own, not of a table
    prices = _prices(run, costs)
    found: Replayed | NotReplayed | None = None
    wanted = REPLICATIONS.get(audience, 0) if replications is None else replications
    if wanted:
        found = replay(run, wanted, files, progress, stop)
    barred = found if isinstance(found, NotReplayed) else None
    played = None if isinstance(found, NotReplayed) else found
    names = _names((run, *beside))
    asked = Request(
        log,
        audience,
        language,
        replayed=played if played else None,
        not_replayed="" if barred is None else barred.sentence(SHARED[language]),
        command=_again(run),
        costs=prices,
        columns=_columns(run, files) if audience == "compliance" else None,
        operator=operator,
        name=names[0],
        beside=tuple(
            Request(each.log, audience, language, costs=_prices(each, costs), name=name)
            for each, name in zip(beside, names[1:], strict=True)
        ),
    )
    try:
        page = dossier_page(asked)
    except ScenarioError as error:
        raise still_made(error, audience) from None
    notes = [] if barred is None else [_not_again(barred)]
    complete = played is None or len(played) == played.wanted
    return Dossier(page, audience, notes, complete)


def _names(runs: Sequence[Run]) -> list[str]:
    """Return names of runs: those of their folders, else of their scenarios; each one once.

    A name that several have is followed by a number.
    """
    names = [
        str(run.summary["identity"]["name"]) if run.folder is None else run.folder.name
        for run in runs
    ]
    found: list[str] = []
    for place, name in enumerate(names):
        found.append(name if names.count(name) == 1 else f"{name} ({place + 1})")
    return found


def _check_asked(
    run: Run,
    audience: str,
    language: str,
    replications: object,
    operator: str | None,
    beside: Sequence[Run] = (),
) -> None:
    problems = Problems()
    if audience not in AUDIENCES:
        problems.add(
            "--for", message("no such reader"), found=audience, allowed=", ".join(AUDIENCES)
        )
    fault = language_fault("--lang", language)
    if fault is not None:
        problems.take(fault)
    if replications is not None:
        _check_replications(audience, replications, operator, problems)
    if operator is not None:
        _check_operator(run, audience, operator, problems)
    if beside and (audience != "boss" or len(beside) > MOST_BESIDE):
        problems.add(
            "--beside",
            message("runs of other plans stand in the dossier for the boss, at most {most}").filled(
                most=MOST_BESIDE
            ),
            found=len(beside) if audience == "boss" else audience,
            allowed=message("--for boss, and --beside once or twice"),
        )
    if audience == "operator" and not run.lawful:
        problems.add(
            "study",
            message(
                "a study of what is forbidden is no plan, and no operator is told of it as one"
            ),
            found=run.summary["study"],
            allowed=message("--for boss, --for compliance"),
        )
    problems.raise_if_any()


def _check_replications(
    audience: str, given: object, operator: str | None, problems: Problems
) -> None:
    whole = isinstance(given, int) and not isinstance(given, bool)
    if not whole or not 0 <= given <= MOST:  # type: ignore[operator]
        allowed = message("a whole number, 0 to {most:,}").filled(most=MOST)
        problems.add(
            "--replications", message("not a number of replications"), found=given, allowed=allowed
        )
    elif given and audience not in REPLAYED:
        problems.add(
            "--replications",
            message("nothing here is told of replications"),
            allowed=message("--for boss, --for operator"),
        )
    elif given and operator is not None:
        sentence = message("replications are of all lines together")
        problems.add("--replications", sentence, allowed=message("no --operator beside it"))


def _check_operator(run: Run, audience: str, operator: str, problems: Problems) -> None:
    known = list(dict.fromkeys(trunk.operator for trunk in run.scenario.trunks))
    if audience != "operator":
        problems.add("--operator", message("of use with --for operator alone"), found=operator)
    elif operator not in known:
        problems.add(
            "--operator",
            message("no line of the scenario is this operator's"),
            found=operator,
            allowed=", ".join(known),
        )


def _prices(run: Run, file: str | Path | None) -> Costs | None:
    if file is None:
        return run.scenario.costs
    from dialsim.api.pricing import costs_of_file

    return costs_of_file(Path(file), run.scenario)


def _columns(run: Run, files: str | Path | None) -> Columns | None:
    """Return the columns of the lists' files; None if they are unavailable."""
    from dialsim.api.checking import looked_into

    try:
        found, _ = looked_into(scenario_of(run, files))
    except ScenarioError:
        return None
    named = [people.name for people in run.scenario.people if people.file is not None]
    return found if all(name in found for name in named) else None


def _again(run: Run) -> str:
    """Return the function that replays a run for its report."""
    if run.folder is None:
        return f'run.dossier("boss", replications={REPLICATIONS["boss"]})'
    return (
        f"dialsim dossier {quote(run.folder.name)} --for boss --replications {REPLICATIONS['boss']}"
    )


def write_dossier(found: Dossier, path: Path) -> None:
    """Write a report atomically; replace only an earlier report.

    Raises
    ------
    ScenarioError
        The path holds something else; see :func:`refuse_target`.
    CapacityError
        It cannot be written.
    """
    from dialsim.outcomes.writer import write_atomically

    refuse_target(path)
    write_atomically(path, found.html, "--out")


def refuse_target(path: Path) -> None:
    """Refuse an invalid path for a report, before anything is simulated.

    Raises
    ------
    ScenarioError
        It is a folder, has no folder to be in, or is a file that is no report.
    """
    from dialsim.api.accounts import refuse_place

    refuse_place(path, "--out")
    if path.exists() and not is_dossier(path):
        sentence = message("this file is no dossier, and is not replaced")
        raise ScenarioError.at("--out", sentence, f'"{path}"', message("another name"))


def is_dossier(path: Path) -> bool:
    """Return whether a file is a report that dialsim wrote."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return f'<meta name="{MARK}"' in file.read(HEAD)
    except OSError:
        return False


def _not_again(barred: NotReplayed) -> Text:
    """Return why a run was not played again."""
    note = message("not played again: {why}")
    return in_each(lambda language: note.filled(why=barred.sentence(SHARED[language]))[language])
