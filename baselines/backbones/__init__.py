"""The frozen published networks that several baselines share: one loaded copy of each, whoever asks."""
