"""What we stand on: settings, clock, storage and channels; imports nothing of ours."""
