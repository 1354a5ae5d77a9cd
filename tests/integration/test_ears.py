"""The shared ears: the AST against the library's own classes, EfficientAT against its own towers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from backbones import _save_published_ast, small_backbones, tone
from official_weights import chirp

from baselines.backbones import ears
from baselines.backbones.ears import Ears
from evalsuite.encoders.efficientat import efficientat_towers
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip

CLIPS = [tone(hertz) for hertz in (220, 880, 1760, 3520)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_backbones(tmp_path_factory.mktemp("small")).ast


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    _save_published_ast(folder)
    return folder


@pytest.fixture(autouse=True)
def _nothing_heard_before() -> None:
    ears._open.cache_clear()


def last_hidden_states(folder: Path, clips: list[Clip]):
    """What transformers' own ASTModel makes of the library's own front end."""
    import torch
    from transformers import ASTFeatureExtractor, ASTModel

    inputs = ASTFeatureExtractor.from_pretrained(folder)(
        [clip.waveform for clip in clips], sampling_rate=16_000, return_tensors="pt"
    ).input_values
    with torch.inference_mode():
        return ASTModel.from_pretrained(folder).eval()(inputs).last_hidden_state


@pytest.mark.parametrize("layout", ["small", "published"])
def test_tokens_are_those_of_the_librarys_model_to_the_last_bit(layout: str, request: pytest.FixtureRequest):
    import torch

    folder = request.getfixturevalue(layout)
    clips = CLIPS[:2]
    heard = Ears(folder, device="cpu", batch=2).listen(clips)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as batches are computed: more threads sum up in another order
    wanted = last_hidden_states(folder, clips)
    torch.set_num_threads(threads)
    assert torch.equal(heard, wanted)


def test_tags_are_those_of_the_librarys_classifier(small: Path):
    import torch
    from transformers import pipeline

    listener = Ears(small, device="cpu", batch=3)
    ours = torch.sigmoid(listener.tag(CLIPS))
    tagger = pipeline("audio-classification", model=str(small), top_k=None)
    for row, clip in zip(ours, CLIPS, strict=True):
        theirs = {told["label"]: told["score"] for told in tagger(clip.waveform.copy(), function_to_apply="sigmoid")}
        np.testing.assert_allclose(row.numpy(), [theirs[label] for label in listener.labels], atol=1e-5)


def test_the_head_is_the_classifier_of_a_normalised_token(small: Path, tmp_path: Path):
    import torch
    from transformers import ASTForAudioClassification

    net = ASTForAudioClassification.from_pretrained(small).eval()
    torch.nn.init.normal_(net.classifier.layernorm.weight)
    torch.nn.init.normal_(net.classifier.layernorm.bias)
    folder = shutil.copytree(small, tmp_path / "ast")
    net.save_pretrained(folder)
    head, token = Ears(folder, device="cpu", batch=2).head, torch.randn(5, net.config.hidden_size)
    token = torch.nn.functional.layer_norm(token, token.shape[1:])
    with torch.inference_mode():
        torch.testing.assert_close(token @ head.weight.T + head.bias, net.classifier(token), atol=1e-4, rtol=1e-4)


def test_a_sound_is_heard_once_by_all_that_share_the_weights(small: Path, monkeypatch: pytest.MonkeyPatch):
    counted: list[int] = []
    hear = Ears._hear
    monkeypatch.setattr(Ears, "_hear", lambda self, clips: counted.append(len(clips)) or hear(self, clips))
    first, second = (Ears(small, device="cpu", batch=2) for _ in range(2))
    first.listen(CLIPS[:3])
    second.tag(CLIPS)
    second.listen(CLIPS)
    first.summarise(CLIPS)
    assert counted == [3, 1]
    quieter = replace(CLIPS[0], waveform=CLIPS[0].waveform * np.float32(0.5))
    first.tag([quieter])
    assert counted == [3, 1, 1]


def test_what_is_remembered_is_what_was_heard(small: Path):
    import torch

    listener = Ears(small, device="cpu", batch=2)
    tokens, tags = listener.listen(CLIPS), listener.tag(CLIPS)
    assert torch.equal(listener.listen(CLIPS[::-1]).flip(0), tokens)
    ears._open.cache_clear()
    assert torch.equal(listener.tag(CLIPS[1:2])[0], tags[1])
    assert torch.allclose(listener.summarise(CLIPS), tokens.mean(dim=1), atol=1e-6)


def test_weights_without_a_head_give_tokens_and_no_tags(small: Path, tmp_path: Path):
    import torch
    from transformers import ASTFeatureExtractor, ASTModel

    ASTModel.from_pretrained(small).save_pretrained(tmp_path)
    ASTFeatureExtractor.from_pretrained(small).save_pretrained(tmp_path)
    bare = Ears(tmp_path, device="cpu", batch=2)
    assert torch.equal(bare.listen(CLIPS), Ears(small, device="cpu", batch=2).listen(CLIPS))
    for ask in (lambda: bare.labels, lambda: bare.tag(CLIPS)):
        with pytest.raises(UserError, match="no classification head"):
            ask()


def test_efficientat_hears_what_its_towers_hear(mn04_as: Path):
    import torch

    clips = [chirp(0), chirp(1, seconds=2.0), chirp(2, seconds=11.0)]
    heard = Ears(mn04_as, device="cpu", batch=32, use="efficientat")
    towers = efficientat_towers(weights=mn04_as, device="cpu")
    embeddings = towers["audio"].embed(clips)
    np.testing.assert_allclose(heard.summarise(clips), embeddings, atol=1e-5)
    np.testing.assert_allclose(heard.tag(clips), towers["head"].embed(list(embeddings)), atol=1e-4)
    tokens = heard.listen(clips)
    assert tokens.shape == (3, 16, heard.width)
    assert torch.allclose(tokens[0].mean(dim=0), heard.summarise(clips)[0], atol=1e-6), "five seconds make as many"
    ears._open.cache_clear()
    assert torch.equal(Ears(mn04_as, device="cpu", batch=1, use="efficientat").listen(clips[1:])[0], tokens[1])


def test_fingerprints_tell_ears_apart(small: Path, mn04_as: Path, tmp_path: Path):
    mine = tmp_path / "weights.pt"
    mine.write_bytes(mn04_as.read_bytes()[:-1])
    told = {Ears(file, device="cpu", batch=1, use="efficientat").fingerprint for file in (mn04_as, mine)}
    assert len(told | {Ears(small, device="cpu", batch=1).fingerprint}) == 3
