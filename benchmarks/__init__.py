"""How well it finds, quotes and keeps silent, and how fast: measured on judged data that this project did not write."""
