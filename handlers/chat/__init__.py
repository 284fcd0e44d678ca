"""The conversation: what a resident writes, and what they are told; the same code on every channel."""
