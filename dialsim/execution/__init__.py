"""Execution of replications by threads, processes or a cluster, with identical results."""
