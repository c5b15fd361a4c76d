"""What users have beside the library or beneath it, in the flesh."""
