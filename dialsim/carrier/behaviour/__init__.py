"""How calls went: short ones, unanswered ones, talk, and whether callees are new."""
