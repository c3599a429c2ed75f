"""The same rooms, the same names: each test file mirrors a module."""
