"""Taking a person out of the files of lists."""
