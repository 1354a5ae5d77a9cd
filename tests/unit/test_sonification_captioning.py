from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from baselines.sonification.captioning import VOCABULARY, Captioner, Concept, open_captioner, read_vocabulary
from baselines.sonification.clip_tagger import ClipTagger
from baselines.sonification.pairs import PairSettings
from baselines.sonification.vision_language import VisionLanguageCaptioner, parse
from evalsuite.errors import UserError
from evalsuite.miniworld.concepts import TRAINING_CONCEPTS
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY_HERE = ("dog", "rain", "crying baby", "crackling fire")
CHAT = (
    "{% for message in messages %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endfor %}"
)


def save_tokenizer(folder: Path, *special: str) -> int:
    from evalsuite.miniworld.pretrain.words import new_tokenizer, vocabulary_size

    tokenizer = new_tokenizer(length=200, begin=True)
    tokenizer.add_special_tokens({"additional_special_tokens": list(special)})
    tokenizer.save_pretrained(folder)
    return vocabulary_size() + len(special)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of transformers with random weights."""
    register_missing_operators()
    import torch
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTextConfig, CLIPVisionConfig

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("clip")
    size: dict[str, Any] = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "projection_dim": 16}
    words = {"vocab_size": save_tokenizer(folder), "eos_token_id": 3, "pad_token_id": 0, "bos_token_id": 2}
    text = CLIPTextConfig(num_attention_heads=2, max_position_embeddings=24, **size, **words)
    vision = CLIPVisionConfig(num_attention_heads=2, image_size=32, patch_size=8, **size)
    CLIPModel(
        CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=16)
    ).save_pretrained(folder)
    side = {"height": 32, "width": 32}
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=side).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LLaVA with random weights, laid out as the published ones are."""
    register_missing_operators()
    import torch
    from transformers import (
        AutoTokenizer,
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("llava")
    words = save_tokenizer(folder, "<image>")
    size: dict[str, Any] = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2}
    vision = CLIPVisionConfig(num_attention_heads=2, image_size=32, patch_size=16, **size)
    special = {"pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3}
    language = LlamaConfig(vocab_size=words, num_attention_heads=2, max_position_embeddings=256, **size, **special)
    LlavaForConditionalGeneration(
        LlavaConfig(vision_config=vision, text_config=language, image_token_index=words - 1)
    ).save_pretrained(folder)
    LlavaProcessor(
        image_processor=CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        tokenizer=AutoTokenizer.from_pretrained(folder),
        patch_size=16,
        vision_feature_select_strategy="default",
        chat_template=CHAT,
        num_additional_image_tokens=1,
    ).save_pretrained(folder)
    return folder


def pictures(count: int = 3) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (count, 40, 56, 3), np.uint8))


def test_the_tagger_weighs_the_whole_vocabulary_whatever_the_batch(clip: Path):
    tagger = ClipTagger(clip, vocabulary=VOCABULARY_HERE)
    together = tagger.probabilities(pictures())
    assert together.shape == (3, 4)
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-5)
    alone = np.concatenate([tagger.probabilities([picture]) for picture in pictures()])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert np.ptp(together, axis=0).max() > 1e-4, "pictures matter"


def test_the_tagger_keeps_the_surest_above_the_threshold(clip: Path):
    every = ClipTagger(clip, vocabulary=VOCABULARY_HERE, threshold=0, limit=4)
    assert isinstance(every, Captioner)
    [ranked] = every.concepts(pictures(1))
    assert {concept.text for concept in ranked} == set(VOCABULARY_HERE)
    assert [concept.score for concept in ranked] == sorted((concept.score for concept in ranked), reverse=True)
    between = (ranked[1].score + ranked[2].score) / 2
    assert ClipTagger(clip, vocabulary=VOCABULARY_HERE, threshold=between, limit=4).concepts(pictures(1)) == [
        ranked[:2]
    ]
    assert ClipTagger(clip, vocabulary=VOCABULARY_HERE, threshold=0, limit=1).concepts(pictures(1)) == [ranked[:1]]
    assert every.concepts([]) == []


def test_whatever_changes_an_answer_changes_the_fingerprint(clip: Path):
    asked: dict[str, Any] = {"vocabulary": VOCABULARY_HERE, "prompt": "{concept}", "threshold": 0.1, "limit": 2}
    others = [{"vocabulary": ("dog",)}, {"prompt": "a {concept}"}, {"threshold": 0.2}, {"limit": 3}]
    prints = {ClipTagger(clip, **asked | other).fingerprint for other in ({}, *others)}
    assert len(prints) == 5


def test_a_vision_language_model_is_asked_and_answers(llava: Path):
    captioner = open_captioner(
        PairSettings(captioner="vision_language", captioner_weights=str(llava), concepts_per_picture=2), device="cpu"
    )
    assert isinstance(captioner, VisionLanguageCaptioner)
    answers = captioner._answers(pictures())
    assert len(answers) == 3
    assert all(0 < score < 1 for _, score in answers)
    found = captioner.concepts(pictures())
    assert found == [[Concept(text, score) for text in parse(answer)[:2]] for answer, score in answers]
    alone = [captioner._answers([picture])[0] for picture in pictures()]
    assert [text for text, _ in alone] == [text for text, _ in answers]
    np.testing.assert_allclose([score for _, score in alone], [score for _, score in answers], rtol=1e-4)
    assert captioner.concepts([]) == []


@pytest.mark.parametrize(
    ("answer", "concepts"),
    [
        ("A dog, rain, a church bell.", ["dog", "rain", "church bell"]),
        ("1. Dog\n2. The DOG\n3. crowd", ["dog", "crowd"]),
        ("* waves and wind; birds", ["waves", "wind", "birds"]),
        ("Nothing makes a sound.", []),
        ("none", []),
        ("", []),
        ("In this picture one can see quite a lot of things, dog", ["dog"]),
    ],
)
def test_answers_are_read_defensively(answer: str, concepts: list[str]):
    assert parse(answer) == concepts


def test_the_shipped_vocabulary_is_the_training_set():
    assert read_vocabulary(VOCABULARY) == tuple(concept.label for concept in TRAINING_CONCEPTS)


def test_a_faulty_vocabulary_is_told_by_line(tmp_path: Path):
    file = tmp_path / "words.txt"
    with pytest.raises(UserError, match="no vocabulary that can be read"):
        read_vocabulary(file)
    file.write_text("# nothing yet\n\n")
    with pytest.raises(UserError, match="empty"):
        read_vocabulary(file)
    file.write_text("dog\nrain\ndog\n")
    with pytest.raises(UserError, match="'dog' is in line 1 already") as caught:
        read_vocabulary(file)
    assert caught.value.line == 3


def test_other_weights_are_told(clip: Path, llava: Path, tmp_path: Path):
    with pytest.raises(UserError, match="not a CLIP"):
        ClipTagger(llava, vocabulary=VOCABULARY_HERE)
    with pytest.raises(UserError, match="no such folder"):
        ClipTagger(tmp_path / "none", vocabulary=VOCABULARY_HERE)
    with pytest.raises(UserError, match="nor a local copy from the hub"):
        ClipTagger("nobody/no-such-model", vocabulary=VOCABULARY_HERE)
    assert ClipTagger(clip, vocabulary=VOCABULARY_HERE).name == f"clip-tagger {clip.name}"
