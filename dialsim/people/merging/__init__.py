"""Merge rows of one person: hash tables of numbers and identifiers, and the merged values."""
