"""Texts of the reports in English and in Chinese: those of all, and those for management.

Reports also use the texts of the page of a run; their own come first.
"""

from __future__ import annotations

from dialsim.results.text_tables import text_table

SHARED: dict[str, dict[str, str]] = text_table(
    {
        "for_boss": ("Dossier for whoever decides", "致决策者"),
        "for_compliance": ("Dossier for the compliance officer", "致合规负责人"),
        "for_operator": ("Dossier for the operator's account manager", "致运营商客户经理"),
        "sources": ("Sources", "来源"),
        "yes": ("yes", "是"),
        "no": ("no", "否"),
        "kept": ("kept", "守住"),
        "broken": ("broken", "突破"),
        "campaign": ("campaign", "任务"),
        "value": ("value", "取值"),
        "trunk": ("trunk", "线路"),
        "differs_version": ("dialsim {now} instead of {then}", "dialsim {now}，原为 {then}"),
        "differs_inputs": ("content of {names}", "{names} 的内容"),
        "differs_data": ("{name} {now} instead of {then}", "{name} {now}，原为 {then}"),
        "differs_unknown": ("nothing that the run tells of", "运行记录中未载明"),
    },
    en={
        "head": "{enterprise} · {period} · network profile “{profile}”, rule pack “{pack}” · "
        "seed {seed}",
        "simulated": "All figures are a simulation's, computed by dialsim {version}; none was "
        "measured on a network. No phone number is on this page.",
        "identity": "run {name} · outcome {outcome} · scenario {scenario}",
        "no_log": "This run did not keep every call (--log none, or a sample): {missing} cannot be "
        "counted from it. Run it again with its log.",
        "forgotten": "{calls} calls of people who were forgotten since are gone from the log: "
        "what is counted from it is that much too low.",
        "not_the_same": "played again, it comes to something else than what the run's folder "
        "holds. What differs: {what}.",
        "differs_values": "values of the rule pack or the network profile",
    },
    zh={
        "head": "{enterprise} · {period} · 网络配置“{profile}”，规则包“{pack}” · 种子 {seed}",
        "simulated": "全部数据由 dialsim {version} 模拟得出，并非网络实测。本页不含任何电话号码。",
        "identity": "运行 {name} · 结果 {outcome} · 方案 {scenario}",
        "no_log": "本次运行未保留全部通话记录（未记录，或仅抽样记录），无法统计{missing}。"
        "请保留记录后重新运行。",
        "forgotten": "此后信息被删除者的 {calls} 次通话已从记录中删除，由记录统计的数字相应偏低。",
        "not_the_same": "重演结果与该运行文件夹所载不同。不同之处：{what}。",
        "differs_values": "规则包或网络配置的取值",
    },
)

MANAGEMENT: dict[str, dict[str, str]] = text_table(
    {
        "finish": ("When it is finished", "何时完成"),
        "here": ("this run", "本次运行"),
        "reached_here": ("reached in this run", "本次运行达成于"),
        "early": ("5 % of replays by", "重演的 5 %"),
        "middle": ("half by", "一半"),
        "late": ("95 % by", "95 %"),
        "chance": ("chance of being met", "达成概率"),
        "between": ("{share} ({range})", "{share}（{range}）"),
        "range_of": ("{low} to {high}", "{low} 至 {high}"),
        "not_reached": ("not within the days", "期内未达成"),
        "no_moment": ("judged when due", "到期评定"),
        "this_run": ("In this run: {verdict}", "本次运行：{verdict}"),
        "axis_one": ("Dot: this run. Red: due.", "圆点：本次运行。红线：截止。"),
        "cost": ("What it costs", "成本"),
        "what": ("for", "项目"),
        "arithmetic": ("arithmetic", "算式"),
        "amount": ("amount", "金额"),
        "total": ("in all", "合计"),
        "each": ("that is {amount} {of}", "即{of} {amount}"),
        "each_conversation": ("for a conversation", "每次有效通话"),
        "each_person": ("for a person reached", "每触达一人"),
        "no_price": ("no price is given", "未给出价格"),
        "needs_log": ("needs the call log", "需要通话记录"),
        "minutes": ("calls", "通话"),
        "numbers": ("numbers", "号码"),
        "attempts": ("attempts", "外呼"),
        "attempts_text": ("{count} attempts × {price}", "{count} 次外呼 × {price}"),
        "one_month": ("1 month", "1 个自然月"),
        "months": ("{count} months", "{count} 个自然月"),
        "agents": ("agents", "坐席"),
        "scrubs": ("scrubs of lists", "名单过滤"),
        "scrubs_text": ("{count} numbers looked up × {price}", "查询 {count} 个号码 × {price}"),
        "once": ("once", "一次性"),
        "once_text": ("as the scenario says", "按方案所列"),
        "people": ("Complaints, and how people took it", "投诉与用户反应"),
        "metric": ("figure", "指标"),
        "mean": ("mean of replays", "重演均值"),
        "range": ("5 to 95 % of replays", "重演的 5 % 至 95 %"),
        "stops": ("What stops us", "受何限制"),
        "held_back": ("What held it back", "瓶颈分析"),
        "walls": ("Walls", "硬性限制"),
        "of": (" of {}", "{} "),
        "tile_finish_one": ("finished, in this run", "完成时间（本次运行）"),
        "tile_chance": ("chance that every goal is met ({range})", "达成全部目标的概率（{range}）"),
        "tile_cost": ("cost", "成本"),
        "tile_cost_least": ("cost, at least", "成本（至少）"),
        "tile_mean": ("{name}, mean of replays", "{name}（重演均值）"),
    },
    en={
        "no_goals": "The scenario sets no goal: nothing says when the campaign is finished.",
        "no_counted": "No goal asks for at least so many calls or people: nothing says when the "
        "campaign is finished.",
        "replays": "The scenario was played {n} times, each time with other luck, this run among "
        "them. A chance is the share of these, with its exact 95 % interval; a time is the end of "
        "the quarter of an hour in which the call was dialled that reached the goal.",
        "replays_redrawn": "Each draws its contacts anew: what is not known of them is part of the "
        "chances.",
        "replays_fixed": "All have the same contacts: chances are those of these contacts only.",
        "broken_off_replays": "The run was broken off; the replays were played to the end.",
        "replays_stopped": "Stopped after {n} of {wanted} replays.",
        "all_met": "Every goal met and every wall kept in {hits} of {n} replays: {chance}.",
        "one_run": "One run is one draw of luck and tells no probability. This plays it again: "
        "`{command}`.",
        "not_replayed": "It could not be played again, so there is no probability: {why}",
        "axis": "Pale: from 5 to 95 % of the replays. Tick: half of them. Dot: this run. Red: due.",
        "no_costs": "The scenario names no prices, so no cost is told. They stand in a table "
        "`[costs]` of the scenario, or of a file given with `--costs`: `per_minute` with "
        "`billing_step`, `per_attempt`, `per_number_month`, `per_agent_hour`, `once`. Prices "
        "change nothing that happens.",
        "minutes_text": "{calls} answered calls, {steps} started steps of {step} = {minutes} min "
        "× {price}",
        "numbers_text": "{count} numbers × {price}, for {months} of the calendar",
        "agents_text": "{count} agents, {hours} hours on shift × {price}",
        "absent_text": "{count} agents, {hours} hours on shift, {present} there in the mean "
        "× {price}",
        "suspended_chance": "A number was suspended, closed or stopped in {hits} of {n} replays: "
        "{chance}.",
        "wall": "{name}{of} {measured}, cap {cap}{basis}: {kept}",
        "no_walls": "The rule pack has no wall that a whole run is measured against.",
        "refused": "{count} calls refused ({share} of attempts): {causes}",
        "acted_none": "The network took no action against any number.",
        "tile_finish": "finished: half of {n} replays by then",
    },
    zh={
        "no_goals": "方案未设目标：无从判断任务何时完成。",
        "no_counted": "没有要求至少多少通话或人数的目标：无从判断任务何时完成。",
        "replays": "方案重演 {n} 次，每次采用不同随机数，本次运行为其中之一。概率为其中所占比例，"
        "附精确的 95 % 置信区间；时间为达成目标的那次呼叫拨出时所在一刻钟的末尾。",
        "replays_redrawn": "每次重演都重新抽取客户：客户的未知特征已计入概率。",
        "replays_fixed": "各次重演使用同一批客户：概率仅对这批客户成立。",
        "broken_off_replays": "本次运行中断；重演均进行到底。",
        "replays_stopped": "重演 {wanted} 次，进行到 {n} 次时停止。",
        "all_met": "{n} 次重演中有 {hits} 次达成全部目标且遵守全部硬性限制：{chance}。",
        "one_run": "一次运行只是一次随机结果，不能说明概率。重演命令：`{command}`。",
        "not_replayed": "无法重演，因此没有概率：{why}",
        "axis": "浅色：5 % 至 95 % 的重演。竖线：一半的重演。圆点：本次运行。红线：截止。",
        "no_costs": "方案未列价格，因此不计成本。价格写在方案的 `[costs]` 表中，或写在以 `--costs` "
        "给出的文件中：`per_minute` 连同 `billing_step`、`per_attempt`、`per_number_month`、"
        "`per_agent_hour`、`once`。价格不影响运行结果。",
        "minutes_text": "接通 {calls} 次，按 {step} 计费 {steps} 个单位 = {minutes} 分钟 × {price}",
        "numbers_text": "{count} 个号码 × {price} × {months}",
        "agents_text": "{count} 席，在岗 {hours} 小时 × {price}",
        "absent_text": "{count} 席，排班 {hours} 小时，平均实到 {present} × {price}",
        "suspended_chance": "{n} 次重演中有 {hits} 次出现号码停机、关停或停线：{chance}。",
        "wall": "{of}{name} {measured}，上限 {cap}{basis}：{kept}",
        "no_walls": "规则包中没有按整次运行衡量的硬性限制。",
        "refused": "{count} 次通话被拒（占外呼 {share}）：{causes}",
        "acted_none": "网络未对任何号码采取措施。",
        "tile_finish": "完成时间：{n} 次重演的一半在此之前",
    },
)
