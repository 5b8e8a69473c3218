"""Semantic checks of a scenario: consistency, permission, warnings."""
