/* The page of a walk: draws the record that stands in the page, and computes nothing of it. */

import { answer, spoken } from "./answer.js";
import { drawing } from "./drawing.js";
import { equation } from "./matrices.js";
import { Reading } from "./record.js";
import { brief, escape, updates, used } from "./text.js";

const record = JSON.parse(document.getElementById("record").textContent);
const $ = (id) => document.getElementById(id);
const reading = new Reading(record);
const { place, places } = reading;
const state = { at: "", kept: false, trail: [] };

/* Spoken by a screen reader: the stage where it is a new one, then the number. */
let saying = 0;
let heard = "";
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    const where = `${updates(reading.pass.steps)}, ${reading.now.title}. `;
    $("live").textContent = where === heard ? text : where + text;
    heard = where;
  }, 150);
}

// -- showing ------------------------------------------------------------------------------

const seen = new Map(); // address → the elements that show it
let marked = [];

function showAnswer() {
  const panel = $("answer");
  panel.innerHTML = answer(reading, state.at, { before: state.trail.at(-1), kept: state.kept });
  panel.scrollTop = 0;
  panel.dataset.at = state.at;
  panel.classList.toggle("kept", state.kept);
  say(spoken(reading, state.at));
}

function mark() {
  for (const element of marked) element.classList.remove("lit", "chosen");
  marked = [];
  const put = (address, name) => {
    for (const element of seen.get(address) || []) {
      element.classList.add(name);
      marked.push(element);
    }
  };
  for (const address of used(reading.about(state.at).formula)) put(address, "lit");
  put(state.at, "chosen");
}

function choose(address, kept) {
  if (address === state.at && kept === state.kept && $("answer").dataset.at === address) return;
  state.at = address;
  state.kept = kept;
  tell();
}

function tell() {
  showAnswer();
  mark();
  remember();
}

const NARROW = matchMedia("(max-width: 640px)");

function draw() {
  const active = document.activeElement.closest?.(".num");
  const group = active?.closest("table, svg")?.getAttribute("aria-label");
  const now = reading.now;
  const scrolled = $("picture").scrollLeft;
  $("picture").innerHTML = drawing(reading, NARROW.matches);
  $("picture").scrollLeft = scrolled;
  $("equation").innerHTML = equation(reading);
  $("stage-place").textContent = `${now.phase} · stage ${reading.stage + 1} of ${reading.stages.length}`;
  $("stage-title").textContent = now.title;
  const { loss_after, values } = reading.pass;
  const before = reading.number(values[place.get("loss")]);
  const outcome = `The loss is ${before} before this update and ${reading.number(loss_after)} after it.`;
  $("stage-says").textContent = /^new\.[Wb]/.test(now.array) ? `${now.says} ${outcome}` : now.says;
  strip();
  $("back").disabled = reading.stage === 0 && reading.walk === 0;
  $("on").disabled = reading.stage === reading.stages.length - 1 && reading.walk === record.walks.length - 1;
  $("update").value = String(reading.walk);
  $("update-back").disabled = reading.walk === 0;
  $("update-on").disabled = reading.walk === record.walks.length - 1;
  $("sample").value = String(reading.sample);
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
  const told = reading.stages;
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
    button.classList.toggle("done", n < reading.stage);
    if (n === reading.stage) button.setAttribute("aria-current", "step");
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
    <circle class="here" r="4.5" cx="${x(reading.walk)}" cy="${y(losses[reading.walk])}"/>`;
}

// -- going about --------------------------------------------------------------------------

function toStage(n) {
  const told = reading.stages;
  reading.stage = Math.min(Math.max(n, 0), told.length - 1);
  state.trail = [];
  // what is kept stays where it can; else the stage tells its own first number
  if (!(state.kept && reading.known(state.at))) {
    state.kept = false;
    state.at = reading.firstOfStage();
  }
  draw();
}

/* A stage on or back; past the last one the next recorded pass begins. */
function step(by) {
  const n = reading.stage + by;
  if (n >= 0 && n < reading.stages.length) toStage(n);
  else if (record.walks[reading.walk + by]) toUpdate(reading.walk + by, by > 0 ? 0 : Infinity);
}

function toUpdate(n, stage = reading.stage) {
  if (!record.walks[n]) return;
  const title = reading.now.title;
  reading.walk = n;
  const same = reading.stages.findIndex((s) => s.title === title);
  reading.stage = Math.min(stage === reading.stage && same >= 0 ? same : stage, reading.stages.length - 1);
  if (stage !== Infinity && stage > 0 && reading.known(state.at)) draw();
  else toStage(reading.stage);
}

/* To a number that another one is told by, or goes into; the way there is kept for going back. */
function jump(address) {
  if (!reading.has(address)) return;
  if (state.at !== address) state.trail.push(state.at);
  turn(address);
}

function goBack() {
  turn(state.trail.pop());
  $("return")?.focus();
}

function turn(address) {
  const { sample } = places.get(address);
  const later = reading.stageOf(address);
  let again = false;
  if (sample !== undefined && Number(sample) !== reading.sample) {
    reading.sample = Number(sample);
    again = true;
  }
  if (later !== undefined && (later > reading.stage || (!again && !seen.has(address)))) {
    reading.stage = later;
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
  const { steps } = reading.pass;
  try {
    const at = state.kept ? `&at=${encodeURIComponent(state.at)}` : "";
    const hash = `#after=${steps}&stage=${reading.stage + 1}${at}`;
    if (hash !== location.hash) history.replaceState(null, "", hash);
  } catch {
    // a frame without an address of its own
  }
}

function recall() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const walk = record.walks.findIndex((w) => String(w.steps) === asked.get("after"));
  reading.walk = Math.max(walk, 0);
  const begin = reading.stages.findIndex((s) => s.array === record.begin);
  const stage = (Number.parseInt(asked.get("stage"), 10) || begin + 1 || 1) - 1;
  reading.stage = Math.min(Math.max(stage, 0), reading.stages.length - 1);
  const at = asked.get("at");
  state.kept = Boolean(at) && reading.known(at);
  if (state.kept) {
    state.at = at;
    reading.sample = Number(places.get(at).sample || 0);
  }
  toStage(reading.stage);
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
  if (by && event.shiftKey) toUpdate(reading.walk + by);
  else if (event.target.closest?.(".num")) return within(event);
  else if (by) step(by);
  else if (event.key === "Escape" && $("answer").contains(event.target)) {
    state.kept = false;
    showAnswer();
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
$("update-back").addEventListener("click", () => toUpdate(reading.walk - 1));
$("update-on").addEventListener("click", () => toUpdate(reading.walk + 1));
$("update").addEventListener("change", (event) => toUpdate(Number(event.target.value)));
$("sample").addEventListener("change", (event) => {
  reading.sample = Number(event.target.value);
  const { array, index, sample } = places.get(state.at);
  if (sample !== undefined) state.at = reading.entry(array, ...index);
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
