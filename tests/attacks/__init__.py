"""What students may try to take points, stop a batch or touch the machine, and what it comes to."""
