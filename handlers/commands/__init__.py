"""One module for each group of commands; the command line only reads the words and calls them."""
