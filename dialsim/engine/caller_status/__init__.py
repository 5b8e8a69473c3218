"""Filings, line contracts and the platform: what changes the standing of many numbers at once."""
