"""From a row of the outbox to a message that somebody reads, and back: its receipt."""
