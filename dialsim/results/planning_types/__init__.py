"""The types of what planning returns, which its pages read: every key with its meaning and unit.

Must not know how a part is made.
"""
