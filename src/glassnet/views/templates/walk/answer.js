/* What a number is, in full: its formula, its numbers, and where they come from and go. */

import { escape, filled, number, plain, raised, shape, updates, used } from "./text.js";

const LISTED = 60; // so many of what a number depends on are listed

/* A number in a formula, in brackets where it begins with − and does not stand by itself. */
function substituted(reading, address, digits, before, after) {
  const text = number(reading.value(address), digits);
  const alone = /(^|[(|]|, )$/.test(before) && /^($|[),| ])/.test(after);
  return text.startsWith("−") && !alone ? `(${text})` : text;
}

/** The answer as HTML. @param before the number it was asked from, if any; @param kept whether it
 *  stays while one points elsewhere. */
export function answer(reading, at, { before = "", kept = false } = {}) {
  const q = reading.about(at);
  const ref = (a, text = a) => `<span class="ref" data-go="${a}">${text}</span>`;
  const parts = ['<div class="tools">'];
  if (before) parts.push(`<button type="button" id="return">← ${before}</button>`);
  if (kept) parts.push('<button type="button" id="let-go">Kept: let go</button>');
  parts.push("</div>");
  parts.push(`<div class="what"><h2 id="answer-title"><span class="sym">${escape(q.symbol)}</span>
    <code>${q.address}</code></h2><p class="value"><span id="value">${reading.number(q.value)}</span>
    <small>${escape(q.unit)}</small></p></div>`);
  parts.push(`<p class="meaning" id="meaning">${escape(q.meaning)}</p>`);
  const from_these = used(q.formula);
  if (q.formula.length) {
    parts.push("<h3>Formula</h3>");
    const address = (a, _, after) => (raised(a, after) ? `(${ref(a)})` : ref(a));
    parts.push(`<p class="formula" id="formula">= ${filled(q.formula, address)}</p>`);
    parts.push("<h3>With its numbers put in</h3>");
    const put = (a, ...beside) => ref(a, substituted(reading, a, q.digits, ...beside));
    const numbers = filled(q.formula, put);
    parts.push(`<p class="formula" id="substituted">= ${numbers}</p>`);
  } else {
    parts.push(`<p class="given">${given(reading, at)}</p>`);
  }
  const n = from_these.length;
  if (n) {
    parts.push(`<h3>It depends on</h3><ul id="depends">${list(reading, from_these)}</ul>`);
    if (n > LISTED) parts.push(`<p class="note">and ${n - LISTED} more.</p>`);
  }
  if (q.equation.length) {
    const shapes = Object.entries(q.shapes).map(
      ([name, s]) => `<span>${escape(name)} ${shape(s)}</span>`
    );
    parts.push("<h3>As matrices</h3>");
    parts.push(`<p class="formula" id="algebra">${escape(plain(q.equation))}</p>`);
    parts.push(`<p class="shapes" id="shapes">${shapes.join(", ")}</p>`);
  }
  if (q.note) parts.push(`<h3>Note</h3><p class="note" id="note">${escape(q.note)}</p>`);
  const into = reading.goesInto(at);
  if (into.length) {
    const more = into.length > 12 ? ` <small>and ${into.length - 12} more</small>` : "";
    const link = (a) => `<button type="button" data-go="${a}">${a}</button>`;
    const links = into.slice(0, 12).map(link);
    parts.push(`<h3>It goes into</h3><p class="into" id="into">${links.join(" ")}${more}</p>`);
  }
  return parts.join("");
}

/** The answer as a screen reader says it. */
export function spoken(reading, at) {
  const q = reading.about(at);
  const n = used(q.formula).length;
  const line = q.formula.map((part) => (Array.isArray(part) ? part[0] : part)).join("");
  const told = line ? `It is ${line}.` : given(reading, at);
  const short = n > 12 ? `It depends on ${n} numbers.` : told;
  return `${at}, ${q.meaning}: ${reading.number(q.value)} ${q.unit}. ${short}`;
}

function list(reading, addresses) {
  return addresses
    .slice(0, LISTED)
    .map((a) => `<li><button type="button" data-go="${a}"><code>${a}</code>
      <span>${reading.number(reading.value(a))}</span></button></li>`)
    .join("");
}

function given(reading, address) {
  const { name, prefix } = reading.places.get(address);
  const { steps } = reading.pass;
  if (prefix) return "It is given: what the updates before have left.";
  if (name === "x" || name === "y") return "It is given, with the data.";
  if (name === "mask") return "It is given: drawn by chance.";
  if (name !== "W" && name !== "b") return "It is given.";
  const { bias } = reading.record.layers[reading.places.get(address).layer - 1];
  const learned = name === "W" || bias !== "frozen";
  if (!learned || !steps) return "It is given: what this pass begins with.";
  return `It is given: where ${updates(steps)} have led it.`;
}
