"""What do editors tell in the demonstration: two stories, two calls, a section with its pages, a centre's own text?"""
