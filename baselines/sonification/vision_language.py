"""A captioner with a language model: it is asked what in the picture makes a sound, and answers in a list."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from baselines.sonification.captioning import Concept
from evalsuite.encoders.weights import folder_fingerprint, published_folder
from evalsuite.hashing import SHORT, sha256_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from evalsuite.audio.clip import Picture

VERSION = "vision-language-1"
QUESTION = (
    "Which things in this picture make a sound? Answer with a comma-separated list of a few words each, "
    "the loudest first. Answer «nothing» if nothing makes a sound."
)
LONGEST = 6
"""Words in a concept: anything longer is a sentence and no item of a list."""

_BETWEEN = re.compile(r"[,;\n]|\.(?:\s|$)|\band\b")
_IN_FRONT = re.compile(r"^(?:[\s\-*•\"'«(]|\d+[.)])*(?:(?:a|an|the|some)\s+)?")
_SILENCE = re.compile(r"^(?:no|none|nothing|not|n/a)\b")


class VisionLanguageCaptioner:
    """An image-text-to-text model of transformers with a chat template, such as LLaVA (arXiv:2304.08485)."""

    def __init__(
        self,
        weights: Path | str,
        *,
        question: str = QUESTION,
        limit: int = 3,
        new_tokens: int = 48,
        device: str = "cpu",
    ) -> None:
        """Name a folder with model and processor, or the hub's name of a fetched one. Raises ``UserError``."""
        self._folder = published_folder(weights, holding="config.json")
        self._question, self._limit, self._new_tokens, self._device = question, limit, new_tokens, device

    @property
    def name(self) -> str:
        """The short name for manifests."""
        return f"vision-language {self._folder.name}"

    @cached_property
    def fingerprint(self) -> str:
        """Hash of weights, question and limits."""
        weights = folder_fingerprint(self._folder, preprocessing=VERSION)
        return sha256_json([weights, self._question, self._limit, self._new_tokens])[:SHORT]

    def concepts(self, pictures: Sequence[Picture]) -> list[list[Concept]]:
        """Return the concepts of each uint8 picture (H, W, 3) in the order of the answer.

        All concepts of an answer share its score: the geometric mean of its tokens' probabilities.
        """
        if not len(pictures):
            return []
        return [
            [Concept(text, score) for text in parse(answer)[: self._limit]] for answer, score in self._answers(pictures)
        ]

    def _answers(self, pictures: Sequence[Picture]) -> list[tuple[str, float]]:
        """Return each picture's answer by greedy decoding, and its score."""
        import torch

        model, processor = self._model, self._processor
        inputs = processor(
            images=list(pictures), text=[self._prompt] * len(pictures), padding=True, return_tensors="pt"
        ).to(self._device, model.dtype)
        with torch.inference_mode():
            made = model.generate(
                **inputs,
                max_new_tokens=self._new_tokens,
                do_sample=False,
                output_scores=True,
                return_dict_in_generate=True,
            )
            chances = model.compute_transition_scores(made.sequences, made.scores, normalize_logits=True)
        answers = made.sequences[:, inputs.input_ids.shape[1] :]
        spoken = answers != processor.tokenizer.pad_token_id
        texts = processor.batch_decode(answers, skip_special_tokens=True)
        return list(zip(texts, _means(chances, spoken), strict=True))

    @cached_property
    def _model(self) -> Any:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        import torch
        from transformers import AutoModelForImageTextToText

        dtype = torch.float32 if self._device == "cpu" else torch.bfloat16
        return AutoModelForImageTextToText.from_pretrained(self._folder, dtype=dtype).eval().to(self._device)

    @cached_property
    def _processor(self) -> Any:
        from transformers import AutoProcessor

        processor = AutoProcessor.from_pretrained(self._folder)
        processor.tokenizer.padding_side = "left"  # answers begin where the prompts end
        return processor

    @cached_property
    def _prompt(self) -> str:
        asked = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": self._question}]}]
        prompt: str = self._processor.apply_chat_template(asked, add_generation_prompt=True)
        return prompt


def parse(answer: str) -> list[str]:
    """Return the distinct concepts of a listed answer, in lower case and without articles, bullets and numbers.

    >>> parse("1. A barking dog, the dog; Nothing else and some RAIN.")
    ['barking dog', 'dog', 'rain']
    """
    items = [_IN_FRONT.sub("", item.lower()).strip(" .:!?\"'»)") for item in _BETWEEN.split(answer)]
    return list(dict.fromkeys(item for item in items if _is_concept(item)))


def _is_concept(item: str) -> bool:
    worded = any(letter.isalpha() for letter in item)
    return worded and not _SILENCE.match(item) and len(item.split()) <= LONGEST


def _means(log_chances: Tensor, spoken: Tensor) -> list[float]:
    """Return the geometric mean of the probabilities of the tokens that were spoken, per row; 0 for a mute answer."""
    total = log_chances.float().where(spoken, 0).sum(dim=1)
    count = spoken.sum(dim=1)
    means = (total / count.clamp(min=1)).exp().where(count > 0, 0)
    return [float(mean) for mean in means]
