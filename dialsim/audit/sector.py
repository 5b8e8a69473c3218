"""The audit of the trade: its regulator, forbidden wording, debt collection."""

from __future__ import annotations

from dialsim.audit.context import AuditContext, Finding, in_words, joined
from dialsim.scenario.profiles.obligations import Trade, Words
from dialsim.scenario.sectors import ALSO


def trades_of(ground: AuditContext) -> list[Trade]:
    """Return the trades of the enterprise and of its campaigns that something is known of."""
    sector = ALSO.get(ground.scenario.enterprise.sector, ground.scenario.enterprise.sector)
    categories = {campaign.category for campaign in ground.scenario.campaigns}
    return [
        trade
        for trade in ground.known.trades
        if sector in trade.sectors or categories & set(trade.categories)
    ]


def _regulators(ground: AuditContext) -> list[Words]:
    found = [trade.regulator for trade in trades_of(ground) if trade.regulator is not None]
    return list({each.en: each for each in found}.values())


def content(ground: AuditContext) -> Finding:
    """Judge whether what agents say is filed or approved."""
    found = ground.document("script_filing") or Finding("not_shown")
    return _supervised(ground, "content", found)


def content_bans(ground: AuditContext) -> Finding:
    """Judge whether scripts are reviewed for wording forbidden in general and in the trade."""
    bans = [trade.bans for trade in trades_of(ground) if trade.bans is not None]
    values = {"bans": joined([ground.known.bans, *bans], "; ", "；")}
    found = ground.document("content_review") or Finding("not_shown", "", values)
    return _supervised(ground, "content_bans", found)


def _supervised(ground: AuditContext, key: str, found: Finding) -> Finding:
    """Return a finding with the regulators of the trade among those who act."""
    acting = [ground.owed(key).who_acts, *_regulators(ground)]
    return found.with_acting(joined(acting, ", ", "、"))


def trade_rules(ground: AuditContext) -> Finding:
    """Judge whether the rules of the trade's regulator are shown to be kept."""
    regulators = _regulators(ground)
    if not regulators:
        sector = ground.scenario.enterprise.sector
        return Finding("not_applicable", "", {"sector": in_words([sector])})
    named = joined(regulators, ", ", "、")
    found = ground.document("trade_rules") or Finding("not_shown", "", {"regulators": named})
    return found.with_acting(named)


def ecommerce(ground: AuditContext) -> Finding:
    """Judge whether what is sold at a distance has its remedies."""
    if ground.scenario.enterprise.sector not in ground.owed("ecommerce").sectors:
        return Finding("not_applicable")
    return ground.document("ecommerce_remedies") or Finding("not_shown")


def collections_conduct(ground: AuditContext) -> Finding:
    """Judge whether collectors are held to what they may not do."""
    if all(campaign.purpose != "collections" for campaign in ground.scenario.campaigns):
        return Finding("not_applicable")
    return ground.document("collections_conduct") or Finding("not_shown")
