"""Checkpoints and proofs that leave the house as text."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiju.lib import merkle, note
from guiju.lib.errors import Problem

# Published with Go's note package, from which the C2SP format comes.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

KEY = note.SigningKey.parse(GO_SIGNER)
SIZE = 11
FRONTIER = merkle.Frontier()
NODES = {
    (node.level, node.index): node.hash
    for number in range(SIZE)
    for node in FRONTIER.append(merkle.leaf_hash(b"%d" % number))
}
BODY = note.checkpoint_body(origin="guiju.example/log", size=SIZE, root=FRONTIER.root())
CHECKPOINT = note.sign(BODY, KEY.private, name=KEY.name)


def proof_of(index):
    path = merkle.inclusion_proof(index, SIZE, lambda level, place: NODES[level, place])
    return note.proof_text(index=index, path=path, checkpoint=CHECKPOINT)


def code_of(call, *args, **kwargs):
    with pytest.raises(Problem) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_the_published_note_verifies():
    verified = note.verify(GO_NOTE, [note.VerifierKey.parse(GO_VERIFIER)])
    assert verified == note.Verified(GO_TEXT, ("PeterNeumann",))


def test_the_published_key_signs_the_published_note():
    assert note.sign(GO_TEXT, KEY.private, name="PeterNeumann") == GO_NOTE
    assert str(KEY.verifier) == GO_VERIFIER


def test_a_new_key_survives_its_file_and_is_not_shown_by_accident():
    key = note.SigningKey.generate("guiju.example/log")
    again = note.SigningKey.parse(key.secret_text() + "\n")
    assert again.verifier == key.verifier == note.VerifierKey.parse(str(key.verifier))
    assert base64.b64encode(key.private.private_bytes_raw()).decode()[:-2] not in repr(key)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "全 角", "line\nbreak"])
def test_a_key_name_that_would_break_the_format_is_refused(name):
    assert code_of(note.SigningKey.generate, name) == "note.key_name"


@pytest.mark.parametrize(
    "text", ["", "x", "a+b+c", GO_VERIFIER[:-4], GO_VERIFIER.replace("c74f20a3", "c74f20a4"), "a+00000000+AAAA"]
)
def test_a_damaged_public_key_is_refused(text):
    assert code_of(note.VerifierKey.parse, text) == "note.bad_key"


@pytest.mark.parametrize("text", ["", GO_VERIFIER, GO_SIGNER[:-8], GO_SIGNER.replace("Peter", "Paul")])
def test_a_damaged_private_key_is_refused(text):
    assert code_of(note.SigningKey.parse, text) == "note.bad_key"


def test_a_checkpoint_says_what_the_log_was():
    checkpoint = note.verify(CHECKPOINT, [KEY.verifier]).checkpoint
    assert checkpoint == note.Checkpoint("guiju.example/log", SIZE, FRONTIER.root())
    assert checkpoint.body == BODY


def test_extension_lines_come_back():
    body = note.checkpoint_body(origin="o", size=0, root=merkle.EMPTY_ROOT, extra=["epoch 2"])
    assert note.Checkpoint.parse(body).extra == ("epoch 2",)


@pytest.mark.parametrize("extra", [[""], ["two\nlines"]])
def test_an_extension_line_that_would_end_the_note_is_refused(extra):
    with pytest.raises(ValueError, match="single lines"):
        note.checkpoint_body(origin="o", size=0, root=merkle.EMPTY_ROOT, extra=extra)


@pytest.mark.parametrize(
    "body",
    ["", "o\n", "o\n1\n", f"o\n01\n{'A' * 43}=\n", f"o\n-1\n{'A' * 43}=\n", "o\n1\nAAAA\n", f"o\n1\n{'A' * 43}="],
)
def test_a_damaged_checkpoint_is_refused(body):
    assert code_of(note.Checkpoint.parse, body) == "note.malformed"


def test_a_second_signature_of_an_unknown_witness_does_no_harm():
    witness = note.SigningKey.generate("regulator.example")
    both = note.add_signature(CHECKPOINT, witness.private, name=witness.name)
    assert note.verify(both, [KEY.verifier]).signers == (KEY.name,)
    assert note.verify(both, [KEY.verifier, witness.verifier]).signers == (KEY.name, "regulator.example")


def test_a_checkpoint_that_no_trusted_key_signed_is_refused():
    stranger = note.SigningKey.generate(KEY.name)
    assert code_of(note.verify, CHECKPOINT, [stranger.verifier]) == "note.unknown_signer"
    assert code_of(note.verify, CHECKPOINT, []) == "note.unknown_signer"


def test_a_wrong_signature_of_a_known_key_spoils_the_note_even_beside_a_good_one():
    witness = note.SigningKey.generate("regulator.example")
    both = note.add_signature(CHECKPOINT, witness.private, name=witness.name)
    other = note.sign(BODY.replace("log", "lag"), KEY.private, name=KEY.name)
    forged = both.replace(CHECKPOINT.splitlines()[-1], other.splitlines()[-1])
    assert code_of(note.verify, forged, [KEY.verifier, witness.verifier]) == "note.bad_signature"


def test_a_changed_size_is_noticed():
    assert code_of(note.verify, CHECKPOINT.replace("\n11\n", "\n12\n"), [KEY.verifier]) == "note.bad_signature"


def test_every_entry_can_be_proved_offline():
    for index in range(SIZE):
        proof = note.parse_proof(proof_of(index))
        assert proof.verify(merkle.leaf_hash(b"%d" % index), [KEY.verifier]).checkpoint.size == SIZE


def test_a_proof_does_not_prove_another_entry():
    proof = note.parse_proof(proof_of(4))
    assert code_of(proof.verify, merkle.leaf_hash(b"5"), [KEY.verifier]) == "proof.mismatch"


def test_extra_data_travel_with_the_proof():
    text = note.proof_text(index=0, path=[], checkpoint=CHECKPOINT, extra=b"salt")
    assert note.parse_proof(text) == note.Proof(0, (), CHECKPOINT, b"salt")
    assert text.splitlines()[:3] == ["c2sp.org/tlog-proof@v1", "extra c2FsdA==", "index 0"]


@pytest.mark.parametrize(
    "text",
    ["", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n" + CHECKPOINT,
     "c2sp.org/tlog-proof@v1\nindex 00\n\n" + CHECKPOINT, "c2sp.org/tlog-proof@v1\n\n" + CHECKPOINT,
     "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n" + CHECKPOINT, "c2sp.org/tlog-proof@v1\nindex 1\n\nno note",
     proof_of(3).replace("\n", "\r\n")],
)  # fmt: skip
def test_a_damaged_proof_file_is_refused(text):
    assert code_of(note.parse_proof, text) == "note.malformed"


@settings(max_examples=300)
@given(st.integers(0, SIZE - 1), st.data())
def test_no_changed_character_of_a_proof_goes_unnoticed(index, data):
    text = proof_of(index)
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.characters(codec="utf-8").filter(lambda char: char != text[at]))
    with pytest.raises(Problem):
        note.parse_proof(text[:at] + new + text[at + 1 :]).verify(merkle.leaf_hash(b"%d" % index), [KEY.verifier])


@given(st.text(st.sampled_from("ao0A=+/ \n—\u2014index c2sp.org/tlog-proof@v1")))
def test_any_text_is_answered_with_a_problem_rather_than_a_crash(text):
    with pytest.raises(Problem):
        note.verify(text, [KEY.verifier])
    with pytest.raises(Problem):
        note.parse_proof("c2sp.org/tlog-proof@v1\n" + text).verify(b"0" * 32, [KEY.verifier])
