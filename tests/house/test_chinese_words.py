"""One Chinese word for one thing: the one that a reader settled on, none that it replaces."""

from __future__ import annotations

import pytest

from tests.house.sources import ROOT, tracked_files

REFUSED = {
    "任务": ("活动",),
    "成本": ("费用",),
    "硬性限制": ("底线", "硬性上限", "合规红线"),
    "运营商处置": ("网络的措施", "网络处置"),
    "瓶颈分析": ("制约因素",),
    "前提与假设": ("所作假设",),
    "要求勿再来电（退订）": ("拒绝再呼",),
    "模拟名单": ("抽样名单",),
    "随机数": ("运气",),
    "主叫号码": ("外显号码",),
    "禁呼名单": ("免打扰名单",),
    "重复仿真": ("重演",),
}
"""The word, and what must not stand for it on a page, in a message or in a profile."""


def findings(text: str, word: str) -> list[str]:
    """Return what a text says instead of a word."""
    return [other for other in REFUSED[word] if other in text]


@pytest.mark.parametrize("word", REFUSED)
def test_one_word_for_one_thing(word: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {other}, where {word} is meant"
        for path in tracked_files()
        if path.is_relative_to(ROOT / "dialsim")
        for other in findings(path.read_text("utf-8", errors="ignore"), word)
    ]
    assert not found, "\n".join(found)


def test_another_word_is_noticed() -> None:
    assert findings("未触底线，守住全部底线", "硬性限制") == ["底线"]
    assert not any(findings("任务 upsell 的成本", word) for word in REFUSED)
