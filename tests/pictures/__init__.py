"""Pictures of the documentation, made from what the service really says."""
