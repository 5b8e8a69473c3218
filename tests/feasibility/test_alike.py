"""Campaigns of which a check says the same are told once, by all their names."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from rich.cells import cell_len

import dialsim
from benchmarks.worlds import open_road, shared_out
from dialsim.core.codes import Limit
from dialsim.engine.build import prepare
from dialsim.feasibility.estimate import estimate
from dialsim.pages.check.feasibility_page import check_page
from dialsim.pages.model.terminal import page_lines
from dialsim.results import formatting
from dialsim.results.binding_words import binding_sentence
from tests.tiers import tiered

MANY = 50


def page(raw: dict[str, Any], width: int = 100) -> list[str]:
    lines = [
        line.plain for line in page_lines(check_page(estimate(dialsim.load_scenario(raw))), width)
    ]
    assert all(cell_len(line) <= width for line in lines)
    return lines


def titles(lines: list[str]) -> list[str]:
    """The headings of campaigns."""
    return [line.split(":")[0] for line in lines if ": who can be called" in line]


@pytest.mark.parametrize("width", tiered([80], [100]))
def test_fifty_alike_fill_one_screen(width: int) -> None:
    lines = page(shared_out(open_road(20_000, 500), MANY), width)
    assert titles(lines) == ["part-01 and 49 others"]
    assert lines[1].startswith("part-01, part-02, part-03 and 47 others: people to call bind at")
    text = " ".join(" ".join(lines).split())
    assert "attempts each." in text
    assert all(f"part-{number:02d}" in text for number in range(1, MANY + 1))
    assert "Agents part-01, part-02, part-03 and 47 others are each at work for" in text
    assert text.count("while nobody may be called") == 1
    weak = lines.index(next(line for line in lines if line.startswith("Weak defaults")))
    assert weak < 46  # two of them headings of columns
    assert len(lines) < weak + 8


def test_whoever_differs_stands_alone() -> None:
    """In whatever place; the others are told where the first of them stands."""
    raw = shared_out(open_road(20_000, 500), 5)
    raw["people"][2]["synthetic"] = raw["people"][2]["synthetic"] | {"count": 9_000}
    lines = page(raw)
    assert titles(lines) == ["part-01 and 3 others", "part-03"]
    assert (
        sum("So it is for each of part-01, part-02, part-04 and part-05." in x for x in lines) == 1
    )
    assert "part-01, part-02, part-04 and part-05: people to call bind at about" in lines[1]


def test_what_campaigns_share_is_not_there_for_each_of_them() -> None:
    """Two pools of two agents: four campaigns share one, three the other."""
    raw = shared_out(open_road(20_000, 500), 7)
    raw["agents"] = [each | {"count": 2} for each in raw["agents"][:2]]
    for number, campaign in enumerate(raw["campaigns"]):
        campaign["agents"] = ["part-01" if number < 4 else "part-02"]
    found = estimate(dialsim.load_scenario(raw))
    assert len({tuple(each["shared"][0]["campaigns"]) for each in found["campaigns"]}) == 2
    lines = page(raw)
    assert titles(lines) == ["part-01 and 3 others", "part-05 and 2 others"]
    text = " ".join(" ".join(lines).split())
    four, three = (found["campaigns"][i]["expected"]["attempts"] for i in (0, 6))
    assert f"agents bind at about {formatting.about(four)} attempts each" in text
    assert f"agents bind at about {formatting.about(three)} attempts each" in text
    assert 3.9 < found["campaigns"][0]["attempts"] / four < 4.1
    assert "Agents allow part-05, part-06 and part-07" in text


def test_one_says_nothing_of_others() -> None:
    text = "\n".join(page(open_road(2_000, 50)))
    assert "each of" not in text
    assert "Agents day are at work for" in text
    assert titles(page(shared_out(open_road(20_000, 500), 2))) == ["part-01 and part-02"]


def test_what_held_campaigns_back_is_of_their_own_leads() -> None:
    """Not of those of the others."""
    raw = shared_out(open_road(300, 30), 3)
    raw["people"][2]["synthetic"] = raw["people"][2]["synthetic"] | {"count": 500}
    raw["agents"] = [each | {"count": 40} for each in raw["agents"]]
    run = dialsim.run(raw)
    said = [each["sentence"] for each in run.summary["binding"]]
    rows = run.people.to_pylist()
    leads = Counter(row["campaign"] for row in rows)
    finished = Counter(row["campaign"] for row in rows if row["state"] == "finished")
    assert leads == {"part-01": 100, "part-02": 100, "part-03": 500}
    for text, (name, count) in zip(said, sorted(leads.items()), strict=True):
        some = f"{finished[name]:,} of {count:,} leads are finished"
        assert (some if finished[name] < count else f"all {count:,} leads are finished") in text


def test_numbers_given_up_are_those_of_the_campaign() -> None:
    raw = shared_out(open_road(300, 30, callers=5), 2)
    (block,) = raw["caller_ids"]
    raw["caller_ids"] = [block | {"name": name} for name in ("one", "two")]
    for campaign, name in zip(raw["campaigns"], ("one", "two"), strict=True):
        campaign["caller_ids"] = [name]
    world = prepare(dialsim.load_scenario(raw))
    world.state.resources.callers["retired"][[0, 5, 7]] = 1
    for index, count in enumerate((1, 2)):
        said = binding_sentence(world, index, Limit.CALLER_IDS, 0.5, None)
        assert f"; {count} were given up on the way" in said


def test_a_run_tells_campaigns_that_were_held_back_alike_once() -> None:
    shares = {"agents": 0.5}
    said = [
        {"campaign": name, "sentence": text, "sentence_zh": text + "。", "shares": shares}
        for name, text in (("a", "Agents"), ("b", "Trunks"), ("c", "Agents"))
    ]
    assert formatting.of_each(said, "sentence", "en") == [
        ("a and c, each", "Agents"),
        ("b", "Trunks"),
    ]
    assert formatting.of_each(said, "sentence", "zh")[0] == ("a、c，均如此", "Agents。")
