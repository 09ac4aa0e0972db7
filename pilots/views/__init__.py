"""What do people see of what is tried? One file per noun: its pages, then its ROUTES."""
