"""Word-level tokenisers over the miniature world's vocabulary, in transformers' own format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.miniworld.captions import vocabulary

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

PAD, UNKNOWN, BEGIN, END = "<pad>", "<unk>", "<s>", "</s>"
# The end of text must not get the identifier 2, which transformers' CLIP treats as a special case.
SPECIAL = {PAD: 0, UNKNOWN: 1, BEGIN: 2, END: 3}


def new_tokenizer(*, length: int, begin: bool) -> PreTrainedTokenizerFast:
    """Return a tokeniser that lowers case, splits at white space and punctuation, and ends each text with ``</s>``.

    ``length`` is its ``model_max_length``; ``begin`` puts ``<s>`` in front, as CLIP does and T5 does not.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = SPECIAL | {word: index + len(SPECIAL) for index, word in enumerate(vocabulary())}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace("_", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation(behavior="removed")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A {END}" if begin else f"$A {END}",
        special_tokens=[(BEGIN, SPECIAL[BEGIN]), (END, SPECIAL[END])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        unk_token=UNKNOWN,
        bos_token=BEGIN,
        eos_token=END,
        model_max_length=length,
        padding_side="right",
    )


def vocabulary_size() -> int:
    """Return the number of tokens."""
    return len(SPECIAL) + len(vocabulary())
