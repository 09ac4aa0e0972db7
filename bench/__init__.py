"""What does it cost to read and write, beside the raw query of the same run?"""
