"""What is written and vetted: documents (data) and the code that reads, approves and splits them."""
