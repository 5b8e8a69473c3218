"""A lead after an attempt: finished, or retried, when and by which number."""
