"""Sound: the clip and how it is read."""
