/* The network as a picture: a card a neuron, a line a weight, and the numbers known so far. */

import { parse } from "./record.js";
import { brief, escape, number } from "./text.js";

const ROW = 24; // the height of a number in the drawing, wide enough for a finger
const CARD = 136;
const SMALL = 118;
const SLIM = 112; // a card's width where more than two stand side by side on a narrow page
const MOST = 6; // a layer of more neurons is drawn by its first ones and its last
const WRITTEN = 30; // up to so many weights each is written on its line

/* Which places of a layer get a card; null stands for those left out. */
function shown(size) {
  if (size <= MOST) return [...Array(size).keys()];
  return [...Array(MOST - 2).keys(), null, size - 1];
}

/** The drawing as SVG; vertical: from the top down, for a narrow page. */
export function drawing(reading, vertical) {
  const now = reading.now;
  const current = { ...parse(now.array), array: now.array };
  const sizes = [reading.record.layers[0].n_in, ...reading.record.layers.map((l) => l.n_out)];
  const outputs = reading.arrays.get("y") ? reading.arrays.get("y").rows : 0;
  const columns = [...sizes, outputs].map(shown);
  const last = sizes.length - 1;
  const weights = sizes.slice(1).reduce((sum, n, l) => sum + n * sizes[l], 0);
  const written = weights <= WRITTEN;

  const rowsOf = (c, i) => {
    if (c === 0) return [reading.entry("x", i), reading.entry("mask0", i)];
    if (c > last) return [reading.entry("y", i)];
    const ofBias = current.layer === c && (current.name === "b" || current.name === "db");
    const bias = ofBias ? current.array : `b${c}`;
    const one = reading.arrays.get(bias) && reading.arrays.get(bias).rows === 1;
    return [
      reading.entry(bias, one ? 0 : i),
      ...["z", "a", "mask", "delta"].map((name) => reading.entry(name + c, i)),
    ];
  };
  const slots = Math.max(...columns.map((column) => column.length));
  const slim = vertical && slots > 2;
  const [neuron, single] = slim ? [SLIM, SLIM] : [CARD, SMALL];
  const cards = columns.map((indexes, c) =>
    indexes.map((i) => ({
      i, c,
      rows: i === null ? [] : rowsOf(c, i).filter((a) => reading.place.has(a)),
      width: c === 0 || c > last ? single : neuron,
    }))
  );
  for (const card of cards.flat()) card.height = Math.max(card.rows.length, 1) * ROW + 6;

  // along: from inputs to targets; across: a layer's neurons side by side
  const tall = Math.max(...cards.flat().map((card) => card.height));
  const gap = written ? (vertical ? 100 : 138) + 22 * Math.max(slots - 2, 0) : 110;
  const across = vertical ? neuron + (slim ? 4 : 14) : tall + 20;
  const head = vertical ? 26 : 52;
  let along = vertical ? 8 : 10;
  cards.forEach((column, c) => {
    const deep = vertical ? column[0].height : column[0].width;
    const step = Math.min((across * (slots - 1)) / Math.max(column.length - 1, 1), across * 1.4);
    const start = head + (across * (slots - 1) - step * (column.length - 1)) / 2;
    column.forEach((card, n) => {
      const side = start + n * step + (vertical ? neuron : tall) / 2;
      card.x = vertical ? side : along + deep / 2;
      card.y = vertical ? along + Math.max(...column.map((k) => k.height)) / 2 : side;
    });
    along += (vertical ? Math.max(...column.map((k) => k.height)) : deep);
    along += c === last ? 34 : c > last ? 0 : gap;
  });
  const wide = head + across * (slots - 1) + (vertical ? neuron : tall);
  const foot = ROW + 6;
  const width = vertical ? Math.max(wide + 4, 296) : along + 10;
  const height = vertical ? along + foot + 26 : wide + foot + 26;

  const parts = [];
  for (let c = 1; c <= last; c++) {
    parts.push(edges(reading, cards[c - 1], cards[c], c, current, written, vertical));
  }
  for (const y of cards[last + 1].filter((card) => card.i !== null)) {
    const from = cards[last].find((card) => card.i === y.i);
    const [p, q] = ends(from, y, vertical);
    parts.push(`<path class="want" d="M${p}L${q}"/>`);
  }
  cards.forEach((column, c) => {
    parts.push(heading(reading, column, c, last, vertical, sizes[c] ?? outputs));
    for (const card of column) parts.push(cardOf(reading, card, c, last));
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
  const alone = [[reading.entry("learning_rate"), left], [reading.entry("loss"), right]];
  for (const [address, x] of alone) {
    const card = { c: -1, i: 0, rows: [address], width: SMALL, height: foot, x, y: low };
    if (reading.place.has(address)) parts.push(cardOf(reading, card, -1, last));
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

function edges(reading, before, after, layer, current, written, vertical) {
  const array = current.layer === layer && /^d?W$/.test(current.name) ? current.array : `W${layer}`;
  const weights = array === `W${layer}`;
  const lines = [];
  const largest = Math.max(
    ...[...reading.place.keys()].map(
      (a) => (/^W\d+\[/.test(a) && Math.abs(reading.value(a))) || 0
    )
  );
  for (const to of after) {
    for (const from of before) {
      if (to.i === null || from.i === null) continue;
      const address = `${array}[${to.i},${from.i}]`;
      if (!reading.known(address)) continue;
      const [p, q] = ends(from, to, vertical);
      const own = `W${layer}[${to.i},${from.i}]`;
      lines.push({ address, own, p, q, weight: reading.value(own) });
    }
  }
  for (const line of lines) line.text = brief(reading.value(line.address));
  if (written) putLabels(lines, vertical);
  const kind = ({ address, weight }, at = address) =>
    `edge ${weight < 0 ? "minus" : "plus"}${weights ? "" : " other"}${reading.fresh(at)}"
      data-a="${at}`;
  const button = (line) => `class="num ${kind(line)}" role="button" tabindex="-1"
    aria-label="${reading.label(line.address)}"`;
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

/* A place for each label. Where two still lie on each other each is placed once more among all
   others, and then all anew, beginning with another. */
function putLabels(lines, vertical) {
  for (let first = 0; first < 6; first++) {
    const order = [...lines.slice(first), ...lines.slice(0, first)];
    for (const line of lines) line.box = null;
    for (let n = 0; n < 4; n++) {
      for (const line of order) line.box = room(line, lines, vertical);
      if (lines.every((line) => line.box.cost < 100)) return;
    }
  }
}

/* Where on its line a label goes: where it is free, crossed by few lines, near the start. */
function room(line, lines, vertical) {
  const w = line.text.length * 8 + 14;
  const h = 22;
  const taken = lines.filter((other) => other !== line && other.box).map((other) => other.box);
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

function cardOf(reading, card, c, last) {
  const left = card.x - card.width / 2;
  const top = card.y - card.height / 2;
  if (card.i === null) return `<text class="left-out" x="${card.x}" y="${card.y + 8}">⋮</text>`;
  const kind = c === 0 ? "input" : c > last || c < 0 ? "target" : "neuron";
  const rows = card.rows.map((address, n) =>
    numberOf(reading, address, left + 3, top + 3 + n * ROW, card.width - 6)
  );
  return `<g class="card ${kind}"><rect class="body" x="${left}" y="${top}" width="${card.width}"
    height="${card.height}" rx="9"/>${rows.join("")}</g>`;
}

function numberOf(reading, address, x, y, width) {
  const told = reading.record.quantities[reading.place.get(address)].symbol;
  const symbol = escape(told.replace(/ \(\d+\)$/, ""));
  const middle = y + ROW / 2 + 4.5;
  // beside a long symbol there is room for three digits alone; the answer has all of them
  const long = told.length > 4;
  const name = `<text class="sym${long ? " long" : ""}" x="${x + 7}" y="${middle}">${symbol}</text>`;
  if (!reading.known(address)) return `<g class="yet" aria-hidden="true">${name}</g>`;
  return `<g class="num${reading.fresh(address)}" data-a="${address}" role="button" tabindex="-1"
    aria-label="${reading.label(address)}">
    <rect class="hit" x="${x}" y="${y}" width="${width}" height="${ROW}" rx="6"/>${name}
    <text class="val" x="${x + width - 7}" y="${middle}">${long ? number(reading.value(address), 3) : brief(reading.value(address))}</text></g>`;
}

function heading(reading, column, c, last, vertical, size) {
  const { activation = "" } = reading.record.layers[c - 1] || {};
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
