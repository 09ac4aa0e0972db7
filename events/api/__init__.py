"""What programs may read and write of events."""
