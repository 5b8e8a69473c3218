"""The words of the page of a calibration, in English and Chinese."""

from __future__ import annotations

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table, translated

_REASONS: Texts = translated(
    {
        "refused_category": "refused category",
        "refused_flagged": "refused flagged",
        "throttled": "throttled",
        "contract_callee": "contract callee",
        "contract_volume": "contract volume",
        "contract_concurrency": "contract concurrency",
        "line_shut": "line shut",
        "not_authentic": "not authentic",
        "throttled_there": "throttled there",
        "shut_there": "shut there",
        "blocked_by_callee": "blocked by callee",
        "blocked_prefix": "blocked prefix",
        "blocked_international": "blocked international",
        "gateway_shut": "gateway shut",
        "gateway_throttled": "gateway throttled",
        "": "reason not in the log",
    }
)


def reason_name(reason: str, lang: Language) -> str:
    """Return a block's reason in words.

    >>> reason_name("refused_category", "en"), reason_name("", "en")
    ('refused category', 'reason not in the log')
    """
    return _REASONS[lang].get(reason) or reason.replace("_", " ")


WORDS: Texts = text_table(
    {
        "head": "{calls} rows · against {network}",
        "none": message("none", "default"),
        "known": "{known} of {whole} values identified.",
        "values": message("Values", "heading"),
        "value": message("value", "heading"),
        "default": message("default", "heading"),
        "fitted": message("fitted", "value"),
        "interval": "95 %",
        "interval_ends": message("{}–{}", "interval"),
        "count": "n",
        "distance": "dist.",
        "kept": message("kept", "default"),
        "not_identified": "not identified",
        "seconds": message("{} s", "figure"),
        "hour": message("hour", "heading"),
        "first_attempts": "first attempts",
        "answered": message("answered", "share"),
        "attempt": message("attempt", "heading"),
        "people": message("people", "heading"),
        "log": message("answered, log", "share"),
        "fit": message("answered, fit", "share"),
        "clients_log": message("clients in the log", "heading"),
        "clients_fit": message("clients by the fit", "heading"),
        "contacts_of": message("contacts", "heading"),
        "or_more": "{} or more",
        "reason": message("reason", "heading"),
        "share": message("share of attempts", "heading"),
        "blocked": message("blocked", "share"),
        "least": message("at least", "heading"),
        "unidentified": "Not identified",
        "range": "{} ({} to {})",
        "answers": "Answers",
        "contacts": "Contacts per client",
        "clients": "{} clients",
        "blocks": "Blocked on registered lines",
        "of_attempts": "{share} ({low}–{high}) of {attempts:,} attempts",
        "bounds": "Never reached",
        "not_fitted": "Not fitted",
        "what": "Fitted by largest likelihood; 95 % intervals by profile likelihood. What the log "
        "cannot tell from other values is not identified and keeps its default. Distance: between "
        "log and fit, 0 is none (Kolmogorov for times, total variation for answers); a test "
        "would reject any model at this many rows.",
        "decline_none": "Beyond selection no further change by attempt: factor {fitted} a try "
        "({low} to {high}).",
        "decline_some": "Beyond selection the chance changes with each attempt: factor {fitted} "
        "a try ({low} to {high}). The network model has no such effect; its retries will be off.",
        "decline_open": "Whether the chance falls with attempts beyond selection is not "
        "identified.",
        "contacts_fit": "Beta-geometric: a contact is the last with {ends} ({low}–{high}), which "
        "differs by client with an intraclass correlation of {icc} ({icc_low}–{icc_high}); "
        "distance {distance}. No value of the network: it describes how often people were called.",
        "bounds_note": "registered lines; a bound, the default is kept",
        "saved": 'Written to {0}. Use it with [network] profile = "{0}".',
    }
)

REMARKS: Texts = translated(
    {
        "relation": "Taken for granted: all people are {}; a column or `relation` can say "
        "otherwise.",
        "left_out": "Left out: {}.",
        "ring_timeout": "Taken for granted: calls ring for {}, the longest ring that was "
        "answered; `ring_timeout` can say otherwise.",
        "signalled": "Outcomes are as signalled: which attempts rang is not known. Answer "
        "rates are those of {} first attempts; hours without any keep the profile's index.",
        "rounded": "Talk is in steps of {}. Whether it was rounded down, to the nearest or up "
        "is not known: its intervals hold for each; `rounded` says which.",
        "machines": "Left out of talk: {} live answers to robots or recordings.",
        "refusers": "Given: {} of the people called are registered to refuse.",
    }
)
"""What was taken for granted, by the code of the remark."""

UNKNOWN: Texts = translated(
    {
        "refusers": "not identified without a scrub. Who is registered to refuse never "
        "answers, and a dialer cannot tell these people from others who do not pick up; the "
        "range holds for up to {refusers} of them, and for phones off or busy at {lost_least} "
        "to {lost_most} of attempts. The share that an operator's scrub finds "
        '(refuse_call.access = "operator_scrub") identifies it: --refusers 0.08. So do '
        "true causes.",
        "delay": "not identified. Ring times hold the delay between dialling and ringing, "
        "which the log does not have by itself; the range holds for a delay from none to "
        "{delay} times the profile's. Times from ringing on identify it "
        '(ring_from = "ringing"), as do true causes.',
        "split": "not identified. The log tells that a number is not in service, and not "
        "why: only the sum (invalid) is identified, and the profile's split of it is written "
        "as an assumption. A number check that tells empty from suspended numbers "
        "identifies it.",
    }
)
"""Why a value is not identified, and what would identify it, by the code of the reason."""

WHAT_OF: Texts = translated(
    {
        "answers": "answer rates",
        "retry": "propensity against retries",
        "decline": "decline by attempt",
        "label": "label effect",
        "ring": "time to answer",
        "talk": message("talk", "duration"),
        "interceptions": "blocked share",
        "detection": "detection thresholds of unregistered traffic",
    }
)
"""What was not fitted, by its code."""

WHY: Texts = translated(
    {
        "no_outcome": "the log does not say how calls ended; map the column with "
        "--columns outcome=....",
        "only_answered": "the log holds no unanswered calls. Only who was reached is in it, so "
        "nothing can be said of who was not; export all attempts.",
        "none_answered": "nobody answered.",
        "no_time": "the log has no times of day; map the column with --columns time=....",
        "too_few": "too few calls.",
        "machines": "robots or recordings talked: how long people talk with people cannot be "
        "learned from it.",
        "few_people": "too few people were called: a rate is one over people.",
        "all_answered": "nearly all who were reached answered: neither the rate nor how people "
        "differ can be learned from it. Check the words for unanswered calls.",
        "not_in_time": "by these times to answer hardly any call is answered before the ring "
        "timeout; check the column of ring times, and `ring_timeout`.",
        "no_column": "the log has no such column.",
        "all_alike": "all calls are alike in it.",
        "no_person": "the log does not say who was called; map the column with "
        "--columns person=....",
        "never_again": "nobody was tried twice.",
        "not_told": "outcomes are as signalled, so an attempt that never rang cannot be told "
        "from one that nobody picked up.",
        "unregistered": "the lines are not registered; only registered lines are looked at.",
        "reached": "calls were refused for it; the line's contract says where it lies.",
        "never": "never estimated. Compliance is a wall: the way out of detection is to "
        "register the lines and renew consent, a lower rate is none, and evasion is never a "
        "gain.",
    }
)
"""Why something was not fitted, by the code of the reason."""
