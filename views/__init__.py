"""One module per noun: a view finds what the user may see, asks it to do one thing, and answers."""
