"""Whether scorers agree, and which of them know a system already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from panel_example import D, wide_run
from reporting_example import REFERENCES, RIVALS, SYSTEM

from evalsuite.miniworld import __file__ as miniworld
from evalsuite.model import ModelCard
from evalsuite.profile import load_profile
from evalsuite.record import EncoderStamp, RunRecord
from evalsuite.running.encoder_identity import is_encoder, made_with
from evalsuite.running.panel import ask_panels
from evalsuite.running.winners import contested
from evalsuite.training_record import load_training

if TYPE_CHECKING:
    from evalsuite.run_folder import Run
    from evalsuite.scorer_panel import ScorerPanel

CHECKPOINTS = Path(miniworld).parent / "checkpoints"
NAN = float("nan")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return wide_run(tmp_path_factory.mktemp("runs") / "wide")[0]


@pytest.fixture
def record(run: Run) -> RunRecord:
    return run.record


def _panel(record: RunRecord, question: str) -> ScorerPanel:
    return next(panel for panel in record.panels if panel.question == question)


def test_each_question_ranks_the_systems_by_every_scorer(record: RunRecord) -> None:
    panel = _panel(record, "recognition")
    assert panel.systems == (SYSTEM.name, *(card.name for card in RIVALS))
    assert [(scorer.metric, scorer.ranks, scorer.winner) for scorer in panel.scorers] == [
        ("accuracy", (2, 4, 3, 5, 1), "cascade"),
        ("aic", (1, 2, 3, 5, 4), "seeingsounds"),
    ]
    # Of the ten pairs of systems the two orders have six alike and four the other way round.
    (agreement,) = panel.agreements
    assert (agreement.scorers, agreement.tau) == (("accuracy", "aic"), pytest.approx(0.2))


def test_a_winner_that_depends_on_the_scorer_is_told_in_words(record: RunRecord) -> None:
    panel = _panel(record, "recognition")
    assert panel.winner_depends
    told = "The winner depends on the scorer: cascade by accuracy, seeingsounds by AIC, each by more than noise."
    assert panel.warnings == (told,)


def test_a_lead_within_noise_is_no_finding(record: RunRecord) -> None:
    panel = _panel(record, "picture and class")
    assert {scorer.winner for scorer in panel.scorers} == {"cascade", "seeingsounds"}
    assert not panel.winner_depends
    assert panel.warnings == ()


def test_a_scorer_that_helped_to_make_a_system_is_named(record: RunRecord) -> None:
    panel = _panel(record, "picture and sound")
    assert {scorer.metric: scorer.met for scorer in panel.scorers} == {
        "audioclip_similarity": (),
        "ais_cos": (),
        "clap_similarity": ("sound2scene", "sonification"),
    }
    (warning,) = panel.warnings
    assert warning.startswith("CLAP similarity is no independent judge of sound2scene and sonification:")
    assert warning.endswith("these systems were trained or guided with its encoder (clap).")


def test_what_is_not_comparable_is_not_asked_and_its_alternative_is(record: RunRecord) -> None:
    panel = _panel(record, "pictures as a set")
    assert record.dataset.n < D
    assert [scorer.metric for scorer in panel.scorers] == ["kid", "clip_kid", "cmmd"]
    assert panel.warnings == ("CLIP KID and CMMD both look through judge_clip: that they agree says little.",)


def test_one_scorer_alone_is_no_panel_unless_it_knows_a_system(record: RunRecord) -> None:
    def asked(*metrics: str) -> list[str]:
        kept = [m for m in record.measurements if m.metric in metrics]
        return [panel.question for panel in ask_panels(record, kept, rows=[])]

    assert asked("accuracy", "clip_similarity") == []
    assert asked("accuracy", "clap_similarity") == ["picture and sound"]


def test_an_undefined_value_and_unequal_numbers_of_clips_leave_the_panel(run: Run) -> None:
    def changed(metric: str, **passport: int) -> list[ScorerPanel]:
        found = []
        for m in run.record.measurements:
            if (m.model, m.metric) == (SYSTEM.name, metric):
                estimate = m.estimate if passport else m.estimate.model_copy(update={"value": NAN})
                m = m.model_copy(update={"estimate": estimate, "passport": m.passport.model_copy(update=passport)})  # noqa: PLW2901
            if m.metric in {"clip_similarity", "second_clip_similarity"}:
                found.append(m)
        return list(ask_panels(run.record, found, rows=run.clips().to_dict("records")))

    (panel,) = changed("second_clip_similarity")
    assert SYSTEM.name not in panel.systems
    assert panel.agreements[0].tau == pytest.approx(0)  # of six pairs three are turned round
    assert changed("second_clip_similarity", n=99) == []


def test_systems_of_one_value_share_a_rank_and_win_nothing(tmp_path: Path) -> None:
    record = wide_run(tmp_path / "r", models=(SYSTEM, RIVALS[0], *REFERENCES))[0].record
    same = [m.model_copy(update={"estimate": record.measurements[0].estimate}) for m in record.measurements]
    panel = _panel(record.model_copy(update={"panels": ask_panels(record, same, rows=[])}), "recognition")
    assert [(scorer.ranks, scorer.winner) for scorer in panel.scorers] == [((1, 1), None)] * 2
    assert panel.agreements[0].tau != panel.agreements[0].tau  # NaN: neither ranks anything


def test_winners_are_contested_only_where_both_leads_are_sure(record: RunRecord) -> None:
    scores = {
        metric: {m.model: m for m in record.measurements if m.metric == metric and m.passport.subset == "all"}
        for metric in ("kid", "clip_kid", "cmmd")
    }
    rows = [
        {"model": "cascade", "clip_id": "1", "source": "1"},
        {"model": "sonification", "clip_id": "1", "source": "1"},
    ]

    def told(**winners: str) -> dict[str, str]:
        return contested(scores, winners, rows=rows)

    assert told(kid="cascade", cmmd="cascade") == {}
    assert told(kid="cascade", cmmd="sonification") == {}  # it is far behind by its own scorer
    turned = {model: m.model_copy(update={"higher_is_better": True}) for model, m in scores["cmmd"].items()}
    scores["cmmd"] = turned
    assert told(kid="cascade", cmmd="sonification") == {"kid": "cascade", "cmmd": "sonification"}
    assert told(kid="cascade", clip_kid="cascade", cmmd="sonification") == {
        "kid": "cascade",
        "clip_kid": "cascade",
        "cmmd": "sonification",
    }


CLAP = EncoderStamp(role="clap", name="clap", fingerprint="c053e55fb251" + "0" * 52, weights="mini:clap")
SEGMENTER = EncoderStamp(role="segmenter", name="clipseg", fingerprint="5e9", weights="mini:clipseg")
VIT_L = EncoderStamp(
    role="second_judge", name="ViT-L-14-quickgelu:openai", fingerprint="ab12", weights="published:clip-vit-l-14"
)


@pytest.mark.parametrize(
    ("named", "stamp", "same"),
    [
        ("mini:clap", CLAP, True),
        ("clap", CLAP, True),
        ("mini:clip", CLAP, False),
        ("any name@c053e55f", CLAP, True),
        ("any name@c053e55e", CLAP, False),
        ("clap@2", CLAP, False),
        ("", CLAP.model_copy(update={"weights": ""}), False),
        ("laion/clap-htsat-unfused", CLAP.model_copy(update={"weights": "published:clap"}), True),
        ("openai/clip-vit-large-patch14", VIT_L, True),
        ("ViT-L-14:openai", VIT_L, True),
        ("black-forest-labs/FLUX.1-schnell", VIT_L, True),
        ("openai/clip-vit-base-patch32", VIT_L, False),
        ("mini:clipseg", SEGMENTER, True),
        ("mini:clip", SEGMENTER, True),  # which it sees through
        ("mini:judge_clip", SEGMENTER, False),
        ("mini:clipseg", CLAP, False),
        ("openai/clip-vit-large-patch14-336", VIT_L, False),
    ],
)
def test_an_encoder_is_known_by_its_weights_whatever_they_are_called(
    named: str, stamp: EncoderStamp, *, same: bool
) -> None:
    assert is_encoder(named, stamp) is same


def test_in_the_mini_world_clap_and_the_segmenters_clip_both_score_and_make_systems() -> None:
    trained = {folder.parent.name: load_training(folder.parent) for folder in CHECKPOINTS.glob("*/training.json")}
    cards = [ModelCard(name=name, fingerprint="1", encoders=found.encoders) for name, found in trained.items() if found]
    assert {"seeingsounds", "sonification", "sound2scene", "sound2vision"} <= {card.name for card in cards}
    shared = {
        role: sorted(
            made_with(cards, [EncoderStamp(role=role, name="", fingerprint="", weights=binding.weights or "")])
        )
        for role, binding in load_profile("mini").encoders.items()
    }
    assert {role: names for role, names in shared.items() if names} == {
        "clap": ["sonification", "sound2scene", "sound2vision"],
        "segmenter": ["sonification", "sound2scene", "sound2vision"],
    }
