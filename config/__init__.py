"""Settings, sources, platforms and rules: values read from files and checked on load."""
