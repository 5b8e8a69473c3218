"""HTML pages: self-contained, offline, for day, night and paper."""
