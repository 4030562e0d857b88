/* A stage as a line of algebra, its arrays laid out in full. */

import { escape, named, word } from "./text.js";

export function equation(reading) {
  const { array, sign, right } = reading.now;
  if (sign) return matrix(reading, array) + word(sign) + laidOut(reading, right);
  const before = right.length ? laidOut(reading, right) + word("→") : "";
  return before + matrix(reading, array);
}

/* A line of algebra with its arrays laid out in place of their names. */
function laidOut(reading, line) {
  return line
    .map((part) => {
      if (!Array.isArray(part)) return part.trim() ? word(part.trim()) : "";
      const [name, turned] = part;
      const whole = reading.arrays.has(name) && reading.known(reading.entry(name, 0, 0));
      return whole ? matrix(reading, name, turned) : word(named(name, turned));
    })
    .join("");
}

function matrix(reading, array, turned = false) {
  const size = reading.arrays.get(array);
  const [rows, columns] = turned ? [size.columns, size.rows] : [size.rows, size.columns];
  const body = [];
  for (let i = 0; i < rows; i++) {
    const cells = [];
    for (let j = 0; j < columns; j++) {
      const address = turned ? reading.entry(array, j, i) : reading.entry(array, i, j);
      const told = reading.has(address) ? reading.number(reading.value(address)) : "";
      const about = `data-a="${address}" aria-label="${address}: ${told}"`;
      const role = told ? `class="num${reading.fresh(address)}" tabindex="-1" ${about}` : "";
      cells.push(`<td role="gridcell" ${role}>${told}</td>`);
    }
    body.push(`<tr role="row">${cells.join("")}</tr>`);
  }
  const sample = size.sampled && reading.record.batch > 1 ? ` @${reading.sample}` : "";
  const name = (array === "learning_rate" ? "η" : array) + (turned ? "ᵀ" : "") + sample;
  const told = size.dimensions ? `${rows}×${columns}` : "";
  return `<figure class="matrix"><figcaption>${escape(name)} <small>${told}</small></figcaption>
    <div class="cells"><table role="grid" aria-label="${escape(name)} ${told}">
    ${body.join("")}</table></div></figure>`;
}
