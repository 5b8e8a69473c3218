"""Evidence of consent and of list scrubbing: files, digests, documents."""

from __future__ import annotations

from dialsim.audit.context import on_day
from dialsim.messages import dates
from dialsim.messages.text import message
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import listed
from dialsim.pages.model.parts import Paragraph, Part, Section, quiet, section, subtitle
from dialsim.pages.model.tables import Row, Table, figure, figures, keys, row, words
from dialsim.results import formatting
from dialsim.results.lists.accounts import unusable_rows
from dialsim.results.lists.scrubs import written_scrubs
from dialsim.results.summary_types.lists import ListAccount
from dialsim.scenario.models.people import PeopleList
from dialsim.summary.stored_summary import needed

CONSENT_ROLES = ("consent_date", "consent_purpose", "consent_expiry", "consent_evidence")


def proof_section(asked: Request) -> Section:
    """Return the lists of people and of numbers not to be called, and the documents declared."""
    texts = asked.texts
    return section(
        texts["proof"],
        _lists(asked),
        _other_files(asked),
        [Paragraph(text) for text in _scrubbing(asked)],
        subtitle(texts["documents"]),
        _documents(asked),
        key="proof",
    )


def _lists(asked: Request) -> Table:
    """Return each list of people with its use and the place of its consent records."""
    texts = asked.texts
    columns = (
        *words(texts["list"], texts["file"]),
        *figures(*(texts[name] for name in ("rows", "used", "merged", "unusable", "barred"))),
    )
    accounts = {each["name"]: each for each in needed(asked.log.summary.get("lists"), "lists")}
    people = asked.log.scenario.people
    return Table(columns, tuple(_list(asked, each, accounts.get(each.name)) for each in people))


def _list(asked: Request, people: PeopleList, account: ListAccount | None) -> Row:
    texts = asked.texts
    notes = [texts["of"].format(texts["consent"], _consent(asked, people))]
    if people.synthetic is not None:
        count = texts["drawn_people"].format(count=f"{people.synthetic.count:,}")
        file = texts["comma"].join([texts["drawn"], count])
        return row(people.name, file, notes=notes)
    digest = asked.log.summary["inputs"].get(str(people.file), texts["not_read"])
    notes.append(texts["of"].format(texts["digest"], digest))
    counts: list[int] = []
    if account is not None:
        counts = [
            account["rows"],
            account["used"],
            account["merged"],
            unusable_rows(account),
            sum(account["barred"].values()),
        ]
    return row(people.name, str(people.file), *map(figure, counts), notes=notes)


def _consent(asked: Request, people: PeopleList) -> str:
    """Return where the consent of a list's people is recorded, or what is assumed about it."""
    share = formatting.percent(people.consent_recorded)
    if people.synthetic is not None:
        return asked.texts["consent_drawn"].format(share=share)
    seen = (asked.columns or {}).get(people.name, {})
    named = seen or people.columns.given
    columns = [f"{role} = {named[role]}" for role in CONSENT_ROLES if named.get(role)]
    if not columns:
        return asked.texts["consent_absent"].format(share=share)
    return listed(columns, asked.language)


def _other_files(asked: Request) -> list[Part]:
    """Return the files of suppression lists, withdrawals and the call history."""
    texts, scenario, summary = asked.texts, asked.log.scenario, asked.log.summary
    days = {each.name: each.as_of for each in scenario.registries}
    rows = []
    for account in needed(summary.get("files"), "files"):
        as_of = days.get(account["name"])
        kind = f"kind_{account['kind'].replace(' ', '_')}"
        digest = summary["inputs"].get(f"{account['where']}.file", texts["not_read"])
        rows.append(
            row(
                account["name"],
                texts.get(kind, account["kind"]),
                account["file"],
                "" if as_of is None else dates.day(as_of, year=True, language=asked.language),
                figure(account["rows"]),
                figure(account["numbers"]),
                notes=[texts["of"].format(texts["digest"], digest)],
            )
        )
    if not rows:
        return [quiet(texts["no_registries"])]
    columns = (
        *words(*(texts[name] for name in ("name", "kind", "file", "as_of"))),
        *figures(texts["rows"], texts["numbers"]),
    )
    return [subtitle(texts["registries"]), Table(columns, tuple(rows))]


def _scrubbing(asked: Request) -> list[str]:
    """Return what the dialer knows of the refuse-call registry, and the results of scrubs."""
    sentences = [asked.texts[f"access_{asked.log.scenario.refuse_call.access}"]]
    scrubs = asked.log.summary.get("scrubs")
    if scrubs:
        end = message(".")[asked.language]
        sentences.append(written_scrubs(scrubs)[asked.language] + end)
    return sentences


def _documents(asked: Request) -> Part:
    """Return the documents that the scenario declares, each with its dates."""
    texts, evidence = asked.texts, asked.log.scenario.enterprise.evidence
    rows = [
        row(
            key,
            held.document,
            on_day(held.date)[asked.language],
            texts["no_end"]
            if held.valid_until is None
            else on_day(held.valid_until)[asked.language],
        )
        for key, held in (evidence.declared() if evidence is not None else ())
    ]
    columns = (*keys(""), *words(texts["document"], texts["dated"], texts["valid_until"]))
    return Table(columns, tuple(rows)) if rows else quiet(texts["documents_none"])
