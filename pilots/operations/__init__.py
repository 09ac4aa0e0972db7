"""How is anything that is tried written down? One function per act, each one transaction with its audit rows."""
