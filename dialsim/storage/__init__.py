"""Files that are whole or not there: written aside and renamed, several at once by a journal.

A command that was killed leaves nothing that a later one takes for whole: what it was writing is
locked while it lives, and removed by the next command once it is dead.
"""
