"""Whether numbers are being intercepted, as far as a dialer can tell from how soon calls fail."""
