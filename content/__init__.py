"""What we say: the catalogue of entries, the matcher, the bot's own sentences; imports bot."""
