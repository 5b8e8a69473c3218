"""Whom a campaign dials next: calls agreed on, people who wait to be tried again, fresh rows."""
