"""Does a picture look like the brand's: encoders, references, and limits that mean something."""
