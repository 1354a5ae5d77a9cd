"""What may be done to a sound: each transform does what it claims and measures what it did."""
