"""Replications played: by threads, processes or a cluster, each figure the same whoever plays."""
