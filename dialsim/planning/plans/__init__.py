"""The cheapest plan that keeps what is promised: search, proof, robustness."""
