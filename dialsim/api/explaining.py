"""Sources of a rule, a value or a reason; causes of the network's actions in a run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from dialsim.api.languages import language_of
from dialsim.errors import ScenarioError, did_you_mean, shown
from dialsim.messages.text import MARKS, Message, Text, joined, message

if TYPE_CHECKING:
    from dialsim.api.results import Run
    from dialsim.explanations.history_result import ExplainedRun
    from dialsim.explanations.person_result import Explained
    from dialsim.explanations.rule_changes_result import RuleDifferences
    from dialsim.explanations.value_result import Explanation
    from dialsim.results.tables.run_log import Act, RunLog

from dialsim.messages.catalogue import Language


def explain(
    name: str | None = None,
    *,
    rules: str = "cn",
    network: str = "typical",
    language: Language = "en",
    on: date | str | None = None,
) -> list[Explanation]:
    """Return all details of a name: a value, a group, a reason, an obligation or a source id.

    Parameters
    ----------
    name
        Such as ``"callee.retry_gap"``, ``"hours"``, ``"no_consent"``, ``"reasons"``, ``"S60"``,
        ``"sources"``, ``"officer"``, ``"obligations"``; None: every value and reason.
    rules, network
        The rule pack and the network profile to look in.
    language
        Language of the reasons' texts.
    on
        A day, such as ``"2023-05-08"``: values and obligations as they were then; None: the newest.

    Returns
    -------
    list of dict
        See :func:`dialsim.explanations.values.explanations`.

    Raises
    ------
    ScenarioError
        Unknown name (the error lists the nearest), language or day.

    Examples
    --------
    >>> [value] = explain("callee.retry_gap")
    >>> value["value"], value["confidence"]
    ('2h', 'practice')
    """
    from dialsim.explanations.values import explanations

    language_code = language_of("language", language)
    day = None if on is None else day_given("on", on)
    return explanations(name, rules=rules, network=network, language=language_code, on=day)


def rule_changes(
    before: date | str,
    after: date | str,
    *,
    rules: str = "cn",
    language: Language = "en",
) -> RuleDifferences:
    """Return the values and obligations of a rule pack that differ between two days.

    Parameters
    ----------
    before, after
        Days, such as ``"2023-05-08"``.
    rules
        The rule pack.
    language
        Of titles and notes.

    Returns
    -------
    dict
        See :func:`dialsim.explanations.rule_changes.differences`.

    Raises
    ------
    ScenarioError
        There is no such day, pack or language.

    Examples
    --------
    >>> found = rule_changes("2016-06-01", "2026-04-13", rules="uk")
    >>> [each["key"] for each in found["values"]]
    ['abandon.formula', 'abandon.at_most']
    """
    from dialsim.explanations.rule_changes import differences

    language_code = language_of("language", language)
    days = day_given("before", before), day_given("after", after)
    return differences(rules, *days, language=language_code)


def day_given(option: str, given: object) -> date:
    """Return the day given for an option.

    Raises
    ------
    ScenarioError
        It is no day.
    """
    from dialsim.scenario.profiles.validity import FORM, day_of

    try:
        return day_of(given)
    except ValueError:
        raise ScenarioError.at(
            option, message("no such day"), found=shown(given), allowed=FORM
        ) from None


def explained(
    run: Run,
    *,
    intervention: int | str | None = None,
    caller: int | str | None = None,
    person: int | str | None = None,
    language: Language = "en",
) -> Explained:
    """Return why something happened in a loaded run.

    Parameters, result and errors are those of :func:`dialsim.explain_run`.
    """
    from dialsim.explanations.caller_life import timeline
    from dialsim.explanations.intervention_trace import intervention_trace, overview
    from dialsim.explanations.person_history import story

    language = language_of("language", language)
    given = [name for name in (intervention, caller, person) if name is not None]
    if len(given) > 1:
        sentence = message("one thing is explained at a time")
        raise ScenarioError.at("", sentence, allowed=message("intervention, caller or person"))
    log = run.log
    if given:
        _check_calls(run)
    if intervention is not None:
        trace = intervention_trace(log, _act(log, run, intervention), language)
        return {"kind": "intervention", "run": _of_run(log, run), **trace}
    if caller is not None:
        life = timeline(log, _line(log, run, caller), language)
        return {"kind": "caller", "run": _of_run(log, run), **life}
    if person is not None:
        history = story(log, _person(run, person), language)
        return {"kind": "person", "run": _of_run(log, run), **history}
    return {"kind": "run", "run": _of_run(log, run), **overview(log, language)}


def _of_run(log: RunLog, run: Run) -> ExplainedRun:
    from dialsim.scenario.identity import scenario_digest

    identity = run.summary["identity"]
    digest = scenario_digest(log.scenario, *log.profiles, identity.get("policy_digest"))
    return {
        "name": identity["name"],
        "seed": identity["seed"],
        "folder": None if run.folder is None else str(run.folder),
        "complete": run.complete,
        "reached": None if run.complete else run.summary.get("period", {}).get("reached"),
        "same_values": digest == identity.get("scenario_digest"),
        "version": identity.get("version"),
    }


def _refusal(run: Run, path: str, message: str, **more: Any) -> ScenarioError:
    where = None if run.folder is None else str(run.folder)
    return ScenarioError.at(path, message, file=where, **more)


def _check_calls(run: Run) -> None:
    """Refuse a run that did not log its attempts."""
    from dialsim.outcomes.reader import forgotten_rows
    from dialsim.results.stored_metrics import count_of

    rows = sum(batch.num_rows for batch in run.batches("calls", ["person"]))
    wanted = count_of(run.summary, "attempts")
    if rows + forgotten_rows(run.summary, "calls") < wanted:
        raise _refusal(
            run,
            "",
            message("this run has no calls"),
            remedy=message("run it again with its call log"),
        )


def _whole(given: int | str) -> int | None:
    """Return an integer, or None if the value is none."""
    if isinstance(given, bool) or not isinstance(given, int | str):
        return None
    text = str(given).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _act(log: RunLog, run: Run, given: int | str) -> Act:
    number, count = _whole(given), len(log.acts)
    if number is None or number >= count:
        raise _refusal(
            run,
            "--intervention",
            message("there is no such intervention"),
            found=str(given),
            allowed=message("0 to {count}").filled(count=count - 1)
            if count
            else message("none: the network took no action"),
        )
    return log.acts[number]


def _line(log: RunLog, run: Run, given: int | str) -> int:
    number, count = _whole(given), len(log.lines.names)
    if number is not None and 1 <= number <= count:
        return number - 1
    text = str(given).strip()
    if text in log.row_of:
        return log.row_of[text]
    block, _, ordinal = text.rpartition("/")
    first = 0
    for each in log.scenario.caller_ids:
        place = _whole(ordinal)
        if each.name == block and place is not None and 1 <= place <= each.count:
            return first + place - 1
        first += each.count
    blocks = [
        MARKS["to"].filled(f"{each.name}/1", f"{each.name}/{each.count}")
        for each in log.scenario.caller_ids
    ]
    raise _refusal(
        run,
        "--caller",
        message("there is no such caller ID"),
        found=text,
        allowed=message("1 to {count}, or block and ordinal: {blocks}").filled(
            count=count, blocks=_some(blocks)
        ),
        remedy=did_you_mean(text, log.row_of),
    )


def _some(blocks: list[Message]) -> Text:
    """Return the first six blocks of caller IDs, and how many more there are."""
    more = len(blocks) - 6
    rest = [message("{count} more blocks").filled(count=more)] if more > 0 else []
    return joined(MARKS["and"], [*blocks[:6], *rest])


def _person(run: Run, given: int | str) -> int:
    import pyarrow.compute as pc

    number, last = _whole(given), -1
    named = number is None or (isinstance(given, str) and len(given.strip()) > 9)
    keyed = "pseudonym" in run.columns("people")
    for batch in run.batches("people", ["person", *(["pseudonym"] if keyed else [])]):
        if named and keyed:
            same = pc.equal(batch.column("pseudonym"), str(given).strip().lower())
            mine = batch.filter(same).column("person").to_pylist()
        else:
            mine = [number] if pc.any(pc.equal(batch.column("person"), number or 0)).as_py() else []
            mine = [] if named else mine
        if mine:
            return int(mine[0])
        last = max(last, pc.max(batch.column("person")).as_py() or 0)
    raise _refusal(
        run,
        "--person",
        message("there is no such person"),
        found=str(given)
        if number is None or number < 10**9
        else message("a number that is no row"),
        allowed=(
            message("0 to {last}, column `person` of people.parquet, or a pseudonym")
            if keyed
            else message(
                "0 to {last}, column `person` of people.parquet; this run has no pseudonyms"
            )
        ).filled(last=last),
        remedy=message("people are named by row or pseudonym, never by phone number")
        if named
        else None,
    )
