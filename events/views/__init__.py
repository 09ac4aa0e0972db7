"""The pages of the room: in the workspace, and in public."""
