"""How does the public face change? Cases in `cases`, the page tree in `trees`, the editor's groups in `groups`."""
