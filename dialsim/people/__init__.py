"""Who may be called: lists from files, synthetic lists, persons and leads.

Rows come in; records the compliance kernel can read go out. What these people do when the phone
rings is drawn here too, keyed by person and attempt.
"""
