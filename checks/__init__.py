"""The checks that ship with brandkit: each module is one, and its name is the check's id."""
