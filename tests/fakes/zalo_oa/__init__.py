"""A faithful fake of the Zalo Official Account platform: messages, OAuth, paid templates and signed webhooks."""
