"""A small news world on loopback, for `interopwatch demo` and for the tests."""
