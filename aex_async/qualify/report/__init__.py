"""The report of a qualification: one self-contained page for the people who decide what comes next."""
