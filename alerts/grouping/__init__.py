"""Deciding what belongs together: edges into events, claims into steps. Pure functions."""
