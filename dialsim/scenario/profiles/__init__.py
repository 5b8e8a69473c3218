"""Rule packs, network profiles, obligations and reasons: every value with its source."""
