"use strict";
/* Verdicts judged again under other thresholds, as `Verdict.judge` of the package does it. */

const LABELS = ["mt", "garble", "name", "role", "country"];

const odds = (p) => Math.log(p / (1 - p));
const inside = (p) => Math.min(Math.max(p, 1e-6), 1 - 1e-6);

/** Give the step in log odds that leads from one probability to another. */
const stepTo = (from, to) => odds(inside(to)) - odds(inside(from));

/** Move a limit by a step; one that never speaks, at 1, stays silent. */
function shifted(p, step) {
  if (p >= 1 || Math.abs(step) < 1e-9) return p;
  return 1 / (1 + Math.exp(-(odds(inside(p)) + step)));
}

/** Move several limits by the same step. */
const allShifted = (limits, step) =>
  Object.fromEntries(Object.entries(limits).map(([channel, p]) => [channel, shifted(p, step)]));

/** Move all thresholds so that `any` stands at `at`: each by the same step in log odds. */
const movedThresholds = (own, at) => ({ ...allShifted(own, stepTo(own.any, at)), any: at });

/** Say whether a sentence is held, by which labels, and what to show of it. */
function judged(sentence, thresholds) {
  const none = { held: false, reached: [], findings: [] };
  if (sentence.status !== "ok" || sentence.score === null) return none;
  const reached = LABELS.filter((label) => sentence.labels[label] >= thresholds[label]);
  let findings = sentence.candidates.filter(
    (f) => reached.includes(f.label) && f.score >= thresholds[f.label],
  );
  const held = reached.length > 0 || sentence.score >= thresholds.any;
  if (held && !findings.length) {
    const pool = reached.length ? reached : LABELS;
    const label = pool.reduce((best, l) => (sentence.labels[l] > sentence.labels[best] ? l : best));
    const score = reached.length ? sentence.labels[label] : sentence.score;
    findings = sentence.candidates.filter((f) => f.label === label).map((f) => ({ ...f, score }));
    if (!findings.length) {
      const { start, end, text } = sentence;
      findings = [{ label, start, end, text, score, source: "model", evidence: null, told: null }];
    }
  }
  return { held, reached, findings };
}

/** Cut an article into pieces that are scored one after another, at paragraphs where it can. */
function pieces(text, size) {
  const found = [];
  let at = 0;
  while (at < text.length) {
    let end = Math.min(at + size, text.length);
    if (end < text.length) {
      const window = text.slice(at, end);
      for (const [mark, least] of [["\n\n", 0.3], ["\n", 0.3], [". ", 0.5], [" ", 0.5]]) {
        const cut = window.lastIndexOf(mark);
        if (cut >= size * least) {
          end = at + cut + mark.length;
          break;
        }
      }
      const code = text.charCodeAt(end - 1);
      if (code >= 0xd800 && code < 0xdc00) end -= 1; // never between the halves of a letter
    }
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

/** Lead from code points, which the service counts, to the units that strings count here. */
function unitsOf(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (offset) => offset;
  const places = [];
  let at = 0;
  for (const point of text) {
    places.push(at);
    at += point.length;
  }
  places.push(at);
  return (offset) => places[offset];
}
