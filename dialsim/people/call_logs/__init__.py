"""Call logs as dialers write them: formats as data, rows in one form, and their account."""
