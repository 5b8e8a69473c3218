"""Files that are whole or not there: written aside and renamed, several at once by a journal.

What is read is bounded and checked: small files, JSON, names of files, checksums of tables.
A command that was killed leaves nothing that a later one takes for whole: what it was writing is
locked while it lives, and removed by the next command once it is dead.
"""
