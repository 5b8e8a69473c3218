"""The pages of replications and of comparisons."""
