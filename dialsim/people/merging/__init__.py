"""Who is the same person: hash tables of numbers and identifiers, and what merged rows keep."""
