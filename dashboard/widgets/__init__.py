"""What several pages draw: one file each, named for what it is."""
