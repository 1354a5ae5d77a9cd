"""How the miniature world's checkpoints are made: one module per stage, all from committed code."""
