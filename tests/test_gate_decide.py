"""Decisions: what holds an article, what only warns, and what is allowed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from gate_samples import POLICY, QUIET, judged

from babelproof.gate.baseline import Baseline, fingerprint
from babelproof.gate.decide import Allowances, decide
from babelproof.gate.outcome import Decision, Outcome
from babelproof.gate.policy import Policy
from babelproof.labels import Label
from babelproof.verdict import DocumentVerdict, Reason, Status, Verdict

NONE = Allowances()
BRINKEN = ("Mr Brinken left for the coast.", 0.7, {"name": (0.92, "Brinken")})
SUSPECT = ("He gave the plan a green street.", 0.6, {"mt": (0.55, "green street")})


def outcome(
    *sentences: object,
    policy: Policy = POLICY,
    allowances: Allowances = NONE,
    whole: float | None = None,
) -> Outcome:
    article, document = judged(*sentences)  # type: ignore[arg-type]
    return decide(article, replace(document, document_score=whole), policy, allowances)


def test_clean_articles_pass_without_a_word() -> None:
    made = outcome(QUIET, QUIET)
    assert (made.decision, made.reasons, made.flags) == (Decision.PASS, (), ())
    assert (made.judged, made.sentences) == (2, 2)


def test_one_sentence_beyond_its_limit_holds_the_article() -> None:
    made = outcome(QUIET, BRINKEN, *[QUIET] * 20)
    assert made.decision is Decision.HOLD
    (flag,) = made.flags
    assert (flag.level, flag.number) == (Decision.HOLD, 1)
    assert [mark.finding.text for mark in flag.marks] == ["Brinken"]
    assert (flag.start.line, flag.start.column) == (1, len(QUIET) + 2)
    assert flag.marks[0].end.column == flag.start.column + len("Mr Brinken")
    assert "1 sentence is damaged" in made.reasons[0]


@pytest.mark.parametrize(
    ("suspects", "quiet", "decision"),
    [
        (1, 0, Decision.WARN),  # below the count
        (1, 9, Decision.WARN),
        (2, 5, Decision.WARN),  # 28.6%
        (3, 7, Decision.HOLD),  # 30%
        (2, 0, Decision.HOLD),
    ],
)
def test_a_share_of_suspects_holds_the_article(
    suspects: int, quiet: int, decision: Decision
) -> None:
    made = outcome(*[SUSPECT] * suspects, *[QUIET] * quiet)
    assert made.decision is decision
    levels = {flag.level for flag in made.flags}
    assert levels == {decision}
    assert len(made.flags) == suspects
    assert str(suspects) in made.reasons[0]


@pytest.mark.parametrize(
    ("sentences", "whole", "decision"),
    [
        ([SUSPECT, *[QUIET] * 5], 0.8, Decision.HOLD),
        ([SUSPECT, *[QUIET] * 5], 0.79, Decision.WARN),
        ([SUSPECT, QUIET], None, Decision.WARN),  # too short to say
        ([SUSPECT, *[QUIET] * 3], 0.8, Decision.HOLD),
        ([QUIET] * 5, 0.99, Decision.PASS),  # nothing to show
    ],
)
def test_an_article_damaged_as_a_whole_is_held(
    sentences: list[Any], whole: float | None, decision: Decision
) -> None:
    policy = replace(POLICY, document=0.8, share=1.0, count=9)
    made = outcome(*sentences, policy=policy, whole=whole)
    assert (made.decision, made.document_score) == (decision, whole)
    assert any("as a whole" in reason for reason in made.reasons) == (decision is Decision.HOLD)
    assert {flag.level for flag in made.flags} == ({decision} if made.flags else set())


def test_blocks_too_short_for_the_policy_are_no_context_for_the_whole() -> None:
    policy = replace(POLICY, document=0.8, share=1.0, count=9)
    made = outcome(SUSPECT, QUIET, QUIET, "Home", "Contact", policy=policy, whole=0.99)
    assert (made.decision, made.judged, made.sentences) == (Decision.WARN, 3, 5)
    assert made.document_score is None


def test_an_article_whose_suspects_are_all_allowed_is_not_held_by_the_whole() -> None:
    policy = replace(POLICY, document=0.3, share=1.0, count=9)
    sentences = [BRINKEN, QUIET, QUIET, QUIET, QUIET]
    assert outcome(*sentences, policy=policy, whole=0.9).decision is Decision.HOLD
    words = Allowances(("mr", "brinken"))
    allowed = outcome(*sentences, policy=policy, whole=0.9, allowances=words)
    assert (allowed.decision, allowed.allowances) == (Decision.PASS, {"words": 1})


@pytest.mark.parametrize(("likeliest", "named"), [(0.25, (Label.MT,)), (0.24, ())])
def test_a_label_is_named_from_half_of_what_makes_a_sentence_suspect(
    likeliest: float, named: tuple[Label, ...]
) -> None:
    made = outcome(("He gave the plan a green street.", 0.99, {"mt": (likeliest, "green street")}))
    assert made.decision is Decision.HOLD
    (flag,) = made.flags
    assert (flag.named, len(flag.marks)) == (named, len(named))
    assert flag.note == (None if named else "no single place; no label stands out")
    assert flag.labels[Label.MT] == likeliest  # what it is stays known


def test_sentences_of_an_article_damaged_as_a_whole_say_so() -> None:
    faint = ("It will change your life.", 0.6, {"mt": (0.03, "change your life")})
    made = outcome(faint, SUSPECT, policy=POLICY)
    assert made.decision is Decision.HOLD
    first, second = made.flags
    assert first.level is Decision.HOLD
    assert (first.named, first.marks) == ((), ())
    assert first.note == "no single place; the article as a whole reads as damaged"
    assert (second.named, second.note) == ((Label.MT,), None)


@pytest.mark.parametrize(("support", "decision"), [(0, "hold"), (1, "hold"), (2, "warn")])
def test_an_article_is_held_as_a_whole_only_on_suspects_held_by_themselves(
    support: int, decision: str
) -> None:
    policy = replace(POLICY, suspect={"any": 0.4}, support=support)
    faint = ("It will change your life.", 0.45, {"mt": (0.3, "change your life")})
    article, document = judged(faint, SUSPECT, faint, faint)
    assert [verdict.held for verdict in document.sentences] == [False, True, False, False]
    for score in (None, 0.99):
        whole = replace(document, document_score=score)
        made = decide(article, whole, replace(policy, document=0.9), NONE)
        assert made.decision.value == decision
        if decision == "warn":
            assert made.reasons == (
                "4 sentences are suspect, too few of them held by themselves to hold the article",
            )
    # One that an editor let through holds up nothing.
    listed = Allowances(("green", "street"))
    assert decide(article, document, replace(policy, support=1), listed).decision.value == "warn"


def test_support_is_not_asked_of_a_sentence_beyond_its_limit() -> None:
    made = outcome(BRINKEN, QUIET, QUIET, policy=replace(POLICY, support=3))
    assert made.decision is Decision.HOLD


def test_a_label_without_a_place_is_named_at_its_own_probability() -> None:
    article, document = judged(SUSPECT)
    (sentence,) = document.sentences
    bare = replace(document, sentences=(replace(sentence, candidates=(), findings=()),))
    (flag,) = decide(article, bare, POLICY, NONE).flags
    assert (flag.named, flag.marks, flag.note) == (
        (Label.MT,),
        (),
        "no place is recorded for mt",
    )
    (whole,) = decide(article, document, POLICY, NONE).flags
    assert flag.fingerprint == whole.fingerprint


def test_a_label_without_a_place_still_holds_by_its_limit() -> None:
    article, document = judged(("Mr Brinken left.", 0.3, {"name": (0.92, "Brinken")}))
    (sentence,) = document.sentences
    bare = replace(document, sentences=(replace(sentence, candidates=(), findings=()),))
    assert decide(article, bare, POLICY, NONE).decision is Decision.HOLD


def test_sentences_held_by_themselves_are_counted_where_the_gate_holds_them_not() -> None:
    lenient = replace(POLICY, fail_on={"any": 0.99}, suspect={"any": 0.65}, count=9)
    sentences = [BRINKEN, SUSPECT, QUIET, QUIET]  # each of the first two is held by itself
    made = outcome(*sentences, policy=lenient)
    assert (made.decision, len(made.flags), made.alone) == (Decision.WARN, 1, 2)
    assert outcome(*sentences, policy=lenient, allowances=Allowances(("Brinken",))).alone == 1
    listed = ("brinken", "green", "street")
    assert outcome(*sentences, policy=lenient, allowances=Allowances(listed)).alone == 0
    assert outcome(*sentences, policy=replace(lenient, fail_on={"any": 0.55})).alone == 0
    assert outcome(QUIET, policy=lenient).alone == 0
    article, document = judged(*sentences)
    marked = replace(article, allowed=((0, len(article.text)),))
    assert decide(marked, document, lenient, NONE).alone == 0


def test_a_channel_without_a_limit_never_speaks() -> None:
    policy = replace(POLICY, fail_on={"country": 0.9}, suspect={})
    assert outcome(BRINKEN, policy=policy).decision is Decision.PASS


def test_short_sentences_are_not_judged() -> None:
    policy = replace(POLICY, min_words=7)
    made = outcome(BRINKEN, "It rained on Monday and on Tuesday.", policy=policy)
    assert (made.decision, made.judged) == (Decision.PASS, 1)
    made = outcome(BRINKEN, policy=policy)
    assert (made.decision, made.judged) == (Decision.PASS, 0)
    assert made.reasons == ("nothing to judge: too short to judge",)


def test_what_cannot_be_judged_is_an_error_and_never_passes() -> None:
    article, document = judged(QUIET)
    broken = replace(document, status=Status.ERROR, reason="no weights")
    made = decide(article, broken, POLICY, NONE)
    assert (made.decision, made.error) == (Decision.ERROR, "no weights")
    foreign = DocumentVerdict.of(
        (Verdict("Das ist es.", 0, 11, Status.SKIPPED, Reason.NOT_ENGLISH),)
    )
    for nothing, reason in ((foreign, "not English"), (DocumentVerdict.of(()), "empty")):
        made = decide(article, nothing, POLICY, NONE)
        assert (made.decision, made.reasons) == (Decision.ERROR, ())
        assert made.error == (
            f"nothing to judge: expected English sentences, found none ({reason}); write some or "
            "leave the draft out"
        )


@pytest.mark.parametrize("words", [("brinken",), ("BRINKEN", "coast")])
def test_listed_words_are_right_here(words: tuple[str, ...]) -> None:
    made = outcome(BRINKEN, QUIET, allowances=Allowances(words))
    assert (made.decision, made.flags) == (Decision.PASS, ())
    assert made.allowances == {"words": 1}


def test_a_listed_name_hides_no_other_label() -> None:
    both = (
        "Mr Brinken left Uzbekistan for the coast.",
        0.8,
        {"name": (0.92, "Brinken"), "country": (0.93, "Uzbekistan")},
    )
    made = outcome(both, QUIET, QUIET, QUIET, allowances=Allowances(("Brinken",)))
    assert made.decision is Decision.HOLD
    assert [mark.finding.text for mark in made.flags[0].marks] == ["Uzbekistan"]
    assert made.allowances == {}


def test_a_word_list_answers_no_country_or_role() -> None:
    wrong = ("He left Uzbekistan for the coast.", 0.8, {"country": (0.93, "Uzbekistan")})
    made = outcome(wrong, QUIET, allowances=Allowances(("Uzbekistan",)))
    assert made.decision is Decision.HOLD


def test_sentences_marked_in_the_source_are_right() -> None:
    article, document = judged(QUIET, BRINKEN, SUSPECT)
    start = len(QUIET) + 3
    marked = replace(article, allowed=((start, start + 3),))
    made = decide(marked, document, POLICY, NONE)
    assert [flag.number for flag in made.flags] == [2]
    assert made.allowances == {"marked": 1}


def test_a_baseline_lets_old_findings_through_and_no_new_ones() -> None:
    first = outcome(BRINKEN, QUIET)
    baseline = Baseline({"draft.txt": frozenset(flag.fingerprint for flag in first.flags)})
    made = outcome(QUIET, BRINKEN, QUIET, allowances=Allowances((), baseline))
    assert (made.decision, made.allowances) == (Decision.PASS, {"baseline": 1})
    other = ("Mr Brunken left for the coast.", 0.7, {"name": (0.92, "Brunken")})
    assert outcome(BRINKEN, other, allowances=Allowances((), baseline)).held == 1
    elsewhere = Baseline({"other.txt": frozenset(flag.fingerprint for flag in first.flags)})
    assert outcome(BRINKEN, allowances=Allowances((), elsewhere)).held == 1


def test_fingerprints_keep_to_words_and_labels() -> None:
    assert fingerprint("He  left\nearly.", ["name"]) == fingerprint("He left early.", ["name"])
    assert fingerprint("He left early.", ["name"]) != fingerprint("He left early.", ["mt"])
    assert fingerprint("He left early.", ["mt", "name"]) == fingerprint(
        "He left early.", ["name", "mt"]
    )
    assert fingerprint("\ud800", [])


def test_one_judgement_serves_many_policies() -> None:
    article, document = judged(BRINKEN, SUSPECT, QUIET)
    strict = replace(POLICY, fail_on={"any": 0.55})
    assert decide(article, document, strict, NONE).held == 2
    lenient = replace(POLICY, fail_on={"any": 0.99}, suspect={"any": 0.65}, count=3)
    assert decide(article, document, lenient, NONE).decision is Decision.WARN
    assert document == judged(BRINKEN, SUSPECT, QUIET)[1]
    assert Label.NAME in document.sentences[0].labels
