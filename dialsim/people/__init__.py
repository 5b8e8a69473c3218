"""Contact lists: from files or synthetic; their persons and leads.

Reads rows and builds the records that the compliance kernel reads. People's behaviour on a call is
drawn here too, keyed by person and attempt.
"""
