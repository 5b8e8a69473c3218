"""The table of reasons: one entry a code, each with its papers, in two languages."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from dialsim.core.codes import Reason, Verdict
from dialsim.errors import InternalError
from dialsim.scenario import known_profiles, load_rules
from dialsim.scenario.profiles.reasons import explained_reasons, read_reasons

TABLE = files("dialsim").joinpath("profiles").joinpath("reasons.toml").read_text("utf-8")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_codes_and_table_agree() -> None:
    found = explained_reasons()
    assert list(found) == [reason.name for reason in Reason]
    assert [entry.code for entry in found.values()] == [int(reason) for reason in Reason]


def test_kinds_of_verdict_follow_the_codes() -> None:
    """The codes come in tens: never, not yet, when something is free, how it ended."""
    kinds = {0: "final", 1: "final", 2: "until", 3: "on", 4: "outcome", 5: "outcome"}
    for reason, entry in zip(Reason, explained_reasons().values(), strict=True):
        assert entry.verdict == ("go" if reason == Reason.NONE else kinds[reason // 10])
    assert {verdict.name.lower() for verdict in Verdict} == {"go", "final", "until", "on"}


def test_every_entry_has_its_papers_in_both_languages() -> None:
    for entry in explained_reasons().values():
        texts = [entry.sentence, entry.basis, entry.fix]
        if entry.exposure is not None:
            texts += [entry.exposure.cost, entry.exposure.acts]
            assert entry.exposure.sources
        for text in texts:
            assert not CHINESE.search(text["en"]), entry.name
            assert CHINESE.search(text["zh"]), entry.name
        assert entry.sentence.en.endswith(".")
        assert entry.sentence.zh.endswith("。")
        assert all(re.fullmatch(r"S([0-9]|[1-7][0-9]|80)b?|A", one) for one in entry.sources)
        if entry.severity in ("unlawful", "contract"):
            assert entry.exposure is not None, entry.name
            assert entry.sources != ("A",), entry.name


def test_hours_within_the_wall_are_not_called_law() -> None:
    """Noon and the early evening end are line terms: a reason has one severity for all hours."""
    entry = explained_reasons()["OUTSIDE_HOURS"]
    assert load_rules("cn").entry("hours.marketing").confidence == "vendor"
    assert entry.severity == "contract"
    assert "line terms or assumed" in entry.basis.en


def test_what_decides_a_reason_stands_in_every_pack() -> None:
    for name in known_profiles("rules"):
        for entry in explained_reasons().values():
            for head in entry.values:
                assert any(f"{key}.".startswith(f"{head}.") for key in load_rules(name))


def test_no_remedy_leads_round_a_wall() -> None:
    round_it = re.compile(
        r"another number|other numbers|rotat|replac|below the|just under|threshold|换号|更换号码"
    )
    for entry in explained_reasons().values():
        assert not round_it.search(entry.fix.en + entry.fix.zh), entry.name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[DUPLICATE]", "[DOUBLE]"),
        ('verdict = "go"', 'verdict = "maybe"'),
        ('severity = "contract"', 'severity = "bad"'),
        ('mend = "wait"', 'mend = ""'),
        ('mend = "wait"', 'mend = "wait"\nhint = "x"'),
        ('exposure = "export"', 'exposure = "jail"'),
        ('sources = ["S32"]', 'sources = ["web"]'),
        ('sources = ["S32"]', 'sources = ["A", "S32"]'),
        ('sources = ["S32"]', "sources = []"),
    ],
)
def test_a_faulty_table_is_our_fault(old: str, new: str) -> None:
    assert old in TABLE
    with pytest.raises(InternalError):
        read_reasons(TABLE.replace(old, new, 1))
