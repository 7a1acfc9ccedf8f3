"""Train the decks' headline results on the full data, improve on them, and write RESULTS.md."""
