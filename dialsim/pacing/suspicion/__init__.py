"""Detection of intercepted numbers, as far as early call failures show it to a dialer."""
