"""The references: floors, ceilings and controls that say what a system's scores mean."""
