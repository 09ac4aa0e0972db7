"""What do programs read and write of this room? One module for each noun."""
