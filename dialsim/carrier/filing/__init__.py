"""Who is registered when, and whose standing a replacement inherits."""
