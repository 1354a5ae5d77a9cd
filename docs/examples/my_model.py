import numpy as np

from evalsuite.model import ModelCard


class MyModel:
    card = ModelCard(name="my_model", fingerprint="1")  # change it whenever the pictures would

    def generate(self, clips, *, seeds):
        return np.stack([self.draw(clip, seed) for clip, seed in zip(clips, seeds, strict=True)])

    def draw(self, clip, seed):  # higher sounds give lighter greys, the seed gives the grain
        pitch_hz = np.abs(np.fft.rfft(clip.waveform)).argmax() * clip.sample_rate / len(clip.waveform)
        picture = 20 * np.log2(1 + pitch_hz) + np.random.default_rng(seed).normal(0, 8, (64, 64, 3))
        return picture.clip(0, 255).astype(np.uint8)
