"""The console as officers use it: by a browser without JavaScript, against the whole service."""
