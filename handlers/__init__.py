"""What we react to: chat, webhooks, web pages, the command line, and the wiring of it all."""
