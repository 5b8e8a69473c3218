"""Erasure of a person from the lists, registries, call histories and runs of a folder."""
