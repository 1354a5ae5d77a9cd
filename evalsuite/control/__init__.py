"""Control: how pictures answer when a sound is changed by a known dose."""
