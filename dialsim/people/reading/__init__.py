"""Read list files: format, columns, text, rows."""
