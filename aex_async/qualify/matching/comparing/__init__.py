"""Two addresses held against each other, part by part."""
