// The page as a whole: a row or a picture, the answer as it changes, and the reasons soon after.

const SLICE = 12; // milliseconds of reasons at a time, between which the page stays alive
const table = record.kind === "table";
let row = Array.isArray(record.typical) ? [...record.typical] : { ...record.typical };
let compared = null; // a row of one's own to compare with, in place of the typical one
let asked = null; // the class or number that reasons are asked for; null for what is predicted
let running = 0; // the reasons that are being worked out
let form = [];
let pad = null;

// the row as the network's preparation takes it
function rowNow() {
  return table ? row : Array.from(row, (cell) => (typeof cell === "string" ? (cell.trim() ? Number(cell) : NaN) : cell));
}

function update() {
  running += 1;
  let x;
  try {
    x = inputs(rowNow());
  } catch (error) {
    return waiting(error);
  }
  const seen = forward(x);
  const said = decided(seen.at(-1).a);
  showInside(seen);
  if (!said.y.every(Number.isFinite)) return nothing("The answer to this is no finite number.");
  if (pad && !pad.pixels.some((value) => value !== 0)) return nothing("Draw on the pad, or drop a picture.");
  const chosen = asked ?? said.k ?? record.first;
  const words = showAnswer(said, chosen, (place) => {
    asked = asked === place ? null : place;
    update();
  });
  announce(words);
  $("why").hidden = false;
  $("why-title").textContent = record.classes ? `Why ${asked === null ? "" : "or why not "}${classes[chosen]}`
    : record.outputs.length > 1 || record.outputs[chosen].below ? `Why ${nameOf(chosen)}` : "Why";
  explain(x, chosen, areProbabilities(said.y));
}

function waiting(error) {
  const bad = form.find(({ field }) => (table ? field.key === error.column : !Number.isFinite(rowNow()[field.key])));
  bad?.refuse(error.what ?? "no number");
  nothing(bad ? `Waiting for ${bad.field.name}.` : error.message);
}

function nothing(text) {
  $("said").replaceChildren(make("span", { className: "wait" }, text));
  $("limits").replaceChildren();
  $("outputs").replaceChildren();
  $("why").hidden = true;
  announce(text);
}

let later = 0;
function announce(words) {
  $("brief-says").textContent = words;
  clearTimeout(later);
  later = setTimeout(() => ($("live").textContent = words), 600);
}

function explain(x, place, probability) {
  const mine = running;
  const base = inputs(compared ?? record.typical);
  const search = shapley(x, base, record.groups, place);
  const names = record.names.map((name, j) => (pad ? "" : `${name} = ${form[j].text(row[form[j].field.key])}`));
  const what = compared ? "the row compared with" : record.base;
  const show = (why) => {
    if (pad) showHeat({ ...why, place }, probability);
    else showSum(why, names, what, probability);
    $("why").dataset.done = why.done;
  };
  const go = () => {
    if (mine !== running) return;
    const until = performance.now() + SLICE;
    let known = null;
    for (;;) {
      const step = search.next();
      known = step.value ?? known;
      if (step.done) return show(known);
      if (performance.now() > until) break;
    }
    if (known) show(known);
    setTimeout(go);
  };
  $("why").dataset.done = false;
  go();
}

function setRow(cells) {
  row = Array.isArray(cells) ? [...cells] : { ...cells };
  for (const control of form) control.set(row[control.field.key]);
  update();
}

function start() {
  if (record.kind === "pixels") {
    Object.assign($("heat"), { width: record.shape.width, height: record.shape.height });
    pad = padOf(record.shape, () => update());
    row = pad.pixels;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update);
    pad.show();
    return;
  }
  form = formOf(record.fields, () => row, update);
  $("form").append(...form.map(({ element }) => element));
  const random = numbersFrom(88172645);
  $("typical").addEventListener("click", () => setRow(record.typical));
  $("made-up").addEventListener("click", () => {
    const cells = form.map(({ field, draw }) => [field.key, draw(random)]);
    setRow(table ? Object.fromEntries(cells) : cells.map(([, cell]) => cell));
  });
  $("compare").addEventListener("click", ({ currentTarget }) => {
    const now = rowNow();
    try {
      inputs(now);
    } catch {
      return; // a row that has no answer is nothing to compare with
    }
    compared = compared ? null : Array.isArray(now) ? [...now] : { ...now };
    currentTarget.setAttribute("aria-pressed", String(compared !== null));
    update();
  });
  setRow(record.typical);
}

// the answer in brief, while the whole of it is not to be seen
new IntersectionObserver(([said]) => ($("brief").hidden = said.isIntersecting)).observe($("said"));
$("model").hidden = false;
start();
