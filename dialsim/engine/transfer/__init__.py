"""A callee who asks a robot for a person: handed over, held, or given up."""
