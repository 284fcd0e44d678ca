"""What we send: subscribers and their consent today, campaigns and notices later; imports content and bot."""
