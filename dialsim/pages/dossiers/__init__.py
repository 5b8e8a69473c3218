"""A run told to three readers: whoever decides, the compliance officer, the operator's people.

In goes what a run left (:class:`dialsim.results.tables.run_log.RunLog`) and, for whoever decides,
what its replications came to; out comes one page of HTML, to be printed. It plays nothing itself.
"""
