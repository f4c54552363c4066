"""What the program does by itself: the table of jobs, and the one process that runs them."""
