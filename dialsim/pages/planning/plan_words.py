"""Texts of the page of a plan, in English and Chinese."""

from __future__ import annotations

from typing import Any

from dialsim.results.text_tables import text_table

LABELS: dict[str, dict[str, Any]] = text_table(
    {
        "go_on_python": ("call it again with proof_runs={runs}", "以 proof_runs={runs} 再次调用"),
        "none_yet": ("Nothing is certified by half: no plan yet.", "验证未完成，暂不给出方案。"),
        "plan": ("The plan", "方案"),
        "proof": ("Promises", "承诺"),
        "proof_note": ("promised · kept in · at least", "承诺 · 守住次数 · 至少"),
        "all_kept": ("they contradict no promise", "与各项承诺均不矛盾"),
        "not_kept": ("they contradict a promise", "与某项承诺矛盾"),
        "prices": ("What each promise costs", "每项承诺的代价"),
        "nearest": ("What comes nearest", "最接近的候选"),
        "is_wall": ("; a wall, never to be traded", "；属于硬性限制，不得让步"),
        "frontier": ("Throughput, risk, cost", "有效通话量、停号风险、成本"),
        "frontier_note": ("no other candidate is better in all three", "没有其他候选三项都更好"),
        "more": ("and {n} more in candidates.parquet", "另有 {n} 个，见 candidates.parquet"),
        "elsewhere": ("Under other networks, where nothing was promised", "其他网络下（未作承诺）"),
        "elsewhere_note": ("kept in · {n} runs each", "守住比例 · 各 {n} 次运行"),
        "robust": ("Under every network", "在所有网络下"),
        "robust_note": ("{n} ends of assumptions tried", "检验了 {n} 个假设端点"),
        "breaking": ("One assumption off, the others as they are:", "仅一项假设偏离、其余不变："),
        "how": ("How it was found", "如何得出"),
        "struck_misses": ("{n} surely miss a promise", "{n}个确定守不住承诺"),
        "struck_dominated": ("{n} surely cost more than a safe one", "{n}个确定比某个安全候选更贵"),
        "struck_out of reach": ("{n} out of reach by arithmetic", "{n}个按算术达不到"),
        "struck_none": ("none was struck out", "没有剔除"),
        "nothing": ("none", "无"),
        "same_in_all": ("the same in all: {values}", "均相同：{values}"),
        "range": ("{least} to {most}", "{least} 至 {most}"),
    },
    en={
        "head": "{candidates} candidates · {runs} · seed {seed}",
        "found": "The cheapest plan that keeps every promise costs {cost}, certified at {sure} by "
        "{n} runs that decided nothing before.",
        "unpriced": "Without a price, and so taken for free: {what}.",
        "of": {
            "minutes": "minutes on",
            "attempts": "attempts",
            "numbers": "numbers of",
            "agents": "agents of",
            "scrubs": "scrubs",
            "once": "what is paid once",
        },
        "none": "No plan among {n:,} candidates is certified to keep every promise.",
        "none_open": "No plan among {n:,} candidates is proved yet: {runs:,} of {most:,} runs of "
        "the proof leave it open (`--proof-runs`).",
        "go_on": "About {more:,} more runs would decide, if they go as those so far. To go on:",
        "go_on_for": "About {more:,} more runs would prove {values}, if they go as those so far. "
        "To go on:",
        "broken": "Broken off: what follows is what was played by then.",
        "plan_note": "before → after · what it costs once, beside [costs]",
        "holdout": "Holdout: {n} further runs that decided nothing: {held}.",
        "holdout_lost": "The holdout contradicts it: its upper bound is below the promise.",
        "chance": "What is rare is judged by the chance that each run had of it, given its calls, "
        "and by the count, each with its part of the doubt.",
        "spread": "Of a stop of the enterprise, which only complaints can bring, it is assumed "
        "that the mean square of these chances is at most {spread:g} times the square of their "
        "mean.",
        "binds": "Least room: {name}, kept with a margin of {margin} on average.",
        "decides": " By arithmetic the throughput hangs on {resource}.",
        "prices_note": "saved without it, at least; among the candidates played",
        "prices_none": "None makes the plan dearer among the candidates played.",
        "shown_broken": "{name}: broken, proved to hold in less than the {wanted} promised "
        "({held:,} of {runs:,} runs kept it)",
        "shown_open": "{name}: not proved yet, {chance} at least so far, {wanted} is promised "
        "({held:,} of {runs:,} runs kept it); about {more:,} more runs would",
        "shown_stuck": "{name}: not proved, {chance} at least so far, {wanted} is promised "
        "({held:,} of {runs:,} runs kept it); at this rate, {share}, no number of runs would",
        "likely": "{name}: likely in {chance}, {wanted} is promised ({held:,} of {runs:,} runs "
        "kept it)",
        "resource": "scarcest by arithmetic, {resource}: {why}",
        "end_last": "{key} is at the last of its values, {value}",
        "end_first": "{key} is at the first of its values, {value}",
        "columns": ("candidate", "throughput", "any suspension", "cost"),
        "robust_found": "Certified under {names}: {values}, for {cost}.",
        "robust_none": "No plan is certified under all of {names}.",
        "robust_all": "None of {n} ends of assumptions is seen to break it, in a few runs each.",
        "breaks": "{key} at {end} (taken is {value}, {confidence}) breaks: {promises}",
        "searched": "{n} candidates, {played} played; {struck}.",
        "invalid": "{n} of {all} candidates are no valid scenario, and were left out; the first: "
        "{reason}",
        "invalid_looked_at": "{n} of the candidates looked at are no valid scenario, and were left "
        "out; the first: {reason}",
        "finalist_certified": "certified by {runs} runs: {values}",
        "finalist_broken": "broken after {runs} runs: {values}",
        "finalist_open": "not proved yet after {runs} of {planned} runs, about {more} more would: "
        "{values}",
        "finalist_stuck": "not proved after {runs} of {planned} runs, at this rate no number "
        "would: {values}",
        "ahead_rest": "{candidates} candidates for what is left: the search takes {range} runs.",
        "ahead": "{candidates} candidates, {within} within reach by arithmetic: the search takes "
        "{range} runs.",
        "certificate": "A certificate of {share} takes {least} runs of a plan that never fails, "
        "about {usual} of one that fails 0.4 times as often as it may.",
        "proof_runs": "The proof of one candidate takes at most {runs} runs (`--proof-runs`).",
        "time": "A run takes {run} s here, {workers} at a time: {quick} with one finalist, {slow} "
        "at most.",
    },
    zh={
        "head": "{candidates}个候选 · {runs} · 种子 {seed}",
        "found": "能守住全部承诺的最低成本方案为 {cost}，由 {n} 次未参与选择的运行"
        "以 {sure} 的置信度认证。",
        "unpriced": "以下没有单价，按免费计：{what}。",
        "of": {
            "minutes": "通话分钟",
            "attempts": "外呼次数",
            "numbers": "号码",
            "agents": "坐席",
            "scrubs": "名单过滤",
            "once": "一次性成本",
        },
        "none": "{n:,}个候选中没有方案被认证能守住全部承诺。",
        "none_open": "{n:,}个候选中尚无方案得到证明：已用检验运行 {runs:,} 次（上限 {most:,}，"
        "`--proof-runs`），仍无定论。",
        "go_on": "若其余运行与此前相当，约再需 {more:,} 次运行即可定论。继续：",
        "go_on_for": "若其余运行与此前相当，约再需 {more:,} 次运行即可证明 {values}。继续：",
        "broken": "已中断：以下为截至此时的结果。",
        "plan_note": "原值 → 新值 · 价格表之外的一次性成本",
        "holdout": "留出检验：另 {n} 次未参与选择的运行：{held}。",
        "holdout_lost": "留出检验与之矛盾：其上限低于承诺。",
        "chance": "罕见事件同时按每次运行在其呼叫下的发生概率与发生次数判断，各占一部分误差。",
        "spread": "企业停线仅可能由投诉引起；此处假设这些概率的平方均值不超过其均值平方的 "
        "{spread:g} 倍。",
        "binds": "余量最小：{name}，平均余量 {margin}。",
        "decides": "按算术，外呼量取决于{resource}。",
        "prices_note": "去掉该项可节省，仅就运行过的候选而言",
        "prices_none": "就运行过的候选而言，没有一项承诺使方案更贵。",
        "shown_broken": "{name}：已证明守不住承诺的 {wanted}（{runs:,}次运行中守住{held:,}次）",
        "shown_open": "{name}：尚未证明，目前至少 {chance}，承诺 {wanted}"
        "（{runs:,}次运行中守住{held:,}次）；约再需 {more:,} 次运行",
        "shown_stuck": "{name}：未能证明，目前至少 {chance}，承诺 {wanted}"
        "（{runs:,}次运行中守住{held:,}次）；按目前的 {share}，再多运行也无法证明",
        "likely": "{name}：估计 {chance}，承诺 {wanted}（{runs:,}次运行中守住{held:,}次）",
        "resource": "按算术，最紧缺的是{resource}：{why}",
        "end_last": "{key} 已取最后一个可选值 {value}",
        "end_first": "{key} 已取第一个可选值 {value}",
        "columns": ("候选", "通话量", "有号码被停", "成本"),
        "robust_found": "在 {names} 下均获认证：{values}，成本 {cost}。",
        "robust_none": "没有方案在 {names} 下全部获认证。",
        "robust_all": "{n} 个假设端点各少量运行，均未见打破它。",
        "breaks": "{key} 取 {end}（现为 {value}，{confidence}）会打破：{promises}",
        "searched": "{n}个候选，运行{played}个；{struck}。",
        "invalid": "{all} 个候选中 {n} 个不是有效方案，已排除；首个（原文）：“{reason}”",
        "invalid_looked_at": "所查看的候选中 {n} 个不是有效方案，已排除；首个（原文）：“{reason}”",
        "finalist_certified": "{runs}次运行后获认证：{values}",
        "finalist_broken": "{runs}次运行后证明守不住：{values}",
        "finalist_open": "{planned}次中运行{runs}次，尚未证明，约再需 {more} 次：{values}",
        "finalist_stuck": "{planned}次中运行{runs}次，未能证明，按目前比例再多运行也无法证明："
        "{values}",
        "ahead_rest": "余下部分有 {candidates} 个候选：搜索需 {range} 次运行。",
        "ahead": "{candidates}个候选，其中{within}个按算术可达：搜索需 {range} 次运行。",
        "certificate": "认证 {share} 需要：从不失败的方案 {least} 次运行；"
        "失败频率为允许值 0.4 倍的方案约 {usual} 次。",
        "proof_runs": "检验一个候选最多 {runs} 次运行（`--proof-runs`）。",
        "time": "本机每次运行 {run} 秒，{workers} 个并行：一个入围方案需 {quick}，最多 {slow}。",
    },
)

UNITS = {
    "calls": "次呼叫",
    "attempts": "次外呼",
    "times": "倍",
    "times 12321": "倍于 12321 投诉",
    "index": "时段分布",
    "mixture": "混合分布",
    "sip shares": "信令码占比",
    "announcement shares": "提示音占比",
    "working days": "个工作日",
    "sigma": "倍标准差",
    "per million delivered": "件/百万次送达",
    "marks": "次标记",
    "complaints": "件投诉",
    "appeals": "次申诉",
    "blocks a year": "次拦截/年",
    "times a year": "次/年",
    "yes or no": "是否",
    "shape": "分布形状",
    "formula": "公式",
}
"""Units of the profiles in Chinese."""
