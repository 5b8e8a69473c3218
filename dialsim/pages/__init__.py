"""Every page: for a terminal, in HTML, as charts and as dossiers."""
