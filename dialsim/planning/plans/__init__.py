"""The cheapest plan that keeps its promises: search, proof, robustness."""
