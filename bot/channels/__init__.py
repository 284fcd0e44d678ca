"""The channels residents write on, behind one protocol."""
