// How numbers and cells are written, and how parts of the page are made.

const record = JSON.parse(document.getElementById("record").textContent);
const $ = (id) => document.getElementById(id);

// an element with properties, attributes by names with a dash, and children
function make(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name in made && !name.includes("-") && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// digits after the point, with which the largest has three that mean something
function digitsOf(largest) {
  if (!largest || !Number.isFinite(largest)) return 1;
  return Math.max(0, 2 - Math.floor(Math.log10(largest)));
}

function written(value, digits) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "no number" : value > 0 ? "∞" : "−∞";
  let text = String(Number(value.toPrecision(digits ?? 6)) + 0);
  if (digits !== undefined && Math.abs(value) < 1e9) text = grouped(Number(text));
  return text.replaceAll("-", "−");
}

function grouped(value, digits) {
  const to = { minimumFractionDigits: digits ?? 0, maximumFractionDigits: digits ?? 12 };
  return (value + 0).toLocaleString("en-US", to);
}

// an answer's unit: percent and points, or the target's own
function unitOf(probability, sizes) {
  const largest = Math.max(...sizes.map(Math.abs).filter(Number.isFinite), 0);
  const digits = probability ? 1 : digitsOf(largest);
  const plain = (value) => {
    value = probability ? 100 * value : value;
    if (!Number.isFinite(value) || Math.abs(value) >= 1e9 || digits > 9) return written(value, 4);
    return grouped(Number(value.toFixed(digits)), digits).replaceAll("-", "−");
  };
  const counts = (value) => /[1-9]/.test(plain(value)) || !Number.isFinite(value);
  return {
    plain,
    counts,
    value: (value) => plain(value) + (probability ? "\u00a0%" : ""),
    change: (value) => (counts(value) ? (value < 0 ? "" : "+") : "") + plain(value).replace(/^−(?=[0.]*$)/, ""),
  };
}

// a cell as a person reads it
function cellText(cell) {
  if (cell === null || cell === "") return "missing";
  if (typeof cell === "number") return written(cell, 4);
  if (cell.days !== undefined) return isoOf(cell.days, cell.days % 1 !== 0).replace("T", " ");
  return cell.length > 40 ? `${cell.slice(0, 39)}…` : cell;
}

// days since 1970 as a control for dates takes them
function isoOf(days, clock) {
  const moment = new Date(Math.round(days * 1440) * 6e4);
  if (Number.isNaN(moment.getTime())) return "";
  const text = moment.toISOString();
  return text.slice(0, clock ? -8 : text.indexOf("T"));
}

// the colour of a signed share of the largest: blue above 0, orange below, as in every picture
function signColour(share) {
  const name = share < 0 ? "--negative" : "--positive";
  const part = Math.min(1, Math.abs(share)) ** 0.7 * 100;
  return `color-mix(in srgb, var(${name}) ${part.toFixed(1)}%, var(--none))`;
}
