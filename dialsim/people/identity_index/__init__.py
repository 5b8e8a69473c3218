"""Numbers and identifiers that have been met: tables that say which row each is of."""
