"""The service through its ASGI application: answers, refusals, tokens, headers, no text in logs."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from serving import docx
from starlette.types import Message

from babelproof.config import Config
from babelproof.detector import Detector
from babelproof.errors import ConfigError
from babelproof.gate.policy import DEFAULT, preset
from babelproof.gate.reports import as_json
from babelproof.serve.app import PAGE, make_app
from babelproof.serve.schemas import GateResponse, LabelsResponse, ScoreResponse
from babelproof.serve.settings import Access, Limits

DAMAGED = "The minister met Sandra Brinken in Kyiv on Monday."
CLEAN = "The president said the talks in Kyiv went to plan."
FAIL_ON = {"any": 0.6, "name": 0.6}
LIMITS = Limits(body_bytes=4_000, characters=1_000, documents=3, sentences=4)


@pytest.fixture
def client(detector: Detector) -> Iterator[TestClient]:
    with TestClient(make_app(detector, limits=LIMITS)) as client:
        yield client


def score(client: TestClient, *documents: dict[str, Any], **more: Any) -> Any:
    return client.post("/v1/score", json={"documents": documents, **more})


def test_documents_come_back_as_the_command_line_writes_them(
    client: TestClient, detector: Detector
) -> None:
    text, sentences = f"{CLEAN} {DAMAGED}", [CLEAN, DAMAGED]
    answer = score(client, {"text": text, "id": 7}, {"sentences": sentences}, {"text": ""})
    assert answer.status_code == 200
    ScoreResponse.model_validate(answer.json())
    first, second, third = answer.json()["documents"]
    expected = [v.to_dict() for v in detector.score_documents([text, sentences])]
    assert first == {"id": 7, "schema_version": 1, **expected[0]}
    assert second == {"schema_version": 1, **expected[1]}
    assert third["status"] == "skipped"
    assert [s["held"] for s in first["sentences"]] == [False, True]


def test_candidates_come_when_asked_for(client: TestClient, detector: Detector) -> None:
    (document,) = score(client, {"text": DAMAGED}, candidates=True).json()["documents"]
    (verdict,) = detector.score_documents([DAMAGED])[0].sentences
    expected = [f.to_dict() | {"told": None} for f in verdict.candidates]
    assert document["sentences"][0]["candidates"] == expected
    assert len(verdict.candidates) >= len(verdict.findings)


def test_a_candidate_says_what_speaks_for_it(detector: Detector) -> None:
    text = "Uzbek Foreign Minister Dmytro Kuleba saw him off."
    with TestClient(make_app(detector)) as client:
        (document,) = score(client, {"text": text}, candidates=True).json()["documents"]
    found = [f for f in document["sentences"][0]["candidates"] if f["source"] != "model"]
    assert [f["told"].startswith("Dmytro Kuleba: ") for f in found] == [True]
    assert "(write Ukrainian; source: " in found[0]["told"]


def test_the_gate_answers_with_its_report(client: TestClient) -> None:
    draft = {"name": "a.md", "content": f"# Talks\n\n{CLEAN}\n\n{DAMAGED}\n", "fail_on": FAIL_ON}
    answer = client.post("/v1/gate", json=draft)
    assert answer.status_code == 200
    report = answer.json()
    GateResponse.model_validate(report)
    path = files("babelproof.gate.reports").joinpath(as_json.SCHEMA)
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(report)
    assert report["decision"] == "hold"
    (flag,) = report["outcomes"][0]["flags"]
    assert flag["start"] == {"line": 5, "column": 1}
    allowed = client.post("/v1/gate", json={**draft, "words": ["Brinken"]}).json()
    assert allowed["decision"] != "hold"
    assert allowed["outcomes"][0]["allowances"]["words"] == 1


def in_base64(data: bytes) -> str:
    return b64encode(data).decode()


FILES = {
    "a.docx": docx(CLEAN, DAMAGED),
    "a.html": f"<nav>{DAMAGED}</nav><p>{CLEAN}</p>\n<p>{DAMAGED}</p>".encode(),
    "a.md": f"{CLEAN}\n{DAMAGED}\n".encode(),
    "a.txt": f"\ufeff{CLEAN}\n{DAMAGED}\n".encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_the_gate_takes_files_of_every_kind(client: TestClient, name: str) -> None:
    given = {"name": name, "data": in_base64(FILES[name]), "fail_on": FAIL_ON}
    answer = client.post("/v1/gate", json=given)
    assert answer.status_code == 200
    report = answer.json()
    assert (report["decision"], report["outcomes"][0]["sentences"]) == ("hold", 2)
    (flag,) = report["outcomes"][0]["flags"]
    assert flag["text"] == DAMAGED
    assert flag["start"]["line"] == 2
    read = client.post("/v1/text", json={"name": name, "data": given["data"]})
    assert " ".join(read.json()["text"].split()) == f"{CLEAN} {DAMAGED}"
    assert read.json()["allowed"] == []


def test_what_a_source_marks_as_right_comes_with_its_text(client: TestClient) -> None:
    source = f"{CLEAN}\n\n{DAMAGED} <!-- babelproof: ok -->\n"
    read = client.post("/v1/text", json={"name": "a.md", "data": in_base64(source.encode())}).json()
    ((start, end),) = read["allowed"]
    assert read["text"][start:end].strip() == DAMAGED


@pytest.mark.parametrize(
    "given",
    [
        {"name": "a.docx", "data": "no base64"},
        {"name": "a.docx", "data": "YQ"},
        {"name": "a.docx", "data": "YQ==", "content": CLEAN},
        {"data": "YQ=="},
        {"name": "a.docx"},
        {"name": "a.jsonl", "kind": "jsonl", "data": "YQ=="},
        {"content": CLEAN, "baseline": {"version": 2, "accepted": {}}},
        {"content": CLEAN, "baseline": {"version": 1, "accepted": {"a": "b"}}},
    ],
)
def test_a_draft_is_either_text_or_a_file(client: TestClient, given: dict[str, Any]) -> None:
    answer = client.post("/v1/gate", json=given)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_a_broken_or_hostile_file_is_an_error_and_no_text(detector: Detector) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b"a" * 60_000_000)
    with TestClient(make_app(detector)) as client:
        for data in (b"PK", bomb.getvalue()):
            given = {"name": "a.docx", "data": in_base64(data)}
            report = client.post("/v1/gate", json=given).json()
            assert report["decision"] == "error"
            assert "expected" in report["outcomes"][0]["error"]
            read = client.post("/v1/text", json=given).json()
            assert read["text"] == ""
            assert "expected" in read["error"]
        large = {"name": "a.docx", "data": in_base64(docx("a" * 200_001))}
        assert client.post("/v1/text", json=large).status_code == 413
        assert client.post("/v1/gate", json=large).status_code == 413


def test_a_baseline_lets_through_what_was_accepted(detector: Detector, tmp_path: Path) -> None:
    draft = {"name": "a.txt", "content": f"{CLEAN} {DAMAGED}", "fail_on": FAIL_ON}
    path = tmp_path / "baseline.json"
    with TestClient(make_app(detector)) as client:
        (flag,) = client.post("/v1/gate", json=draft).json()["outcomes"][0]["flags"]
        baseline = {"version": 1, "accepted": {"a.txt": [flag["fingerprint"]]}}
        (found,) = client.post("/v1/gate", json={**draft, "baseline": baseline}).json()["outcomes"]
        assert (found["decision"], found["allowances"]) == ("pass", {"baseline": 1})
        elsewhere = {**draft, "baseline": baseline, "name": "b.txt"}
        assert client.post("/v1/gate", json=elsewhere).json()["decision"] == "hold"
    path.write_text(json.dumps(baseline), encoding="utf-8")
    with TestClient(make_app(detector, Config(baseline=path))) as client:
        assert client.post("/v1/gate", json=draft).json()["decision"] == "pass"
        none = {**draft, "baseline": {"version": 1, "accepted": {}}}
        assert client.post("/v1/gate", json=none).json()["decision"] == "hold"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="expected a baseline"):
        make_app(detector, Config(baseline=path))


def test_the_gate_goes_by_the_configuration(detector: Detector) -> None:
    lax = {"fail_on": {"any": 1.0, "name": 1.0}, "suspect": {"any": 1.0}, "share": 1.0}
    with TestClient(make_app(detector, Config(settings=lax))) as client:
        draft = {"content": DAMAGED}
        assert client.post("/v1/gate", json=draft).json()["decision"] == "pass"
        strict = {**draft, "fail_on": FAIL_ON}
        assert client.post("/v1/gate", json=strict).json()["decision"] == "hold"


def test_labels_health_metrics_and_description(client: TestClient, detector: Detector) -> None:
    labels = client.get("/v1/labels").json()
    LabelsResponse.model_validate(labels)
    points = detector.operating_points.to_dict()
    assert labels["thresholds"] == points["in_context"]
    assert labels["thresholds_alone"] == points["alone"]
    assert labels["policy"] == preset(DEFAULT).to_dict()
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    score(client, {"text": DAMAGED})
    figures = client.get("/metrics").text
    assert 'babelproof_requests_total{route="/v1/score",status="200"} 1.0' in figures
    assert 'babelproof_sentences_total{verdict="held"} 1.0' in figures
    assert "Brinken" not in figures
    described = client.get("/openapi.json").json()
    assert {"/v1/score", "/v1/gate", "/v1/text", "/v1/labels"} <= set(described["paths"])
    assert described["components"]["schemas"]["ScoreRequest"]["examples"]
    assert client.get("/docs").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"{", 422, "JSON"),
        (b"\xff", 400, "body"),
        (b"[" * 3_000, 400, "body"),
        (b"[]", 422, "body"),
        (b'{"documents": []}', 422, "documents"),
        (b'{"documents": [{"text": 7}]}', 422, "text"),
        (b'{"documents": [{"text": "a", "sentences": ["b"]}]}', 422, "documents.0"),
        (b'{"documents": [{"text": "a", "txet": "b"}]}', 422, "txet"),
        (b'{"documents": [{"text": "a", "date": "May"}]}', 422, "2021-05-06"),
        (b'{"documents": [{"text": "' + b"a" * 1_001 + b'"}]}', 413, "1,000 characters"),
        (b'{"documents": [{"sentences": ["", "", "", "", ""]}]}', 413, "at most 4 sentences"),
        (b'{"documents": [' + b'{"text": ""},' * 3 + b'{"text": ""}]}', 413, "3 documents"),
        (b" " * 4_001, 413, "4,000 bytes"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(
    client: TestClient, body: bytes, status: int, message: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post("/v1/score", content=body, headers=headers)
    assert answer.status_code == status
    assert message in answer.json()["error"]
    unannounced = client.post("/v1/score", content=iter([body]), headers=headers)
    assert unannounced.status_code == status


def test_half_a_letter_comes_back_as_it_came_but_is_no_draft(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post(
        "/v1/score", content=b'{"documents": [{"text": "The \\ud800 war."}]}', headers=headers
    )
    assert b"The \\ud800 war." in answer.content
    draft = b'{"content": "The \\ud800 war."}'
    report = client.post("/v1/gate", content=draft, headers=headers)
    assert report.json()["decision"] == "error"


def test_a_wrong_policy_or_kind_is_refused(client: TestClient) -> None:
    for more in ({"preset": "odd"}, {"fail_on": {"any": 0}}, {"kind": "docx"}, {"name": ""}):
        assert client.post("/v1/gate", json={"content": CLEAN, **more}).status_code == 422


def test_a_draft_that_cannot_be_judged_never_passes(client: TestClient) -> None:
    russian = "Министр сказал, что переговоры прошли успешно. Встреча состоялась в понедельник."
    report = client.post("/v1/gate", json={"content": russian}).json()
    assert report["decision"] == "error"


def test_the_token_is_asked_for_everywhere_but_on_the_empty_page(detector: Detector) -> None:
    app = make_app(detector, access=Access("s3cret"))
    with TestClient(app) as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret"}):
            refused = client.post("/v1/score", json={}, headers=headers)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            assert client.get("/metrics", headers=headers).status_code == 401
        assert client.get("/").status_code == 200
        assert client.get("/healthz").status_code == 200
        right = {"Authorization": "Bearer s3cret"}
        assert client.get("/v1/labels", headers=right).status_code == 200
        schema = client.get("/openapi.json", headers=right).json()
        assert schema["paths"]["/v1/score"]["post"]["security"] == [{"token": []}]
    assert "s3cret" not in repr(Access("s3cret"))


@pytest.mark.parametrize("token", ["", "two words", "schlüssel"])
def test_a_token_that_no_header_can_carry_is_refused(token: str) -> None:
    with pytest.raises(ConfigError, match="token"):
        Access(token)


def test_other_origins_are_closed_unless_named(detector: Detector) -> None:
    asked = {"Origin": "https://cms.example.org", "Access-Control-Request-Method": "POST"}
    with TestClient(make_app(detector)) as client:
        assert "access-control-allow-origin" not in client.get("/healthz", headers=asked).headers
    access = Access(origins=("https://cms.example.org",))
    with TestClient(make_app(detector, access=access)) as client:
        found = client.options("/v1/score", headers=asked).headers
        assert found["access-control-allow-origin"] == "https://cms.example.org"
        other = {**asked, "Origin": "https://else.example.org"}
        assert "access-control-allow-origin" not in client.get("/healthz", headers=other).headers
    for origin in ("*", "cms.example.org", "https://a.example/b"):
        with pytest.raises(ConfigError, match="origin"):
            Access(origins=(origin,))


def test_the_page_is_strict_and_has_nothing_from_outside(client: TestClient) -> None:
    for path in PAGE:
        answer = client.get(path)
        assert answer.status_code == 200
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        body = answer.text.replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in body
        assert "https:" not in body
        assert "innerHTML" not in body
    assert "<script>" not in client.get("/").text


def test_no_text_is_logged(
    client: TestClient, detector: Detector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    score(client, {"text": DAMAGED})
    client.post("/v1/score", content=DAMAGED)
    score(client, {"text": DAMAGED, "odd": DAMAGED})
    assert "Brinken" not in caplog.text


def test_a_failure_is_answered_and_logged_without_the_text(
    detector: Detector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(DAMAGED)

    monkeypatch.setattr("babelproof.serve.answers.scored", fail)
    with TestClient(make_app(detector)) as client:
        answer = score(client, {"text": DAMAGED})
    assert answer.status_code == 500
    assert "Brinken" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


class Slow:
    """A detector that waits until it is let go."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.go, self.began = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._detector, name)

    def score_documents(self, *given: Any) -> Any:
        self.began.set()
        self.go.wait(20)
        return self._detector.score_documents(*given)


def test_a_full_queue_says_come_again_and_an_end_finishes_what_was_taken(
    detector: Detector,
) -> None:
    slow = Slow(detector)
    limits = replace(LIMITS, queue_requests=1)
    answers: list[int] = []

    def ask() -> None:
        answers.append(score(client, {"text": DAMAGED}).status_code)

    with TestClient(make_app(slow, limits=limits)) as client:  # type: ignore[arg-type]
        first = threading.Thread(target=ask)
        first.start()
        slow.began.wait(20)
        second = threading.Thread(target=ask)
        second.start()
        while client.get("/readyz").status_code == 200:
            pass
        refused = score(client, {"text": DAMAGED})
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert "come again" in refused.json()["error"]
        slow.go.set()
        first.join()
        second.join()
    assert answers == [200, 200]


def test_an_answer_that_takes_too_long_is_given_up(detector: Detector) -> None:
    slow = Slow(detector)
    limits = replace(LIMITS, answer_seconds=0.05)
    with TestClient(make_app(slow, limits=limits)) as client:  # type: ignore[arg-type]
        late = score(client, {"text": DAMAGED})
        assert late.status_code == 504
        assert late.headers["retry-after"]
        slow.go.set()


def test_a_body_that_never_ends_is_given_up(detector: Detector) -> None:
    app = make_app(detector, limits=replace(LIMITS, body_seconds=0.05))
    sent: list[Message] = []

    async def receive() -> Message:
        if not sent_once:
            sent_once.append(True)
            return {"type": "http.request", "body": b"{", "more_body": True}
        await asyncio.sleep(20)
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    sent_once: list[bool] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/score",
        "raw_path": b"/v1/score",
        "query_string": b"",
        "headers": [],
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
    }
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 408
