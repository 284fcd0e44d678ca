"""Words of distress are found in every spelling; the same words in everyday use are not distress."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from content.distress import DistressFinder
from content.distress_files import distress_lines, load_distress
from content.distress_learned import LearnedWeights, weigh
from content.distress_rules import Distress, DistressKind, DistressRules, Whereabouts
from content.distress_text import KHMER, WORD
from content.distress_training import Example, Trainer, made_of
from content.distress_words import WordClasses
from content.normalise import clean, fold

FINDER = load_distress()
LABELLED = [
    line.split("\t")
    for line in (Path(__file__).parent / "distress_messages.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
CALLS = [(kind, text) for kind, text in LABELLED if kind != "none"]
ORDINARY = [text for kind, text in LABELLED if kind == "none"]


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def test_the_set_is_large_enough() -> None:
    assert len(CALLS) >= 150
    assert len(ORDINARY) >= 300


@pytest.mark.parametrize("spelling", [str, lambda text: fold(clean(text))], ids=["as written", "without marks"])
def test_calls_for_help_are_found(spelling: type[str]) -> None:
    missed = [text for _, text in CALLS if FINDER.find(spelling(text)) is None]
    assert share([FINDER.find(spelling(text)) is not None for _, text in CALLS]) >= 0.97, missed


@pytest.mark.parametrize("spelling", [str, lambda text: fold(clean(text))], ids=["as written", "without marks"])
def test_everyday_messages_are_not_distress(spelling: type[str]) -> None:
    false = [text for text in ORDINARY if FINDER.find(spelling(text)) is not None]
    assert len(false) / len(ORDINARY) <= 0.02, false


def test_the_kind_is_mostly_right() -> None:
    right = [found.kind == kind for kind, text in CALLS if (found := FINDER.find(text)) is not None]
    assert share(right) >= 0.93


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cuu voi ghe chim gan hon chuoi 6 nguoi", Distress(DistressKind.BOAT, Whereabouts.SEA)),
        (
            "em tui qua campuchia lam bi nhot doi 5000 do moi cho ve, keu ai",
            Distress(DistressKind.HELD, Whereabouts.ABROAD),
        ),
        ("bị nhốt, cứu em với", Distress(DistressKind.HELD, Whereabouts.UNCLEAR)),
        ("cháy nhà rồi, ấp 3 phường Hồng Ngự", Distress(DistressKind.GENERAL, Whereabouts.VIET_NAM)),
        ("cứu tôi với", Distress(DistressKind.GENERAL, Whereabouts.UNCLEAR)),
        ("help me, I am locked in a casino in Bavet", Distress(DistressKind.HELD, Whereabouts.ABROAD)),
        ("ទូកលិច ជួយផង", Distress(DistressKind.BOAT, Whereabouts.SEA)),
    ],
)
def test_kind_and_whereabouts(text: str, wanted: Distress) -> None:
    assert FINDER.find(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "chìm trong nợ",
        "cháy hàng rồi",
        "cuu toi voi chuyen giay to",
        "số cứu nạn là số mấy",
        "tàu gặp nạn thì gọi số nào",
        "ghe chạy ra biển cần giấy gì",
        "ghe chay ra bien can giay gi",
        "bắn chim có bị phạt không",
        "",
        "😭😭",
        "x" * 5000,
    ],
)
def test_not_distress(text: str) -> None:
    assert FINDER.find(text) is None


def test_marks_tell_burning_from_driving() -> None:
    assert FINDER.find("ghe tui cháy rồi ngoài biển") is not None
    assert FINDER.find("ghe tui chạy rồi ngoài biển") is None


RULES = {
    "threshold": 2.0,
    "groups": {
        "boat": {"vi": ["ghe"]},
        "sinking": {"vi": ["chìm"]},
        "plea": {"vi": ["cứu"]},
        "asking": {"vi": ["phạt"]},
        "reported": {"vi": ["năm ngoái"]},
    },
    "where": {"sea": {"vi": ["ngoài khơi"]}},
    "signals": [{"kind": "boat", "score": 1.5, "groups": ["boat", "sinking"], "within": 3}],
    "modifiers": {"plea": 2.0, "asking": -2.0},
    "statement": 0.75,
    "question": -1.0,
    "lone_plea_words": 1,
    "idioms": {"vi": ["chìm xuồng"]},
}


def test_the_score_is_the_sum_of_signal_and_modifiers() -> None:
    finder = DistressFinder(DistressRules.from_mapping(RULES))
    assert finder.find("ghe chìm") is not None  # 1.5 + 0.75
    assert finder.find("ghe chìm không?") is None  # 1.5 - 1
    assert finder.find("ghe chìm bị phạt") is None  # 1.5 + 0.75 - 2
    assert finder.find("ghe của ông Tư bên kia sông chìm") is None  # too far apart
    assert finder.find("ghe chìm xuồng") is None  # an idiom
    assert finder.find("cứu") is not None
    assert finder.find("cứu cái bài này đi") is None


def test_rules_that_name_unknown_groups_are_refused() -> None:
    broken = {**RULES, "modifiers": {"hope": 1.0}}
    with pytest.raises(ValueError, match="hope"):
        DistressRules.from_mapping(broken)


ALONE = {
    **RULES,
    "alone": {
        "general": {"vi": ["muốn chết", "vỡ ối!"], "en": ["need ambulance"]},
        "held": {"km": ["គេលក់ខ្ញុំ"]},
    },
    "around": {"vi": ["tui", "rồi", "ơi"], "en": ["i", "an", "please"], "km": ["ខ្ញុំ", "ជួយ"]},
}


@pytest.mark.parametrize(
    "text", ["muốn chết", "Tui muốn chết rồi!", "tui muon chet", "vỡ ối rồi", "I need an ambulance please", "ជួយ គេលក់ខ្ញុំ"]
)
def test_a_few_words_are_a_cry_when_nothing_else_is_said(text: str) -> None:
    assert DistressFinder(DistressRules.from_mapping(ALONE)).find(text) is not None


@pytest.mark.parametrize(
    "text", ["", "muốn chết?", "muốn chết cười", "vo oi", "vợ ơi", "chết muốn", "no ambulance needed", "គេលក់"]
)
def test_with_other_words_or_a_question_mark_they_are_none(text: str) -> None:
    assert DistressFinder(DistressRules.from_mapping(ALONE)).find(text) is None


def test_the_kind_of_a_bare_cry_is_the_one_it_is_listed_under() -> None:
    found = DistressFinder(DistressRules.from_mapping(ALONE)).find("គេលក់ខ្ញុំ")
    assert found == Distress(DistressKind.HELD, Whereabouts.UNCLEAR)


EXAMPLES = [line.split("\t") for line in distress_lines("distress_examples.tsv")[1:]]


def test_the_examples_are_many_and_none_of_them_is_in_this_test() -> None:
    assert sum(kind != "none" for kind, _, _ in EXAMPLES) >= 500
    assert sum(kind == "none" for kind, _, _ in EXAMPLES) >= 600
    texts = [clean(text) for _, _, text in EXAMPLES]
    assert len(texts) == len(set(texts))
    assert {clean(text) for _, text in LABELLED}.isdisjoint(texts)


def said(text: str) -> str:
    """The words alone: two messages that differ in marks, capitals or signs only are the same."""
    folded = fold(clean(text))
    return " ".join(WORD.findall(folded) + KHMER.findall(folded))


@pytest.mark.parametrize("judged", sorted(Path(__file__).parent.glob("distress_*.tsv")), ids=lambda path: path.stem)
def test_nothing_that_is_judged_was_learned_from(judged: Path) -> None:
    lines = {said(line.split("\t")[1]): line for line in judged.read_text(encoding="utf-8").splitlines()[1:]}
    learned = {said(text) for _, _, text in EXAMPLES}
    assert [lines[words] for words in sorted(lines.keys() & learned)] == []


def test_the_weights_were_learned_from_these_examples_and_word_classes() -> None:
    first_lines = (files("content") / "data" / "distress_weights.tsv").read_text(encoding="utf-8").splitlines()[:2]
    assert f"# made of {made_of()}" in first_lines, "run python -m content.distress_training"


def test_word_classes_are_in_the_spelling_they_are_looked_up_in() -> None:
    for line in distress_lines("distress_words.tsv")[1:]:
        _, language, phrases = line.split("\t")
        assert language in {"vi", "en", "km"}
        assert phrases == clean(phrases)
        assert all(len(phrase) >= 2 for phrase in phrases.split(" | ")) or language != "km"


@pytest.mark.parametrize(
    "text",
    [
        "má tui bị máy xay lúa cuốn tay rồi, máu nhiều quá",
        "bé nhà em nuốt cục pin, mặt tím rồi",
        "tụi em bị khoá trong kho ở Poipet, tụi nó đánh hoài",
        "my uncle was bitten by a cobra and can’t breathe",
        "ខ្ញុំត្រូវគេចាក់សោក្នុងបន្ទប់ គេវាយខ្ញុំ",
    ],
)
def test_calls_in_words_of_no_rule_and_no_example(text: str) -> None:
    assert FINDER.find(text) is not None
    assert FINDER.find(fold(clean(text))) is not None


def test_the_longest_phrase_of_a_class_counts_and_marks_must_fit() -> None:
    classes = WordClasses([("water", "vi", "chìm"), ("harmless", "vi", "chìm trong nợ"), ("fire", "vi", "cháy!")])
    finder = DistressFinder(DistressRules.from_mapping(RULES), classes=classes)
    for text, names in (
        ("ghe chìm", {"c:water"}),
        ("nhà chìm trong nợ", {"c:harmless"}),
        ("nha chim trong no", {"c:harmless"}),
        ("nhà cháy", {"c:fire"}),
        ("nhà chạy", set()),
        ("nha chay", set()),
    ):
        assert set(finder.features(text)[5]) == names, text


def test_what_was_learned_has_the_last_word_unless_the_rules_are_sure() -> None:
    learned = LearnedWeights.from_lines(["call\t-100\tghe", "call\t300\tbe", "held\t10\tbe"])
    careful = DistressFinder(DistressRules.from_mapping({**RULES, "learned_threshold": 0.5}), learned)
    assert careful.find("bè") == Distress(DistressKind.HELD, Whereabouts.UNCLEAR)
    assert careful.find("ghe chìm") is None
    sure = DistressFinder(
        DistressRules.from_mapping({**RULES, "sure": 2.0, "dangers": ["water"]}),
        learned,
        WordClasses([("water", "vi", "chìm")]),
    )
    assert sure.find("ghe chìm") == Distress(DistressKind.BOAT, Whereabouts.SEA)


def test_without_a_known_word_of_danger_more_must_speak_for_a_call_and_a_question_is_none() -> None:
    learned = LearnedWeights.from_lines(["call\t20\tbe\tghe", "general\t10\tbe\tghe"])
    rules = {**RULES, "dangers": ["water"], "learned_threshold": 0.1, "calm_threshold": 0.5}
    finder = DistressFinder(DistressRules.from_mapping(rules), learned, WordClasses([("water", "vi", "ghe")]))
    assert finder.find("ghe") is not None
    assert finder.find("bè") is None
    surer = DistressFinder(DistressRules.from_mapping({**rules, "calm_threshold": 0.1}), learned)
    assert surer.find("bè") is not None
    assert surer.find("bè?") is None


def test_short_forms_with_marks_are_spelled_out_too() -> None:
    assert FINDER.features("mún")[0] == FINDER.features("muốn")[0] == ("muon",)


def test_training_can_hide_the_words_of_danger() -> None:
    classes = WordClasses([("water", "vi", "chìm"), ("kin", "vi", "ba tôi")])
    finder = DistressFinder(DistressRules.from_mapping({**RULES, "dangers": ["water"]}), classes=classes)
    assert set(finder.features("ba tôi chìm")[5]) == {"c:kin", "c:water"}
    assert set(finder.features("ba tôi chìm", dangers_known=False)[5]) == {"c:kin"}


def test_learning_is_repeatable_and_tells_its_examples_apart() -> None:
    given = [Example("boat", "a", f"ghe chìm rồi {each}", 1.0) for each in ("một", "hai", "ba", "bốn")]
    given += [Example("none", "b", f"giá lúa hôm nay {each}", 1.0) for each in ("một", "hai", "ba", "bốn")]
    trainer = Trainer(given)
    everything = range(len(trainer.given))
    weights = trainer.calls(everything)
    assert weights == Trainer(given).calls(everything)
    for (example, _), seen in zip(trainer.given, trainer.blocks, strict=True):
        assert (weigh(weights, seen) > 0) == (example.kind == "boat")
