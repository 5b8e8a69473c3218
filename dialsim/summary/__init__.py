"""The summary of a run: how it is built, stored, described and read again."""
