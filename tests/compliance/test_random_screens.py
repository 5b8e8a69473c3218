"""Random lists with random histories: `dialsim.screen` says what a naive reading says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

import dialsim
from dialsim.compliance.screening.layout import ORDER
from dialsim.core.codes import Category, Operator, Province, Purpose, Seen
from dialsim.core.person_flags import REFUSED, PersonFlag
from tests.compliance.test_random_packs import Callee, Somebody, naive_static
from tests.reference.limits import Past
from tests.reference.packs import Naive, random_pack

ROWS = 40
SECOND_MS = 1000
DAY_MS = 86_400_000
DEAD = {
    Seen.INVALID: Seen.UNREACHABLE,  # the number need not be the one dialled now
}
WORDS = {Seen.NO_ANSWER: "无人接听", Seen.BLOCKED: "拦截"}
ZONES = ("", "", "Asia/Shanghai", "Asia/Urumqi")


def chinese_pack(seed: int) -> dict[str, Any]:
    """A pack for a list of Chinese numbers, before anything is known of anybody."""
    raw = next(
        raw
        for raw in map(random_pack, range(seed * 1_000, seed * 1_000 + 1_000))
        if raw["people"][0]["countries"] == ["CN"] and _is_valid(raw)
    )
    raw["people"][0] = {"name": "list", "file": raw["people"][0]["file"]}
    return raw


def _is_valid(raw: dict[str, Any]) -> bool:
    return bool(dialsim.check(raw, only="audit")["ok"])


def random_list(r: Random, pack: Naive) -> tuple[dict[str, list[str]], list[Somebody], list[str]]:
    """Columns of a list, the same people as facts, and lines of the calls before the start."""
    rows: dict[str, list[str]] = {}
    crowd, calls = [], []
    names = [
        f"{block['name']}-{i:03d}"
        for block in pack.raw["caller_ids"]
        for i in range(1, block["count"] + 1)
    ]
    for n in range(ROWS):
        number = f"1380000{n:04d}"
        purposes = [each for each in Purpose if r.random() < 0.8]
        said = {
            "number": number,
            "consent_date": "2025-01-05" if purposes else "",
            "consent_purpose": ";".join(each.name.lower() for each in purposes),
            "consent_evidence": r.choice(("form", "form", "form", "")),
            "withdrawn": r.choice(("", "", "", "", "2025-03-01")),
            "export_consent": r.choice(("yes", "yes", "no")),
            "time_zone": r.choice(ZONES),
        }
        for name, cell in said.items():
            rows.setdefault(name, []).append(cell)
        past = _past(r, pack)
        calls += [_line(pack, number, call, names) for call in past]
        seen = {call.seen for call in past}
        flags = sum(1 << each for each in purposes)
        for bit, holds in (
            (PersonFlag.NO_PROOF, not said["consent_evidence"]),
            (PersonFlag.WITHDRAWN, bool(said["withdrawn"])),
            (PersonFlag.NO_EXPORT, said["export_consent"] == "no"),
            (PersonFlag.SUSPECTED, Seen.BLOCKED in seen),
            (REFUSED, Seen.REFUSED in seen),
        ):
            flags |= bit if holds else 0
        known = [
            Past(call.tick, call.caller, DEAD.get(Seen(call.seen), call.seen)) for call in past
        ]
        zones = ("Asia/Shanghai",), said["time_zone"] or None
        crowd.append(Somebody(flags, zones, Operator.CMCC, Province.BEIJING, known))
    return rows, crowd, calls


def _past(r: Random, pack: Naive) -> list[Past]:
    long = r.choice([pack.gap_ms, *(limit.per_ms for limit in pack.limits), DAY_MS])
    ticks = {
        -SECOND_MS * r.randint(1, 1 + r.choice((long, 3 * long, 2 * DAY_MS)) // SECOND_MS)
        for _ in range(r.choice((0, 0, 1, 2, 3, 5)))
    }
    kinds = [each for each in Seen if each != Seen.BLOCKED or r.random() < 0.3]
    return [Past(t, r.choice([-1, *pack.callers]), r.choice(kinds)) for t in sorted(ticks)]


def _line(pack: Naive, number: str, call: Past, names: list[str]) -> str:
    moment = pack.midnight + timedelta(milliseconds=call.tick)
    shown = "" if call.caller < 0 else names[call.caller]
    seen = Seen(call.seen)
    word = WORDS.get(seen, seen.name.lower()) if seen else ""
    return f"{number},{moment.isoformat()},{shown},{word}"


@pytest.mark.parametrize("seed", range(5))
def test_a_random_list(seed: int, tmp_path: Path) -> None:
    raw, r = chinese_pack(seed), Random(seed)
    pack = Naive(raw | {"people": [{"countries": ["CN"]}]})
    rows, crowd, calls = random_list(r, pack)
    (tmp_path / "calls.csv").write_text("\n".join(["number,time,caller_id,outcome", *calls]) + "\n")
    raw["history"] = {"calls": {"file": str(tmp_path / "calls.csv")}}
    at = r.randrange(0, pack.end, SECOND_MS)
    moment = (pack.midnight + timedelta(milliseconds=at)).isoformat()
    table = dialsim.screen(rows, raw, moment).table.sort_by("line").to_pydict()
    terms = raw["campaigns"][0]
    campaign = _terms(terms, pack.barred_of())
    assert len(table["verdict"]) == ROWS
    for row, who in enumerate(crowd):
        callee = Callee.of(pack, who)
        static = naive_static(who, campaign)
        reasons = {*static, *callee.time_reasons(at), *callee.limit_reasons(at)}
        said = {reason for reason in ORDER if table[reason.name.lower()][row]}
        assert said == reasons, (row, who)
        first = pack.end if static else callee.first_eligible(at)
        kind = "never" if static else "not in this run" if first < 0 else "later"
        assert table["verdict"][row] == (kind if reasons else "now"), (row, who)
        told = table["next_eligible"][row]
        expected = pack.midnight + timedelta(milliseconds=first)
        assert told == (expected if kind == "later" else None), (row, who)


def _terms(terms: dict[str, Any], barred_of: list[int]) -> Any:
    return SimpleNamespace(
        purpose=Purpose[terms["purpose"].upper()],
        category=Category[terms["category"].upper()],
        by_consent=terms["lawful_basis"] == "consent",
        exports_data=terms["exports_data"],
        barred=0,
        barred_of=barred_of,
    )
