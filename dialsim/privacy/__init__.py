"""Forgetting a person: lists, registries, call histories and runs of a folder."""
