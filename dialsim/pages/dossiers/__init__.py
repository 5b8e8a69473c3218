"""Reports of a run for three readers: management, the compliance officer, the carrier.

A report is made from a run's log (:class:`dialsim.results.tables.run_log.RunLog`) and, for
management, from its replications. It is one page of HTML, to be printed. Nothing is simulated here.
"""
