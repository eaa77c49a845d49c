"""The revisions, numbered in the order in which they apply."""
