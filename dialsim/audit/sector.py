"""The audit of the trade: its regulator, forbidden wording, debt collection."""

from __future__ import annotations

from dialsim.audit.context import AuditContext, Finding, in_words
from dialsim.messages.text import MARKS, Text, joined
from dialsim.scenario.profiles.obligations import Trade
from dialsim.scenario.sectors import ALSO


def trades_of(context: AuditContext) -> list[Trade]:
    """Return the trades of the enterprise and of its campaigns that something is known of."""
    sector = ALSO.get(context.scenario.enterprise.sector, context.scenario.enterprise.sector)
    categories = {campaign.category for campaign in context.scenario.campaigns}
    return [
        trade
        for trade in context.known.trades
        if sector in trade.sectors or categories & set(trade.categories)
    ]


def _regulators(context: AuditContext) -> list[Text]:
    found = [trade.regulator for trade in trades_of(context) if trade.regulator is not None]
    return list({each.en: each for each in found}.values())


def content(context: AuditContext) -> Finding:
    """Judge whether what agents say is filed or approved."""
    found = context.document("script_filing") or Finding("not_shown")
    return _supervised(context, "content", found)


def content_bans(context: AuditContext) -> Finding:
    """Judge whether scripts are reviewed for wording forbidden in general and in the trade."""
    bans = [trade.bans for trade in trades_of(context) if trade.bans is not None]
    values = {"bans": joined(MARKS["then"], [context.known.bans, *bans])}
    found = context.document("content_review") or Finding("not_shown", "", values)
    return _supervised(context, "content_bans", found)


def _supervised(context: AuditContext, key: str, found: Finding) -> Finding:
    """Return a finding with the regulators of the trade among those who act."""
    acting = [context.owed(key).who_acts.text, *_regulators(context)]
    return found.with_acting(joined(MARKS["and"], acting))


def trade_rules(context: AuditContext) -> Finding:
    """Judge whether the rules of the trade's regulator are shown to be kept."""
    regulators = _regulators(context)
    if not regulators:
        sector = context.scenario.enterprise.sector
        return Finding("not_applicable", "", {"sector": in_words([sector])})
    named = joined(MARKS["and"], regulators)
    found = context.document("trade_rules") or Finding("not_shown", "", {"regulators": named})
    return found.with_acting(named)
