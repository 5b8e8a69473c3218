"""What a lead does after an attempt: finished, or tried again when, and by which number."""
