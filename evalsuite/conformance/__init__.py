"""Does a model keep the interface's promises? Made-up sounds, one small function for each promise."""
