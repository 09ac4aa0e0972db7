"""What do people fill in about what is tried?"""
