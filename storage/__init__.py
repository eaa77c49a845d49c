"""Everything that is kept, and every question that is answered from it."""
