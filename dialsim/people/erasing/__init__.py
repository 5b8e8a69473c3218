"""Erase a person from list files."""
