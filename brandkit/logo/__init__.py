"""Find a brand's logo in a frame, and measure how it is used."""
