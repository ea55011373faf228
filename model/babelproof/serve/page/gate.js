"use strict";
/* The gate's decision on an article from its sentences' verdicts, as `gate.decide` gives it. */

const CHANNELS = ["any", ...LABELS];

/** Move a policy's probabilities by a step in log odds, as the threshold was moved. */
const movedPolicy = (policy, step) => ({
  ...policy,
  fail_on: allShifted(policy.fail_on, step),
  suspect: allShifted(policy.suspect, step),
  document: shifted(policy.document, step),
});

/** Write a share as a whole percentage, a half to the even number, as Python does. */
function percent(share) {
  const exact = share * 100;
  const low = Math.floor(exact);
  const half = exact - low === 0.5;
  return `${half ? low + (low % 2) : Math.round(exact)}%`;
}

/** Say whether a finding consists of listed words only. Spelling alone is answered by a list. */
function allowedBy(words, finding) {
  if (!["name", "mt", "garble"].includes(finding.label)) return false;
  const fold = (text) => text.toLowerCase().replaceAll("ß", "ss");
  const text = fold(finding.text).replace(/^[.,;:!?"'“”‘’()]+|[.,;:!?"'“”‘’()]+$/g, "");
  const parts = text.split(/\s+/).filter(Boolean);
  return words.has(text) || (parts.length > 0 && parts.every((part) => words.has(part)));
}

/** Give a suspect sentence's part in the decision, `"allowed"`, or null where it is none. */
function suspicion(sentence, policy, words) {
  const p = { any: sentence.score, ...sentence.labels };
  const limit = (limits, channel) => limits[channel] ?? 2;
  const low = (channel) => Math.min(limit(policy.fail_on, channel), limit(policy.suspect, channel));
  const reached = CHANNELS.filter((channel) => p[channel] >= low(channel));
  if (!reached.length) return null;
  const named = reached.filter((channel) => channel !== "any");
  const speaking = named.length
    ? named
    : [LABELS.reduce((best, label) => (p[label] > p[best] ? label : best))];
  const kept = new Set();
  let answered = 0;
  for (const label of speaking) {
    const all = sentence.candidates.filter((finding) => finding.label === label);
    const sure = all.filter((finding) => finding.score >= low(label));
    const own = sure.length ? sure : all;
    const left = own.filter((finding) => !allowedBy(words, finding));
    if (own.length && !left.length) answered += 1;
    if (left.length) kept.add(label);
  }
  if (answered === speaking.length) return "allowed";
  if (!kept.size) kept.add(speaking[0]);
  const fails = CHANNELS.some(
    (c) => p[c] >= limit(policy.fail_on, c) && (c === "any" || kept.has(c)),
  );
  return { fails };
}

/**
 * Give the probability that an article as a whole is damaged from that of its pieces, each
 * `{ probability, judged }`: the log odds are a mean over sentences.
 */
function wholeOf(pieces) {
  const known = pieces.filter((piece) => piece.probability !== null);
  const judged = known.reduce((sum, piece) => sum + piece.judged, 0);
  if (!judged) return null;
  if (known.length === 1) return known[0].probability;
  const edge = 1e-6;
  const odds = ({ probability: p, judged: n }) => {
    const inside = Math.min(Math.max(p, edge), 1 - edge);
    return n * Math.log(inside / (1 - inside));
  };
  return 1 / (1 + Math.exp(-known.reduce((sum, piece) => sum + odds(piece), 0) / judged));
}

/**
 * Decide on an article: `sentences` are verdicts, each with `marked` where its source allows
 * it, `whole` is the probability that the article as a whole is damaged, or null; it counts
 * where `from` sentences were judged.
 */
function decided(sentences, whole, policy, words, from) {
  const none = { judged: 0, suspects: 0, fails: 0 };
  const broken = sentences.findIndex((s) => s.status === "error");
  if (broken >= 0) {
    const reasons = [`sentence ${broken}: ${sentences[broken].reason}`];
    return { ...none, decision: "error", reasons };
  }
  const judged = sentences.filter(
    (s) => s.status === "ok" && s.text.split(/\s+/).filter(Boolean).length >= policy.min_words,
  );
  if (!judged.length) {
    const given = new Set(sentences.map((s) => (s.status === "ok" ? "too short to judge" : s.reason)));
    const reason = ["not English", "too short to judge"].find((r) => given.has(r)) ?? "empty";
    if (reason === "too short to judge")
      return { ...none, decision: "pass", reasons: [`nothing to judge: ${reason}`] };
    const told =
      `nothing to judge: expected English sentences, found none (${reason}); write some or ` +
      "leave the draft out";
    return { ...none, decision: "error", reasons: [told] };
  }
  let [suspects, fails, held] = [0, 0, 0];
  for (const sentence of judged) {
    const suspect = suspicion(sentence, policy, words);
    if (suspect === "allowed" || (suspect && sentence.marked)) continue;
    suspects += suspect ? 1 : 0;
    fails += suspect?.fails ? 1 : 0;
    held += suspect && sentence.held ? 1 : 0;
  }
  const share = suspects / judged.length;
  const many = suspects >= policy.count && share >= policy.share;
  const known = whole !== null && judged.length >= from;
  const high = suspects > 0 && known && whole >= policy.document;
  const supported = held >= policy.support;
  const holds = supported && (many || high);
  const are = (count) => (count === 1 ? "sentence is" : "sentences are");
  const reasons = [];
  if (fails) reasons.push(`${fails} ${are(fails)} damaged beyond the policy's limit for one`);
  if (many && supported) {
    reasons.push(
      `${suspects} of ${judged.length} sentences (${percent(share)}) are suspect; from ` +
        `${policy.count} and ${percent(policy.share)} an article is held`,
    );
  }
  if (high && supported) {
    reasons.push(
      `as a whole it is damaged with a probability of ${percent(whole)}; from ` +
        `${percent(policy.document)} an article is held`,
    );
  }
  if (!holds && suspects > fails) {
    const left = suspects - fails;
    const few = supported ? "too few" : "too few of them held by themselves";
    reasons.push(`${left} ${are(left)} suspect, ${few} to hold the article`);
  }
  const decision = fails || holds ? "hold" : suspects ? "warn" : "pass";
  return { decision, reasons, judged: judged.length, suspects, fails };
}
