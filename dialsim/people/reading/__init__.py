"""Reading a list's file: format, columns, text, rows."""
