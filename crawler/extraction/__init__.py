"""From the bytes of a page to its title, text, date and language."""
