"""Pages in HTML: self-contained, offline, by day, by night and on paper."""
