"""From an article's text to a message on a phone: tagging, grouping, delivery."""
