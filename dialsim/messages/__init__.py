"""Texts of every language: English where it is used, other languages in one catalogue each."""
