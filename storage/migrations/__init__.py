"""One set of revisions for both databases."""
