"""What a clip does over time: its shots, and what changes in it that motion does not explain."""
