/* The page of a walk: draws the record that stands in the page, and computes nothing of it. */
"use strict";

const record = JSON.parse(document.getElementById("record").textContent);
const $ = (id) => document.getElementById(id);

const ROW = 24; // the height of a number in the drawing, wide enough for a finger
const CARD = 136;
const SMALL = 118;
const MOST = 6; // a layer of more neurons is drawn by its first ones and its last
const WRITTEN = 30; // up to so many weights each is written on its line
const LISTED = 60; // so many of what a number depends on are listed
const SAMPLED = new Set(["x", "y", "z", "a", "delta", "mask"]);

const state = { walk: 0, stage: 0, sample: 0, at: "", kept: false, trail: [] };

// -- the record ---------------------------------------------------------------------------

const place = new Map(record.quantities.map((q, i) => [q.address, i]));
const others = record.walks.map((w) => new Map((w.other || []).map((q) => [q.address, q])));
const absent = record.walks.map((w) => new Set(w.absent));
const stages = () => record.walks[state.walk].stages || record.stages;

function parse(address) {
  const [, prefix = "", name, layer, index = "", sample] = address.match(
    /^(?:([a-z_]+(?:\.[a-z_]+)*)\.)?([A-Za-z_]+)(\d+)?(?:\[([\d,]+)\])?(?:@(\d+))?$/
  );
  const array = (prefix && prefix + ".") + name + (layer || "");
  const indexes = index ? index.split(",").map(Number) : [];
  return { prefix, name, layer: Number(layer || 0), array, index: indexes, sample };
}

const places = new Map([...place.keys()].map((address) => [address, parse(address)]));

/* Every array by its name: its size, and whether each sample has one. */
const arrays = new Map();
for (const { array, index, sample } of places.values()) {
  const found = arrays.get(array) || { rows: 1, columns: 1, sampled: false };
  found.rows = Math.max(found.rows, (index[0] || 0) + 1);
  found.columns = Math.max(found.columns, (index[1] || 0) + 1);
  found.dimensions = index.length;
  found.sampled ||= sample !== undefined && SAMPLED.has(parse(array).name);
  arrays.set(array, found);
}

function entry(array, ...index) {
  const { dimensions, sampled } = arrays.get(array) || {};
  const at = dimensions ? `[${index.slice(0, dimensions).join(",")}]` : "";
  return array + at + (sampled ? `@${state.sample}` : "");
}

const EMPTY = { formula: [], equation: [], shapes: {}, unit: "", note: "" };

function about(address) {
  return {
    ...EMPTY,
    ...(others[state.walk].get(address) || record.quantities[place.get(address)]),
    value: value(address),
    digits: (record.walks[state.walk].digits || {})[address] || record.digits,
  };
}

const value = (address) => record.walks[state.walk].values[place.get(address)];
const has = (address) => place.has(address) && !absent[state.walk].has(address);

/* A formula is a list of pieces: text, and [address] or [array, whether it is transposed]. */
const used = (formula) => [...new Set(formula.filter(Array.isArray).map(([a]) => a))];
const plain = (formula) => formula.map((p) => (Array.isArray(p) ? named(...p) : p)).join("");
const named = (name, turned) => (name === "learning_rate" ? "η" : name) + (turned ? "ᵀ" : "");

/* Which stage computes a number; one that none computes is given, or told within a formula. */
const stagesOf = new Map();
function stageOf(address) {
  const told = stages();
  if (!stagesOf.has(told)) {
    stagesOf.set(told, new Map(told.flatMap((s, n) => s.addresses.map((a) => [a, n]))));
  }
  return stagesOf.get(told).get(address);
}
const known = (address) => has(address) && !(stageOf(address) > state.stage);

/* What each number goes into: the dependencies read the other way. */
const intoOf = new Map();
function goesInto(address) {
  if (!intoOf.has(state.walk)) {
    const into = new Map();
    for (const user of place.keys()) {
      if (!has(user)) continue;
      for (const one of used(about(user).formula)) {
        if (!into.has(one)) into.set(one, []);
        into.get(one).push(user);
      }
    }
    intoOf.set(state.walk, into);
  }
  return intoOf.get(state.walk).get(address) || [];
}

// -- text ---------------------------------------------------------------------------------

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (c) => ESCAPES[c]);

/* What is no number, or none that JSON has, stands there as null or a word. */
const UNUSUAL = { null: "nan", Infinity: "inf", "-Infinity": "−inf" };

/* To so many significant digits, as other views write it: 3.51018778e−05. */
function number(v, digits = record.digits) {
  if (typeof v !== "number") return UNUSUAL[v];
  if (v === 0) return "0";
  const [mantissa, power] = v.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent >= -4 && exponent < digits) return minus(short(v.toPrecision(digits)));
  const sign = exponent < 0 ? "-" : "+";
  return minus(`${short(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`);
}
const minus = (text) => text.replaceAll("-", "−");
const brief = (v) => number(v, 4);

/* The formula as HTML; `put` is told the text before and after each address. */
function filled(formula, put) {
  const told = (part) => (Array.isArray(part) ? "" : part ?? "");
  return formula
    .map((part, n) =>
      Array.isArray(part) ? put(part[0], told(formula[n - 1]), told(formula[n + 1])) : escape(part)
    )
    .join("");
}

/* Whether a power stands after a sample's address: a1[0]@0² would be read as sample 0². */
const raised = (address, after) => address.includes("@") && /^[²³^]/.test(after);

/* A number in a formula, in brackets where it begins with − and does not stand by itself. */
function substituted(address, digits, before, after) {
  const text = number(value(address), digits);
  const alone = /(^|[(|]|, )$/.test(before) && /^($|[),| ])/.test(after);
  return text.startsWith("−") && !alone ? `(${text})` : text;
}

const shape = (sizes) => (sizes.length === 1 ? `${sizes[0]}×1` : sizes.join("×"));
const updates = (n) => `${n.toLocaleString("en")} update${n === 1 ? "" : "s"}`;
const label = (address) => {
  const { symbol, meaning } = about(address);
  return escape(`${address}, ${meaning}, ${symbol}: ${number(value(address))}`);
};

// -- the drawing --------------------------------------------------------------------------

/* Which places of a layer get a card; null stands for those left out. */
function shown(size) {
  if (size <= MOST) return [...Array(size).keys()];
  return [...Array(MOST - 2).keys(), null, size - 1];
}

function drawing(vertical) {
  const now = stages()[state.stage];
  const current = { ...parse(now.array), array: now.array };
  const sizes = [record.layers[0].n_in, ...record.layers.map((l) => l.n_out)];
  const outputs = arrays.get("y") ? arrays.get("y").rows : 0;
  const columns = [...sizes, outputs].map(shown);
  const last = sizes.length - 1;
  const weights = sizes.slice(1).reduce((sum, n, l) => sum + n * sizes[l], 0);
  const written = weights <= WRITTEN;

  const rowsOf = (c, i) => {
    if (c === 0) return [entry("x", i), entry("mask0", i)];
    if (c > last) return [entry("y", i)];
    const ofBias = current.layer === c && (current.name === "b" || current.name === "db");
    const bias = ofBias ? current.array : `b${c}`;
    const one = arrays.get(bias) && arrays.get(bias).rows === 1;
    return [
      entry(bias, one ? 0 : i), entry(`z${c}`, i), entry(`a${c}`, i), entry(`mask${c}`, i),
      entry(`delta${c}`, i),
    ];
  };
  const cards = columns.map((indexes, c) =>
    indexes.map((i) => ({
      i, c,
      rows: i === null ? [] : rowsOf(c, i).filter((a) => place.has(a)),
      width: c === 0 || c > last ? SMALL : CARD,
    }))
  );
  for (const card of cards.flat()) card.height = Math.max(card.rows.length, 1) * ROW + 6;

  // along: from inputs to targets; across: a layer's neurons side by side
  const slots = Math.max(...columns.map((column) => column.length));
  const tall = Math.max(...cards.flat().map((card) => card.height));
  const gap = written ? (vertical ? 84 : 138 + 22 * Math.max(slots - 2, 0)) : 110;
  const across = vertical ? CARD + 14 : tall + 20;
  const head = vertical ? 26 : 52;
  let along = vertical ? 8 : 10;
  cards.forEach((column, c) => {
    const deep = vertical ? column[0].height : column[0].width;
    const step = Math.min((across * (slots - 1)) / Math.max(column.length - 1, 1), across * 1.4);
    const start = head + (across * (slots - 1) - step * (column.length - 1)) / 2;
    column.forEach((card, n) => {
      const side = start + n * step + (vertical ? CARD : tall) / 2;
      card.x = vertical ? side : along + deep / 2;
      card.y = vertical ? along + Math.max(...column.map((k) => k.height)) / 2 : side;
    });
    along += (vertical ? Math.max(...column.map((k) => k.height)) : deep);
    along += c === last ? 34 : c > last ? 0 : gap;
  });
  const wide = head + across * (slots - 1) + (vertical ? CARD : tall);
  const foot = ROW + 6;
  const width = vertical ? Math.max(wide + 4, 296) : along + 10;
  const height = vertical ? along + foot + 26 : wide + foot + 26;

  const parts = [];
  for (let c = 1; c <= last; c++) {
    parts.push(edges(cards[c - 1], cards[c], c, current, written, vertical));
  }
  for (const y of cards[last + 1].filter((card) => card.i !== null)) {
    const from = cards[last].find((card) => card.i === y.i);
    const [p, q] = ends(from, y, vertical);
    parts.push(`<path class="want" d="M${p}L${q}"/>`);
  }
  cards.forEach((column, c) => {
    parts.push(heading(column, c, last, vertical, sizes[c] ?? outputs));
    for (const card of column) parts.push(cardOf(card, c, last));
  });
  for (let c = 1; c <= last; c++) {
    const [p, q] = ends(cards[c - 1][0], cards[c][0], vertical);
    const name = current.layer === c && /^d?W$/.test(current.name) ? current.array : `W${c}`;
    const now = name === current.array ? " current" : "";
    const at = vertical
      ? `transform="translate(15 ${(p[1] + q[1]) / 2}) rotate(-90)"`
      : `x="${(p[0] + q[0]) / 2}" y="34"`;
    parts.push(`<text class="head below${now}" ${at}>${escape(name)}</text>`);
  }
  const low = height - foot / 2 - 4;
  const right = vertical ? width - SMALL / 2 - 6 : width - SMALL / 2 - 10;
  const left = (vertical ? head : 10) + SMALL / 2;
  const alone = [[entry("learning_rate"), left], [entry("loss"), right]];
  for (const [address, x] of alone) {
    const card = { c: -1, i: 0, rows: [address], width: SMALL, height: foot, x, y: low };
    if (place.has(address)) parts.push(cardOf(card, -1, last));
  }
  const way = `${vertical ? "upright" : ""} ${now.phase === "Backward" ? "back" : ""}`;
  return `<svg viewBox="0 0 ${width} ${height}" data-width="${width}" role="group"
    aria-label="The network, ${escape(sizes.join(" – "))}: arrows go from number to number"
    style="--width:${width}px" class="${way}">${parts.join("")}</svg>`;
}

/* Where the line between two cards begins and ends. */
function ends(from, to, vertical) {
  return vertical
    ? [[from.x, from.y + from.height / 2], [to.x, to.y - to.height / 2]]
    : [[from.x + from.width / 2, from.y], [to.x - to.width / 2, to.y]];
}

function edges(before, after, layer, current, written, vertical) {
  const array = current.layer === layer && /^d?W$/.test(current.name) ? current.array : `W${layer}`;
  const weights = array === `W${layer}`;
  const lines = [];
  const largest = Math.max(
    ...[...place.keys()].map((a) => (/^W\d+\[/.test(a) && Math.abs(value(a))) || 0)
  );
  for (const to of after) {
    for (const from of before) {
      if (to.i === null || from.i === null) continue;
      const address = `${array}[${to.i},${from.i}]`;
      if (!known(address)) continue;
      const [p, q] = ends(from, to, vertical);
      const own = `W${layer}[${to.i},${from.i}]`;
      lines.push({ address, own, p, q, weight: value(own) });
    }
  }
  const taken = [];
  for (const line of lines) {
    line.text = brief(value(line.address));
    if (written) line.box = room(line, lines, taken, vertical);
  }
  const kind = ({ address, weight }, at = address) =>
    `edge ${weight < 0 ? "minus" : "plus"}${weights ? "" : " other"}${fresh(at)}" data-a="${at}`;
  const button = (line) =>
    `class="num ${kind(line)}" role="button" tabindex="-1" aria-label="${label(line.address)}"`;
  const drawn = lines.map((line) => {
    const { p, q, weight, box } = line;
    const size = Math.abs(weight) / (largest || 1) || 0;
    const ends = `x1="${p[0]}" y1="${p[1]}" x2="${q[0]}" y2="${q[1]}"`;
    const strength = (0.35 + 0.6 * size).toFixed(2);
    const style = `--size:${(1 + 5 * size).toFixed(2)};--strength:${strength}`;
    // the line itself is the weight, whatever its label tells of it
    const role = box ? `class="${kind(line, line.own)}" aria-hidden="true"` : button(line);
    return `<g ${role}><line class="reach" ${ends}/>
      <line class="line" ${ends} style="${style}"/></g>`;
  });
  // no line strikes through a label
  const labels = lines.filter((line) => line.box).map((line) => {
    const { x, y, w } = line.box;
    return `<g ${button(line)}>
      <rect class="hit" x="${x - w / 2}" y="${y - 11}" width="${w}" height="22" rx="11"/>
      <text x="${x}" y="${y + 4.5}" text-anchor="middle">${escape(line.text)}</text></g>`;
  });
  return drawn.join("") + labels.join("");
}

/* Where on its line a label goes: where it is free, crossed by few lines, near the start. */
function room(line, lines, taken, vertical) {
  const w = line.text.length * 8 + 14;
  const h = 22;
  let best = null;
  for (let n = 0; n <= 40; n++) {
    const t = 0.16 + 0.017 * n;
    const x = line.p[0] + t * (line.q[0] - line.p[0]);
    const y = line.p[1] + t * (line.q[1] - line.p[1]);
    let cost = Math.abs(t - 0.3) * 4;
    for (const other of taken) {
      const beside = Math.abs(other.x - x) * 2 > other.w + w + 4;
      cost += beside || Math.abs(other.y - y) > h + 1 ? 0 : 100;
    }
    for (const other of lines) if (other !== line && crosses(other, x, y, w, h)) cost += 0.6;
    // beside a card its edge would hide the label
    const near = vertical
      ? Math.min(y - line.p[1], line.q[1] - y) - h / 2
      : Math.min(x - line.p[0], line.q[0] - x) - w / 2;
    if (near < 2) cost += 300;
    if (!best || cost < best.cost) best = { x, y, w, cost };
  }
  taken.push(best);
  return best;
}

function crosses({ p, q }, x, y, w, h) {
  for (let n = 0; n <= 24; n++) {
    const t = n / 24;
    const u = p[0] + t * (q[0] - p[0]) - x;
    const v = p[1] + t * (q[1] - p[1]) - y;
    if (Math.abs(u) * 2 < w && Math.abs(v) * 2 < h) return true;
  }
  return false;
}

const fresh = (address) => (stageOf(address) === state.stage ? " now" : "");

function cardOf(card, c, last) {
  const left = card.x - card.width / 2;
  const top = card.y - card.height / 2;
  if (card.i === null) return `<text class="left-out" x="${card.x}" y="${card.y + 8}">⋮</text>`;
  const kind = c === 0 ? "input" : c > last || c < 0 ? "target" : "neuron";
  const rows = card.rows.map((address, n) =>
    numberOf(address, left + 3, top + 3 + n * ROW, card.width - 6)
  );
  return `<g class="card ${kind}"><rect class="body" x="${left}" y="${top}" width="${card.width}"
    height="${card.height}" rx="9"/>${rows.join("")}</g>`;
}

function numberOf(address, x, y, width) {
  const symbol = escape(record.quantities[place.get(address)].symbol.replace(/ \(\d+\)$/, ""));
  const middle = y + ROW / 2 + 4.5;
  const name = `<text class="sym" x="${x + 7}" y="${middle}">${symbol}</text>`;
  if (!known(address)) return `<g class="yet" aria-hidden="true">${name}</g>`;
  return `<g class="num${fresh(address)}" data-a="${address}" role="button" tabindex="-1"
    aria-label="${label(address)}">
    <rect class="hit" x="${x}" y="${y}" width="${width}" height="${ROW}" rx="6"/>${name}
    <text class="val" x="${x + width - 7}" y="${middle}">${brief(value(address))}</text></g>`;
}

function heading(column, c, last, vertical, size) {
  const { activation = "" } = record.layers[c - 1] || {};
  const title = c === 0 ? "inputs" : c > last ? "targets" : `layer ${c}`;
  const more = size > MOST ? `${size.toLocaleString("en")} of them` : "";
  const below = [activation.replaceAll("_", " "), more].filter(Boolean).join(", ");
  if (vertical) {
    const turned = `translate(15 ${column[0].y}) rotate(-90)`;
    return `<text class="head" transform="${turned}">${title}</text>`;
  }
  return `<text class="head" x="${column[0].x}" y="17">${title}</text>
    <text class="head below" x="${column[0].x}" y="34">${escape(below)}</text>`;
}

// -- matrices -----------------------------------------------------------------------------

function equation() {
  const { array, sign, right } = stages()[state.stage];
  if (sign) return matrix(array) + word(sign) + laidOut(right);
  return right.length ? laidOut(right) + word("→") + matrix(array) : matrix(array);
}

/* A line of algebra with its arrays laid out in place of their names. */
function laidOut(line) {
  return line
    .map((part) => {
      if (!Array.isArray(part)) return part.trim() ? word(part.trim()) : "";
      const [name, turned] = part;
      const whole = arrays.has(name) && known(entry(name, 0, 0));
      return whole ? matrix(name, turned) : word(named(name, turned));
    })
    .join("");
}

const word = (text) => `<span class="word">${escape(text)}</span>`;

function matrix(array, turned = false) {
  const size = arrays.get(array);
  const [rows, columns] = turned ? [size.columns, size.rows] : [size.rows, size.columns];
  const body = [];
  for (let i = 0; i < rows; i++) {
    const cells = [];
    for (let j = 0; j < columns; j++) {
      const address = turned ? entry(array, j, i) : entry(array, i, j);
      const told = has(address) ? number(value(address)) : "";
      const about = `data-a="${address}" aria-label="${address}: ${told}"`;
      const role = told ? `class="num${fresh(address)}" tabindex="-1" ${about}` : "";
      cells.push(`<td role="gridcell" ${role}>${told}</td>`);
    }
    body.push(`<tr role="row">${cells.join("")}</tr>`);
  }
  const sample = size.sampled && record.batch > 1 ? ` @${state.sample}` : "";
  const name = (array === "learning_rate" ? "η" : array) + (turned ? "ᵀ" : "") + sample;
  const told = size.dimensions ? `${rows}×${columns}` : "";
  return `<figure class="matrix"><figcaption>${escape(name)} <small>${told}</small></figcaption>
    <div class="cells"><table role="grid" aria-label="${escape(name)} ${told}">
    ${body.join("")}</table></div></figure>`;
}

// -- the answer ---------------------------------------------------------------------------

function answer() {
  const q = about(state.at);
  const ref = (a, text = a) => `<span class="ref" data-go="${a}">${text}</span>`;
  const parts = ['<div class="tools">'];
  const before = state.trail.at(-1);
  if (before) parts.push(`<button type="button" id="return">← ${before}</button>`);
  if (state.kept) parts.push('<button type="button" id="let-go">Kept: let go</button>');
  parts.push("</div>");
  parts.push(`<div class="what"><h2 id="answer-title"><span class="sym">${escape(q.symbol)}</span>
    <code>${q.address}</code></h2><p class="value"><span id="value">${number(q.value)}</span>
    <small>${escape(q.unit)}</small></p></div>`);
  parts.push(`<p class="meaning" id="meaning">${escape(q.meaning)}</p>`);
  const from_these = used(q.formula);
  if (q.formula.length) {
    parts.push("<h3>Formula</h3>");
    const address = (a, _, after) => (raised(a, after) ? `(${ref(a)})` : ref(a));
    parts.push(`<p class="formula" id="formula">= ${filled(q.formula, address)}</p>`);
    parts.push("<h3>With its numbers put in</h3>");
    const numbers = filled(q.formula, (a, ...beside) => ref(a, substituted(a, q.digits, ...beside)));
    parts.push(`<p class="formula" id="substituted">= ${numbers}</p>`);
  } else {
    parts.push(`<p class="given">${given(state.at)}</p>`);
  }
  const n = from_these.length;
  if (n) {
    parts.push(`<h3>It depends on</h3><ul id="depends">${list(from_these)}</ul>`);
    if (n > LISTED) parts.push(`<p class="note">and ${n - LISTED} more.</p>`);
  }
  if (q.equation.length) {
    const shapes = Object.entries(q.shapes).map(
      ([name, s]) => `<span>${escape(name)} ${shape(s)}</span>`
    );
    parts.push(`<h3>As matrices</h3><p class="formula" id="algebra">${escape(plain(q.equation))}</p>`);
    parts.push(`<p class="shapes" id="shapes">${shapes.join(", ")}</p>`);
  }
  if (q.note) parts.push(`<h3>Note</h3><p class="note" id="note">${escape(q.note)}</p>`);
  const into = goesInto(state.at);
  if (into.length) {
    const more = into.length > 12 ? ` <small>and ${into.length - 12} more</small>` : "";
    const link = (a) => `<button type="button" data-go="${a}">${a}</button>`;
    const links = into.slice(0, 12).map(link);
    parts.push(`<h3>It goes into</h3><p class="into" id="into">${links.join(" ")}${more}</p>`);
  }
  const panel = $("answer");
  panel.innerHTML = parts.join("");
  panel.scrollTop = 0;
  panel.dataset.at = state.at;
  panel.classList.toggle("kept", state.kept);
  const spoken = q.formula.map((part) => (Array.isArray(part) ? part[0] : part)).join("");
  const told = spoken ? `It is ${spoken}.` : given(state.at);
  const short = n > 12 ? `It depends on ${n} numbers.` : told;
  say(`${state.at}, ${q.meaning}: ${number(q.value)} ${q.unit}. ${short}`);
}

function list(addresses) {
  return addresses
    .slice(0, LISTED)
    .map((a) => `<li><button type="button" data-go="${a}"><code>${a}</code>
      <span>${number(value(a))}</span></button></li>`)
    .join("");
}

function given(address) {
  const { name, prefix } = places.get(address);
  const { steps } = record.walks[state.walk];
  if (prefix) return "It is given: what the updates before have left.";
  if (name === "x" || name === "y") return "It is given, with the data.";
  if (name === "mask") return "It is given: drawn by chance.";
  if (name !== "W" && name !== "b") return "It is given.";
  const learned = name === "W" || record.layers[places.get(address).layer - 1].bias !== "frozen";
  if (!learned || !steps) return "It is given, as the network begins with it.";
  return `It is given: where ${updates(steps)} have led it.`;
}

/* Spoken by a screen reader: the stage where it is a new one, then the number. */
let saying = 0;
let heard = "";
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    const where = `${updates(record.walks[state.walk].steps)}, ${stages()[state.stage].title}. `;
    $("live").textContent = where === heard ? text : where + text;
    heard = where;
  }, 150);
}

// -- showing ------------------------------------------------------------------------------

const seen = new Map(); // address → the elements that show it
let marked = [];

function mark() {
  for (const element of marked) element.classList.remove("lit", "chosen");
  marked = [];
  const put = (address, name) => {
    for (const element of seen.get(address) || []) {
      element.classList.add(name);
      marked.push(element);
    }
  };
  for (const address of used(about(state.at).formula)) put(address, "lit");
  put(state.at, "chosen");
}

function choose(address, kept) {
  if (address === state.at && kept === state.kept && $("answer").dataset.at === address) return;
  state.at = address;
  state.kept = kept;
  tell();
}

function tell() {
  answer();
  mark();
  remember();
}

const NARROW = matchMedia("(max-width: 640px)");

function draw() {
  const active = document.activeElement.closest?.(".num");
  const group = active?.closest("table, svg")?.getAttribute("aria-label");
  const now = stages()[state.stage];
  const scrolled = $("picture").scrollLeft;
  $("picture").innerHTML = drawing(NARROW.matches);
  $("picture").scrollLeft = scrolled;
  $("equation").innerHTML = equation();
  $("stage-place").textContent = `${now.phase} · stage ${state.stage + 1} of ${stages().length}`;
  $("stage-title").textContent = now.title;
  const { loss_after, values } = record.walks[state.walk];
  const before = number(values[place.get("loss")]);
  const outcome = `The loss is ${before} before this update and ${number(loss_after)} after it.`;
  $("stage-says").textContent = /^new\.[Wb]/.test(now.array) ? `${now.says} ${outcome}` : now.says;
  strip();
  $("back").disabled = state.stage === 0 && state.walk === 0;
  $("on").disabled = state.stage === stages().length - 1 && state.walk === record.walks.length - 1;
  $("update").value = String(state.walk);
  $("update-back").disabled = state.walk === 0;
  $("update-on").disabled = state.walk === record.walks.length - 1;
  $("sample").value = String(state.sample);
  curve();
  seen.clear();
  for (const element of document.querySelectorAll("#picture [data-a], #equation [data-a]")) {
    const { a } = element.dataset;
    if (!seen.has(a)) seen.set(a, []);
    seen.get(a).push(element);
  }
  for (const root of groups()) {
    const own = root.querySelector(`.num[data-a="${CSS.escape(state.at)}"]`);
    const first = own || root.querySelector(".num");
    if (first) first.tabIndex = 0;
  }
  tell();
  if (active) {
    const again = seen.get(active.dataset.a) || seen.get(state.at) || [];
    const named = (e) => e.closest("table, svg").getAttribute("aria-label");
    const same = again.find((e) => e.tabIndex === 0 && named(e) === group);
    (same || again.find((e) => e.matches(".num")) || $("on")).focus({ preventScroll: true });
  }
}

const groups = () => document.querySelectorAll("#picture svg, #equation table");

function strip() {
  const nav = $("strip");
  const told = stages();
  if (nav.told !== told) {
    const phases = [...new Set(told.map((s) => s.phase))];
    nav.innerHTML = phases
      .map((phase) => {
        const button = (s, n) =>
          `<button type="button" data-stage="${n}" title="${escape(s.title)}"
            aria-label="${n + 1}. ${escape(s.title)}">${escape(s.array)}</button>`;
        const own = told.map((s, n) => (s.phase === phase ? button(s, n) : "")).join("");
        return `<div role="group" aria-label="${phase}"><span aria-hidden="true">${phase}</span>
          <div>${own}</div></div>`;
      })
      .join("");
    nav.told = told;
  }
  for (const button of nav.querySelectorAll("button")) {
    const n = Number(button.dataset.stage);
    button.classList.toggle("done", n < state.stage);
    if (n === state.stage) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  // where the strip is wider than the page, the present stage is what one sees of it
  const here = nav.querySelector("[aria-current]").getBoundingClientRect();
  const all = nav.getBoundingClientRect();
  nav.scrollLeft += here.left + here.width / 2 - all.left - all.width / 2;
}

/* The recorded losses, in equal steps, the present one marked. */
function curve() {
  const losses = record.walks.map((w) => w.values[place.get("loss")]);
  const most = Math.max(...losses.filter((v) => typeof v === "number"));
  const width = 132;
  const x = (n) => 6 + (n * (width - 12)) / Math.max(losses.length - 1, 1);
  const y = (v) => 34 - 28 * (typeof v === "number" ? v / (most || 1) : 1);
  const points = losses.map((v, n) => `${x(n).toFixed(1)},${y(v).toFixed(1)}`);
  $("curve").setAttribute("viewBox", `0 0 ${width} 40`);
  const dots = losses.map((v, n) => `<circle r="2" cx="${x(n)}" cy="${y(v)}"/>`);
  $("curve").innerHTML = `<line x1="2" x2="${width - 2}" y1="37" y2="37"/>
    <polyline points="${points.join(" ")}"/>${losses.length > 30 ? "" : dots.join("")}
    <circle class="here" r="4.5" cx="${x(state.walk)}" cy="${y(losses[state.walk])}"/>`;
}

// -- going about --------------------------------------------------------------------------

function toStage(n) {
  const told = stages();
  state.stage = Math.min(Math.max(n, 0), told.length - 1);
  state.trail = [];
  // what is kept stays where it can; else the stage tells its own first number
  if (!(state.kept && known(state.at))) {
    state.kept = false;
    const own = told[state.stage].addresses;
    state.at = own.find((a) => places.get(a).sample === String(state.sample)) || own[0];
  }
  draw();
}

/* A stage on or back; past the last one the next recorded pass begins. */
function step(by) {
  const n = state.stage + by;
  if (n >= 0 && n < stages().length) toStage(n);
  else if (record.walks[state.walk + by]) toUpdate(state.walk + by, by > 0 ? 0 : Infinity);
}

function toUpdate(n, stage = state.stage) {
  if (!record.walks[n]) return;
  const title = stages()[state.stage].title;
  state.walk = n;
  const same = stages().findIndex((s) => s.title === title);
  state.stage = Math.min(stage === state.stage && same >= 0 ? same : stage, stages().length - 1);
  if (stage !== Infinity && stage > 0 && known(state.at)) draw();
  else toStage(state.stage);
}

/* To a number that another one is told by, or goes into; the way there is kept for going back. */
function jump(address) {
  if (!has(address)) return;
  if (state.at !== address) state.trail.push(state.at);
  turn(address);
}

function goBack() {
  turn(state.trail.pop());
  $("return")?.focus();
}

function turn(address) {
  const { sample } = places.get(address);
  const later = stageOf(address);
  let again = false;
  if (sample !== undefined && Number(sample) !== state.sample) {
    state.sample = Number(sample);
    again = true;
  }
  if (later !== undefined && (later > state.stage || (!again && !seen.has(address)))) {
    state.stage = later;
    again = true;
  }
  state.at = address;
  state.kept = true;
  if (again) draw();
  else tell();
  $("answer").focus({ preventScroll: true });
  seen.get(address)?.[0].scrollIntoView({ block: "nearest", inline: "nearest" });
}

/* The page's address says where we are, so that a place in it can be passed on. */
function remember() {
  const { steps } = record.walks[state.walk];
  try {
    const at = state.kept ? `&at=${encodeURIComponent(state.at)}` : "";
    const hash = `#after=${steps}&stage=${state.stage + 1}${at}`;
    if (hash !== location.hash) history.replaceState(null, "", hash);
  } catch {
    // a frame without an address of its own
  }
}

function recall() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const walk = record.walks.findIndex((w) => String(w.steps) === asked.get("after"));
  state.walk = Math.max(walk, 0);
  const begin = stages().findIndex((s) => s.array === record.begin);
  const stage = (Number.parseInt(asked.get("stage"), 10) || begin + 1 || 1) - 1;
  state.stage = Math.min(Math.max(stage, 0), stages().length - 1);
  const at = asked.get("at");
  state.kept = Boolean(at) && known(at);
  if (state.kept) {
    state.at = at;
    state.sample = Number(places.get(at).sample || 0);
  }
  toStage(state.stage);
}

// -- pointing -----------------------------------------------------------------------------

let resting = 0;
document.addEventListener("pointerover", (event) => {
  const target = event.target.closest?.("[data-a]");
  clearTimeout(resting);
  // a hand on its way to the answer passes over numbers: only where it rests does it point
  if (target && event.pointerType !== "touch" && !state.kept) {
    resting = setTimeout(() => state.kept || choose(target.dataset.a, false), 50);
  }
  const ref = event.target.closest?.("[data-go]");
  for (const element of document.querySelectorAll(".pointed")) element.classList.remove("pointed");
  if (ref) for (const element of seen.get(ref.dataset.go) || []) element.classList.add("pointed");
});

let pressed = "";
document.addEventListener("pointerdown", (event) => {
  const target = event.target.closest?.("[data-a]");
  pressed = target && state.kept && state.at === target.dataset.a ? state.at : "";
});

document.addEventListener("click", (event) => {
  const number = event.target.closest?.("[data-a]");
  const link = event.target.closest?.("[data-go]");
  if (number) {
    state.trail = [];
    choose(number.dataset.a, pressed !== number.dataset.a);
    // on a phone the answer stands below the drawing: both are brought into sight
    if (NARROW.matches && number.closest("#picture"))
      $("picture").scrollIntoView({ block: "nearest" });
  } else if (link) jump(link.dataset.go);
  else if (event.target.id === "return") goBack();
  else if (event.target.id === "let-go") {
    choose(state.at, false);
    home();
  } else if (state.kept && !event.target.closest("button, select, label, aside")) {
    choose(state.at, false);
  }
});

document.addEventListener("focusin", (event) => {
  const number = event.target.closest?.(".num");
  if (!number) return;
  const root = number.closest("table, svg");
  for (const other of root.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
  number.tabIndex = 0;
  if (!(state.kept && state.at === number.dataset.a)) {
    state.trail = [];
    choose(number.dataset.a, false);
  }
});

/* To the number that the answer is about. */
function home() {
  const shownAt = seen.get(state.at);
  const numbers = (shownAt || []).filter((e) => e.matches(".num"));
  (numbers.find((e) => e.tabIndex === 0) || numbers[0] || $("on")).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("select")) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by && event.shiftKey) toUpdate(state.walk + by);
  else if (event.target.closest?.(".num")) return within(event);
  else if (by) step(by);
  else if (event.key === "Escape" && $("answer").contains(event.target)) {
    state.kept = false;
    answer();
    home();
  } else return;
  event.preventDefault();
});

/* Keys on a number: arrows go to its neighbours, Enter into its answer. */
function within(event) {
  const number = event.target.closest(".num");
  const root = number.closest("table, svg");
  const all = [...root.querySelectorAll(".num")];
  const n = all.indexOf(number);
  const across = root.matches("table") ? root.rows[0].cells.length : 1;
  const to = {
    ArrowRight: n + 1, ArrowLeft: n - 1, ArrowDown: n + across, ArrowUp: n - across,
    Home: 0, End: all.length - 1,
  }[event.key];
  if (to !== undefined) all[to]?.focus();
  else if (event.key === "Enter" || event.key === " ") {
    choose(number.dataset.a, true);
    ($("answer").querySelector("#depends button") || $("answer")).focus();
  } else if (event.key === "Escape") {
    if (state.kept) choose(state.at, false);
    else $("on").focus();
  } else return;
  event.preventDefault();
}

$("strip").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) toStage(Number(button.dataset.stage));
});
$("back").addEventListener("click", () => step(-1));
$("on").addEventListener("click", () => step(1));
$("update-back").addEventListener("click", () => toUpdate(state.walk - 1));
$("update-on").addEventListener("click", () => toUpdate(state.walk + 1));
$("update").addEventListener("change", (event) => toUpdate(Number(event.target.value)));
$("sample").addEventListener("change", (event) => {
  state.sample = Number(event.target.value);
  const { array, index, sample } = places.get(state.at);
  if (sample !== undefined) state.at = entry(array, ...index);
  draw();
});
NARROW.addEventListener("change", draw);
addEventListener("hashchange", recall);

// -- beginning ----------------------------------------------------------------------------

$("update").innerHTML = record.walks
  .map((w, n) => {
    const loss = brief(w.values[place.get("loss")]);
    return `<option value="${n}">${updates(w.steps)} · loss ${loss}</option>`;
  })
  .join("");
$("updates").classList.toggle("single", record.walks.length === 1);
$("samples").hidden = record.batch === 1;
$("sample").innerHTML = [...Array(record.batch).keys()]
  .map((k) => `<option value="${k}">@${k}</option>`)
  .join("");
document.documentElement.classList.toggle("framed", self !== top);
$("walk").hidden = false;
recall();
