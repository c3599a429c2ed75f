"""Tests of what can be found."""
