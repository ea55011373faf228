"use strict";
/* The editor's page. All text is shown through textContent: nothing of an article is markup. */

const PIECE = 6000; // characters scored at once: about a thousand words, a fraction of a second
const $ = (id) => document.getElementById(id);
const state = { run: 0, sentences: [], chosen: -1, own: null, meanings: new Map(), busy: false };
const opened = { text: null, allowed: [] }; // the file's text, and its ranges that are right

const two = (p) => (p > 0.995 && p < 1 ? "0.99" : p.toFixed(2));
const make = (tag, text, className) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
};
const wait = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

/** Ask the service; comes again when it is busy, and asks for a token when it wants one. */
async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  if ($("token").value) headers.Authorization = `Bearer ${$("token").value}`;
  const given = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(path, given);
    if (answer.ok) return answer.json();
    if (answer.status === 503 && attempt < 5) {
      await wait(Number(answer.headers.get("Retry-After")) || 1);
      continue;
    }
    if (answer.status === 401) {
      $("access").hidden = false;
      $("form").hidden = false;
      $("token").focus();
    }
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.error || `the server answered ${answer.status}`);
  }
}

function fail(message) {
  $("error").textContent = message;
  $("error").hidden = !message;
}

async function learn() {
  if (state.points) return;
  const labels = await ask("/v1/labels");
  state.points = {
    article: labels.thresholds,
    alone: labels.thresholds_alone,
    articleFrom: labels.in_context_from,
  };
  state.policy = labels.policy;
  state.words = new Set(labels.words.map((word) => word.toLowerCase().replaceAll("ß", "ss")));
  for (const label of labels.labels) state.meanings.set(label.label, label);
  $("access").hidden = true;
  $("about").textContent = `babelproof ${labels.package}, model ${labels.bundle} ${labels.version}`;
}

/** Judge by these thresholds until the slider is moved. */
function begin(own) {
  Object.assign(state, { own, untouched: true });
  const mark = make("option");
  mark.value = own.any.toFixed(2);
  $("own").replaceChildren(mark);
  $("threshold").value = own.any;
  $("shown").textContent = two(own.any);
}

const moved = () => (state.untouched ? 0 : stepTo(state.own.any, Number($("threshold").value)));
const thresholds = () =>
  state.untouched ? state.own : movedThresholds(state.own, Number($("threshold").value));

async function check() {
  // A lone half of a letter is no text: the same number of replacement characters stands for it.
  const text = $("draft").value.toWellFormed?.() ?? $("draft").value;
  fail("");
  if (!text.trim()) {
    fail("There is no text yet: paste an article, or drop a file.");
    $("draft").focus();
    return;
  }
  const run = ++state.run;
  try {
    await learn();
    Object.assign(state, { sentences: [], pieces: [], chosen: -1, busy: true });
    begin(state.points.article);
    $("form").hidden = true;
    $("result").hidden = false;
    $("progress").classList.remove("done");
    const parts = pieces(text, PIECE);
    const holders = parts.map(waiting);
    $("article").replaceChildren(...holders);
    $("heading").focus({ preventScroll: true });
    say(0);
    const allowed = opened.text === text ? opened.allowed : [];
    let before = 0; // code points of the pieces before
    for (const [number, part] of parts.entries()) {
      const document_ = { text: part };
      if ($("date").value) document_.date = $("date").value;
      const answer = await ask("/v1/score", { documents: [document_], candidates: true });
      if (run !== state.run) return;
      if (answer.documents[0].status === "error") throw new Error(answer.documents[0].reason);
      const verdicts = answer.documents[0].sentences;
      const judged = verdicts.filter((v) => v.status === "ok").length;
      state.pieces.push({ probability: answer.documents[0].document_score, judged });
      if (parts.length === 1 && judged < state.points.articleFrom) begin(state.points.alone);
      for (const verdict of verdicts) {
        const [from, to] = [before + verdict.start, before + verdict.end];
        verdict.marked = allowed.some(([start, end]) => start < to && from < end);
      }
      before += [...part].length;
      show(holders[number], part, verdicts);
      say((number + 1) / parts.length);
      await wait(0); // the browser draws and listens in between
    }
  } catch (failure) {
    if (run !== state.run) return;
    fail(`The article was not checked to its end: ${failure.message}`);
  } finally {
    if (run === state.run) {
      state.busy = false;
      $("progress").classList.add("done");
      if (state.own) say(1);
    }
  }
}

function waiting(text) {
  const holder = make("div");
  for (const block of text.split(/\n{2,}/)) {
    if (block.trim()) holder.append(make("p", block, "waiting"));
  }
  return holder;
}

/** Put a scored piece in the place of the waiting one: a paragraph a block, a span a sentence. */
function show(holder, text, verdicts) {
  const units = unitsOf(text);
  const paragraphs = [];
  let paragraph = make("p");
  const between = (gap) => {
    const blocks = gap.split(/\n\s*\n/);
    blocks.forEach((block, number) => {
      if (number) {
        if (paragraph.hasChildNodes()) paragraphs.push(paragraph);
        paragraph = make("p");
      }
      if (block && (block.trim() || paragraph.hasChildNodes())) paragraph.append(block);
    });
  };
  let at = 0;
  for (const verdict of verdicts) {
    const [start, end] = [units(verdict.start), units(verdict.end)];
    if (start < at) continue;
    between(text.slice(at, start));
    const span = make("span", undefined, "sentence");
    span.dataset.number = state.sentences.length;
    const own = unitsOf(verdict.text);
    const local = (offset) => own(offset - verdict.start);
    state.sentences.push({ verdict, span, local, text: text.slice(start, end) });
    paint(state.sentences.at(-1));
    paragraph.append(span);
    at = end;
  }
  between(text.slice(at));
  if (paragraph.hasChildNodes()) paragraphs.push(paragraph);
  holder.replaceChildren(...paragraphs);
}

/** Name the labels of findings, each with its highest probability. */
function surest(findings) {
  const best = new Map();
  for (const { label, score } of findings) best.set(label, Math.max(score, best.get(label) ?? 0));
  return [...best].map(([label, score]) => `${label} ${two(score)}`).join(", ");
}

/** Show a sentence as the thresholds in effect judge it. */
function paint(sentence) {
  const { verdict, span, text } = sentence;
  const result = judged(verdict, thresholds());
  const kinds = surest(result.findings);
  const sign = result.held ? `${kinds}:${result.findings.map((f) => f.start + "-" + f.end)}` : "";
  sentence.result = result;
  if (sentence.sign === sign) return;
  sentence.sign = sign;
  span.classList.toggle("held", result.held);
  if (!result.held) {
    span.textContent = text;
    for (const name of ["role", "tabindex", "aria-label", "data-tag"]) span.removeAttribute(name);
    return;
  }
  span.dataset.tag = kinds;
  span.setAttribute("role", "button");
  span.setAttribute("tabindex", "0");
  span.setAttribute("aria-label", `Held, ${kinds}: ${text}`);
  span.replaceChildren(...words(sentence));
}

function words({ verdict, result, local, text }) {
  const ranges = result.findings
    .map((f) => [local(f.start), local(f.end)])
    .filter(([start, end]) => end > start && end - start < text.length)
    .sort((a, b) => a[0] - b[0]);
  const nodes = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    nodes.push(text.slice(at, from), make("mark", text.slice(from, end)));
    at = end;
  }
  nodes.push(text.slice(at));
  return nodes;
}

function say(share) {
  const held = state.sentences.filter((s) => s.result.held).length;
  const total = state.sentences.filter((s) => s.verdict.status === "ok").length;
  const noun = total === 1 ? "sentence" : "sentences";
  const skipped = state.sentences.length - total;
  const more = skipped ? `, ${skipped} not judged` : "";
  const begin = state.busy && share < 1 ? `Checking, ${Math.round(100 * share)}%: ` : "";
  $("status").textContent = `${begin}${held} of ${total} ${noun} held${more}`;
  $("progress").value = share;
  tell(state.busy || share < 1 || !state.sentences.length);
  $("next").disabled = $("previous").disabled = held === 0;
}

const SAID = {
  pass: "The gate lets this article pass",
  warn: "The gate lets this article pass, with a warning",
  hold: "The gate holds this article",
  error: "The gate cannot judge this article",
};

/** Say what the gate decides on the article as a whole, and why; nothing before its end. */
function tell(early) {
  const line = $("verdict");
  line.hidden = early;
  if (early) return;
  const verdicts = state.sentences.map((s) => s.verdict);
  const policy = movedPolicy(state.policy, moved());
  const whole = wholeOf(state.pieces);
  const from = state.points.articleFrom;
  const { decision, reasons } = decided(verdicts, whole, policy, state.words, from);
  line.className = decision;
  const why = reasons.length ? `: ${reasons.join("; ")}.` : ".";
  if (line.textContent !== SAID[decision] + why) line.replaceChildren(make("b", SAID[decision]), why);
}

function rejudge() {
  $("shown").textContent = two(thresholds().any);
  $("threshold").setAttribute("aria-valuetext", `${two(thresholds().any)}`);
  for (const sentence of state.sentences) paint(sentence);
  say($("progress").value);
  if (state.chosen >= 0) detail();
}

/** Choose a sentence by its number, show why, and bring it into view. */
function choose(number, focus) {
  if (number < 0 || number >= state.sentences.length) return;
  const old = state.sentences[state.chosen];
  if (old) {
    old.span.classList.remove("chosen");
    old.span.removeAttribute("aria-current");
    if (!old.result.held) old.span.removeAttribute("tabindex");
  }
  state.chosen = number;
  const { span } = state.sentences[number];
  span.classList.add("chosen");
  span.setAttribute("aria-current", "true");
  span.setAttribute("tabindex", "0");
  detail();
  if (focus) span.focus({ preventScroll: true });
  span.scrollIntoView({ block: "nearest" });
}

function step(direction) {
  const count = state.sentences.length;
  const from = state.chosen < 0 && direction < 0 ? count : state.chosen;
  for (let far = 1; far <= count; far += 1) {
    const number = (from + direction * far + 2 * count) % count;
    if (state.sentences[number].result.held) {
      choose(number, true);
      return;
    }
  }
}

function detail() {
  const { verdict, result } = state.sentences[state.chosen];
  const limits = thresholds();
  const parts = [];
  if (verdict.status !== "ok") {
    parts.push(make("h3", "Not judged"), make("p", verdict.reason));
  } else {
    parts.push(
      make("h3", result.held ? `Held: ${surest(result.findings)}` : "Not held"),
      make("p", `An editor would hold it with a probability of ${two(verdict.score)}.`, "soft"),
      ...found(result.findings),
      table(verdict, limits),
    );
  }
  $("details").replaceChildren(...parts);
}

function found(findings) {
  const told = new Set();
  return findings.map((finding) => {
    const box = evidenceOf(finding);
    const meaning = state.meanings.get(finding.label);
    if (!told.has(finding.label)) {
      box.children[0].after(make("p", `${meaning.says} ${meaning.advice}`, "soft"));
    }
    told.add(finding.label);
    return box;
  });
}

function evidenceOf(finding) {
  const box = make("div");
  const line = make("p");
  line.append(make("b", `${finding.label} ${two(finding.score)}: `), "“", make("mark", finding.text), "”");
  box.append(line);
  if (finding.told) box.append(make("p", finding.told));
  return box;
}

function table(verdict, limits) {
  const grid = make("table", undefined, "labels");
  grid.append(make("caption", "Probabilities; bold where the threshold is reached"));
  const rows = [["any", verdict.score], ...LABELS.map((label) => [label, verdict.labels[label]])];
  for (const [name, p] of rows) {
    const row = make("tr", undefined, p >= limits[name] ? "reached" : "");
    const head = make("th", name === "any" ? "any damage" : name);
    head.scope = "row";
    const bar = make("meter");
    Object.assign(bar, { min: 0, max: 1, value: p, high: limits[name] });
    bar.setAttribute("aria-hidden", "true");
    const cell = make("td");
    cell.append(bar);
    row.append(head, make("td", two(p)), make("td", `of ${two(limits[name])}`), cell);
    grid.append(row);
  }
  return grid;
}

function report() {
  const held = state.sentences.filter((s) => s.result.held);
  const lines = [`babelproof: ${$("status").textContent}, from a probability of ${$("shown").textContent}`];
  if (!$("verdict").hidden) lines.push($("verdict").textContent);
  for (const sentence of held) {
    const { verdict, result } = sentence;
    const marked = words(sentence).map((w) => (typeof w === "string" ? w : `[[${w.textContent}]]`));
    lines.push("", `${Number(sentence.span.dataset.number) + 1}  ${two(verdict.score)}  held: ${surest(result.findings)}`);
    lines.push(`   ${marked.join("").replace(/\s+/g, " ")}`);
    for (const told of new Set(result.findings.map((f) => f.told))) {
      if (told) lines.push(`   ${told}`);
    }
  }
  return lines.join("\n") + "\n";
}

async function copy() {
  const text = report();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https, or without leave, the old way.
    const field = make("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    $("copy").focus();
  }
  $("copy").textContent = "Copied";
  setTimeout(() => ($("copy").textContent = "Copy report"), 2000);
}

/** Give a file's bytes in base64. */
function encoded(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Open a file: the server says what of it is text, but for plain text, which is all. */
async function open(file) {
  if (!file) return;
  const ending = /\.(txt|md|markdown|html?|docx)$/i.exec(file.name)?.[1].toLowerCase();
  if (!ending && !file.type.startsWith("text/")) {
    fail(`Expected a .txt, .md, .html or .docx file, found ${file.name}.`);
    return;
  }
  const run = ++state.run;
  try {
    const read = { text: "", allowed: [] };
    if (ending && ending !== "txt") {
      Object.assign(read, await ask("/v1/text", { name: file.name, data: await encoded(file) }));
      if (read.error) throw new Error(read.error);
    } else {
      read.text = await file.text();
    }
    if (run !== state.run) return;
    $("draft").value = read.text;
    Object.assign(opened, { text: $("draft").value, allowed: read.allowed });
  } catch (failure) {
    if (run === state.run) fail(`${file.name}: ${failure.message}`);
    return;
  }
  check();
}

function edit() {
  state.run += 1; // what is still under way counts no more
  $("form").hidden = false;
  $("result").hidden = true;
  $("draft").focus();
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
$("draft").addEventListener("paste", () => setTimeout(check));
$("draft").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) check();
});
$("file").addEventListener("change", () => open($("file").files[0]));
$("threshold").addEventListener("input", () => {
  state.untouched = false;
  rejudge();
});
$("reset").addEventListener("click", () => {
  state.untouched = true;
  $("threshold").value = state.own.any;
  rejudge();
});
$("next").addEventListener("click", () => step(1));
$("previous").addEventListener("click", () => step(-1));
$("copy").addEventListener("click", copy);
$("edit").addEventListener("click", edit);
$("article").addEventListener("click", (event) => {
  const span = event.target.closest(".sentence");
  if (span && !String(getSelection())) choose(Number(span.dataset.number), true);
});
$("article").addEventListener("keydown", (event) => {
  const span = event.target.closest(".sentence");
  const at = span ? Number(span.dataset.number) : state.chosen;
  const moves = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1 };
  const to = { ...moves, Home: 0, End: state.sentences.length - 1, Enter: at, " ": at }[event.key];
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (to === undefined) return;
  else choose(to, true);
  event.preventDefault();
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  $("form").classList.add("over");
});
addEventListener("dragleave", () => $("form").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  $("form").classList.remove("over");
  const [file] = event.dataTransfer.files;
  if (file) open(file);
  else {
    $("draft").value = event.dataTransfer.getData("text/plain");
    check();
  }
});
learn().catch((failure) => fail(failure.message));
