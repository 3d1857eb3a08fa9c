"""Parts that several pages are made of; one file for each."""
