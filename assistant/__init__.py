"""What is answered, and how well: triage, finding, quoting, silence, rendering, evaluation."""
