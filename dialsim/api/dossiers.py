"""One-page reports of a run for three readers, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from dialsim.api.languages import language_fault
from dialsim.api.replaying import NotReplayed, replay, scenario_of
from dialsim.api.replicating import MOST
from dialsim.errors import Problem, Problems, ScenarioError
from dialsim.pages.dossiers.labels import SHARED
from dialsim.pages.dossiers.page import MARK, dossier_html, dossier_name
from dialsim.pages.dossiers.request import (
    AUDIENCES,
    Audience,
    Request,
    still_made,
)

if TYPE_CHECKING:
    from dialsim.api.replicating import OnRepeat
    from dialsim.api.results import Run
    from dialsim.audit.context import Columns
    from dialsim.pages.dossiers.completion import Replayed
    from dialsim.scenario.models.costs import Costs
    from dialsim.scenario.profiles.reasons import Language
    from dialsim.scheduler.stop import Stop

REPLICATIONS = {"boss": 20}
"""Replications for a dossier, unless others are asked for."""
REPLAYED = ("boss", "operator")
"""Readers who may be told of replications."""
HEAD = 4096  # characters in which a dossier says what it is


@dataclass(frozen=True)
class Dossier:
    """A page, and what was missing for it.

    Attributes
    ----------
    html
        The page.
    name
        What its file is called.
    notes
        Sentences on what it could not tell.
    complete
        False if replications were broken off: it tells of those that were played.
    """

    html: str
    name: str
    notes: Sequence[str] = ()
    complete: bool = True


def dossier(
    run: Run,
    audience: Audience,
    language: Language = "en",
    *,
    replications: int | None = None,
    costs: str | Path | None = None,
    files: str | Path | None = None,
    operator: str | None = None,
    progress: bool | OnRepeat = False,
    stop: Stop | None = None,
) -> Dossier:
    """Return a dossier of a run.

    Parameters
    ----------
    run
        In memory or of a folder.
    audience
        ``"boss"``: when it is finished and with what chance, what it costs, what stops it.
        ``"compliance"``: obligations with exposure, proofs, overrides, digests. ``"operator"``:
        numbers with their filing, load, complaints to expect, never a phone number.
    language
        Of the page, ``"en"`` or ``"zh"``.
    replications
        How often the scenario is played again: for the boss 20 times unless said otherwise, and
        with 0 no probability is told; for an operator, of all lines together, so that complaints
        are told more closely.
    costs
        TOML file whose table ``[costs]`` stands for the scenario's; a scenario will do.
    files
        Folder from which paths of the scenario's lists start; None: for a run of a folder the
        current one, for a run in memory as it was.
    operator
        Of the operator's dossier: tell of this operator's lines alone, such as ``"CTCC"``.
    progress
        As for :func:`dialsim.replicate`.
    stop
        Asked to end the replications early from another thread; so does Ctrl-C.

    Returns
    -------
    Dossier
        If the scenario cannot be played again, one without probabilities that says why.

    Raises
    ------
    ScenarioError
        What is asked for does not exist; a part of the run is missing or damaged (it says which,
        and what can be made all the same); prices are at fault; the operator's dossier of a study
        of what is forbidden, which is no plan.
    CapacityError
        Memory will not suffice to play it again.

    Notes
    -----
    Without replications a function of the run and the installed profiles alone. Each replication
    takes as long as the run did, without its log.
    """
    _check_asked(run, audience, language, replications, operator)
    run.check_summary()
    log = run.log
    _ = log.profiles  # missing ones are no matter of a table
    prices = _prices(run, costs)
    found: Replayed | NotReplayed | None = None
    wanted = REPLICATIONS.get(audience, 0) if replications is None else replications
    if wanted:
        found = replay(run, wanted, files, progress, stop)
    barred = found if isinstance(found, NotReplayed) else None
    played = None if isinstance(found, NotReplayed) else found
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
    )
    try:
        html = dossier_html(asked)
    except ScenarioError as error:
        raise still_made(error, audience) from None
    notes = [] if barred is None else [f"not played again: {barred.sentence(SHARED['en'])}"]
    complete = played is None or len(played) == played.wanted
    return Dossier(html, dossier_name(audience, language), notes, complete)


def _check_asked(
    run: Run, audience: str, language: str, replications: object, operator: str | None
) -> None:
    problems = Problems()
    if audience not in AUDIENCES:
        problems.add("--for", "no such reader", found=audience, allowed=", ".join(AUDIENCES))
    fault = language_fault("--lang", language)
    if fault is not None:
        problems.take(fault)
    if replications is not None:
        _check_replications(audience, replications, operator, problems)
    if operator is not None:
        _check_operator(run, audience, operator, problems)
    if audience == "operator" and not run.lawful:
        problems.add(
            "study",
            "a study of what is forbidden is no plan, and no operator is told of it as one",
            found=run.summary["study"],
            allowed="--for boss, --for compliance",
        )
    problems.raise_if_any()


def _check_replications(
    audience: str, given: object, operator: str | None, problems: Problems
) -> None:
    whole = isinstance(given, int) and not isinstance(given, bool)
    if not whole or not 0 <= given <= MOST:  # type: ignore[operator]
        allowed = f"a whole number, 0 to {MOST:,}"
        problems.add("--replications", "not a number of replications", found=given, allowed=allowed)
    elif given and audience not in REPLAYED:
        allowed = "--for boss, --for operator"
        problems.add("--replications", "nothing here is told of replications", allowed=allowed)
    elif given and operator is not None:
        message = "replications are of all lines together"
        problems.add("--replications", message, allowed="no --operator beside it")


def _check_operator(run: Run, audience: str, operator: str, problems: Problems) -> None:
    known = list(dict.fromkeys(trunk.operator for trunk in run.scenario.trunks))
    if audience != "operator":
        problems.add("--operator", "of use with --for operator alone", found=operator)
    elif operator not in known:
        problems.add(
            "--operator",
            "no line of the scenario is this operator's",
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
    """Return what replays a run for its dossier."""
    if run.folder is None:
        return f'run.dossier("boss", replications={REPLICATIONS["boss"]})'
    return (
        f"dialsim dossier {quote(run.folder.name)} --for boss --replications {REPLICATIONS['boss']}"
    )


def write_dossier(found: Dossier, path: Path) -> None:
    """Write a dossier atomically; replace only an earlier dossier.

    Raises
    ------
    ScenarioError
        Something else stands there; see :func:`refuse_target`.
    CapacityError
        It cannot be written.
    """
    from dialsim.outcomes.writer import write_atomically

    refuse_target(path)
    write_atomically(path, found.html, "--out")


def refuse_target(path: Path) -> None:
    """Refuse an invalid path for a dossier, before anything is played.

    Raises
    ------
    ScenarioError
        It is a folder, lies in none, or is a file that is no dossier.
    """
    from dialsim.api.accounts import refuse_place

    refuse_place(path, "--out")
    if path.exists() and not is_dossier(path):
        message = "this file is no dossier, and is not replaced"
        raise ScenarioError([Problem("--out", message, f'"{path}"', "another name")])


def is_dossier(path: Path) -> bool:
    """Whether a file is a dossier that dialsim wrote."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return f'<meta name="{MARK}"' in file.read(HEAD)
    except OSError:
        return False
