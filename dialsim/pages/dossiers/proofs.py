"""Evidence of consent and of list scrubbing: files, digests, documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialsim.audit.context import on_day
from dialsim.messages.text import message
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import listed
from dialsim.results import formatting
from dialsim.results.lists.accounts import unusable_rows
from dialsim.results.lists.scrubs import written_scrubs
from dialsim.scenario.models.people import PeopleList
from dialsim.summary.stored_summary import needed

CONSENT_ROLES = ("consent_date", "consent_purpose", "consent_expiry", "consent_evidence")


def lists(asked: Request) -> list[dict[str, str]]:
    """Return each list of people with its use and the place of its consent records."""
    accounts = {each["name"]: each for each in needed(asked.log.summary, "lists")}
    return [_list(asked, people, accounts.get(people.name)) for people in asked.log.scenario.people]


def _list(asked: Request, people: PeopleList, account: Mapping[str, Any] | None) -> dict[str, str]:
    texts = asked.texts
    row = {"name": people.name, "consent": _consent(asked, people)}
    if people.synthetic is not None:
        count = texts["drawn_people"].format(count=f"{people.synthetic.count:,}")
        return {**row, "file": f"{texts['drawn']}, {count}", "digest": "", **_counts(None)}
    digest = asked.log.summary["inputs"].get(str(people.file), texts["not_read"])
    return {**row, "file": str(people.file), "digest": digest, **_counts(account)}


def _counts(account: Mapping[str, Any] | None) -> dict[str, str]:
    if account is None:
        return dict.fromkeys(("rows", "used", "merged", "unusable", "barred"), "")
    return {
        "rows": f"{account['rows']:,}",
        "used": f"{account['used']:,}",
        "merged": f"{account['merged']:,}",
        "unusable": f"{unusable_rows(account):,}",
        "barred": f"{sum(account['barred'].values()):,}",
    }


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


def other_files(asked: Request) -> list[dict[str, str]]:
    """Return the files of suppression lists, withdrawals and the call history."""
    scenario, summary = asked.log.scenario, asked.log.summary
    days = {each.name: each.as_of for each in scenario.registries}
    found = []
    for account in needed(summary, "files"):
        as_of = days.get(account["name"])
        kind = f"kind_{account['kind'].replace(' ', '_')}"
        found.append(
            {
                "name": account["name"],
                "kind": asked.texts.get(kind, account["kind"]),
                "file": account["file"],
                "as_of": "" if as_of is None else as_of.isoformat(),
                "rows": f"{account['rows']:,}",
                "numbers": f"{account['numbers']:,}",
                "digest": summary["inputs"].get(
                    f"{account['where']}.file", asked.texts["not_read"]
                ),
            }
        )
    return found


def scrubbing(asked: Request) -> list[str]:
    """Return what the dialer knows of the refuse-call registry, and the results of scrubs."""
    sentences = [asked.texts[f"access_{asked.log.scenario.refuse_call.access}"]]
    scrubs = asked.log.summary.get("scrubs")
    if scrubs:
        end = message(".")[asked.language]
        sentences.append(written_scrubs(scrubs, asked.language) + end)
    return sentences


def documents(asked: Request) -> list[dict[str, str]]:
    """Return the documents that the scenario declares, each with its dates."""
    evidence = asked.log.scenario.enterprise.evidence
    return [
        {
            "key": key,
            "document": held.document,
            "date": on_day(held.date)[asked.language],
            "until": asked.texts["no_end"]
            if held.valid_until is None
            else on_day(held.valid_until)[asked.language],
        }
        for key, held in (evidence.declared() if evidence is not None else ())
    ]
