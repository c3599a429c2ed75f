"""Tests of what is written and vetted."""
