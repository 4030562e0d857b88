// The answer, and its reasons: what is shown of numbers that the network gives.

const MOST_CLASSES = 10; // that are always shown in their own order
const MOST_COLUMNS = 12; // that are told one by one
const MOST_NEURONS = 512;
const FEW_NEURONS = 12; // that have their number written

// whether numbers are shares of 1, as probabilities are
function areProbabilities(y) {
  const sum = y.reduce((a, b) => a + b, 0);
  if (record.yes_no) return true;
  return record.classes && Math.abs(sum - 1) < 1e-3 && y.every((p) => p >= 0 && p <= 1);
}

function nameOf(place) {
  return record.classes ? classes[place] : record.outputs[place].name;
}

// of a yes/no target with what it is called
function calledOf(place, value) {
  const { pair, from } = record.outputs[place] ?? {};
  return pair ? `${nameOf(place)} = ${pair[Number(value >= from)]}` : nameOf(place);
}

function showAnswer(said, chosen, choose) {
  const probability = areProbabilities(said.y);
  const unit = unitOf(probability, said.y);
  const value = record.classes ? said.y[said.k] : said.y[chosen];
  const words = record.classes ? [classes[said.k], unit.value(value)] : [unit.value(value)];
  const one = record.outputs[chosen];
  if (one?.pair) words.splice(0, 1, calledOf(chosen, value), `${unit.value(value)} for ${one.pair[1]}`);
  else if (!record.classes && (record.outputs.length > 1 || one.below)) words.unshift(nameOf(chosen));
  $("said").replaceChildren(...words.map((word, n) =>
    make("span", { className: n === words.length - 1 && words.length > 1 ? "value" : "label" }, word, " ")));
  showLimits(record.classes ? null : record.outputs[chosen], value, unit);
  showOutputs(said, unit, probability, chosen, choose);
  return words.join(", ");
}

// how far off unseen rows were, and where the answer lies among what was learned from
function showLimits(output, value, unit) {
  const limits = $("limits");
  limits.replaceChildren();
  if (!output) return;
  const { q, low, high, below, pair, from } = output;
  if (below) limits.append(make("p", {}, `Of such rows ${below}\u00a0% are meant to lie at or below ${output.name}.`));
  if (pair) limits.append(make("p", {}, `Called ${pair[1]} from a probability of ${unit.value(from)} on.`));
  if (q !== null) {
    limits.append(make("p", {}, `${unit.value(value - q)} to ${unit.value(value + q)}: of ${record.limits.rows}, ${Math.round(100 * record.limits.coverage)} % were no further off.`));
  }
  if (low === null) return;
  const share = (at) => `${Math.min(100, Math.max(0, (100 * (at - low)) / (high - low)))}%`;
  const line = make("div", { className: "line" });
  if (q !== null) {
    const band = make("i", { className: "band" });
    Object.assign(band.style, { left: share(value - q), right: `calc(100% - ${share(value + q)})` });
    line.append(band);
  }
  const dot = make("i", { className: "dot" });
  dot.style.left = share(value);
  line.append(dot);
  limits.append(line, make("p", { className: "ends" },
    make("span", {}, unit.value(low)), make("span", {}, "the mean of what it learned from, ± 3 standard deviations"), make("span", {}, unit.value(high))));
}

// each class with its bar, or each number: a press asks for its reasons
function showOutputs(said, unit, probability, chosen, choose) {
  const box = $("outputs");
  let places = said.y.map((_, k) => k);
  if (places.length < 2) return box.replaceChildren();
  if (places.length > MOST_CLASSES) {
    places.sort((a, b) => said.y[b] - said.y[a] || a - b);
    places = places.slice(0, MOST_CLASSES - 1);
    if (!places.includes(chosen)) places.push(chosen);
  }
  const largest = probability ? 1 : Math.max(...said.y.map(Math.abs).filter(Number.isFinite)) || 1;
  const focused = document.activeElement?.dataset?.place;
  const rows = places.map((place) => {
    const bar = make("i", {});
    bar.style.width = `${Math.max(0, Math.min(1, said.y[place] / largest)) * 100}%`;
    const button = make("button", { type: "button", "aria-pressed": String(place === chosen) },
      make("span", { className: "name" }, calledOf(place, said.y[place])),
      make("span", { className: "track", "aria-hidden": "true" }, bar),
      make("span", { className: "number" }, unit.value(said.y[place])));
    button.dataset.place = place;
    button.addEventListener("click", () => choose(place));
    return make("li", {}, button);
  });
  if (places.length < said.y.length) {
    const rest = said.y.length - places.length;
    rows.push(make("li", { className: "rest" }, `and ${rest} more`));
  }
  box.replaceChildren(...rows);
  if (focused !== undefined) box.querySelector(`[data-place="${focused}"]`)?.focus();
}

// the reasons as a sum: from the row that is compared with, column by column, to the answer
function showSum(why, names, base, probability) {
  const unit = unitOf(probability, [...why.shares.map((each) => each.value), why.value / 10]);
  const order = why.shares.map((_, j) => j);
  order.sort((a, b) => Math.abs(why.shares[b].value) - Math.abs(why.shares[a].value) || a - b);
  const counting = order.filter((j) => unit.counts(why.shares[j].value)).slice(0, MOST_COLUMNS);
  const lines = counting.map((j) => [names[j], why.shares[j].value]);
  const rest = order.length - counting.length;
  if (rest) {
    const left = order.reduce((sum, j) => sum + (counting.includes(j) ? 0 : why.shares[j].value), 0);
    lines.push([counting.length ? `the other ${rest === 1 ? "column" : `${rest} columns`}` : "every column", left]);
  }
  let at = why.base;
  const bars = lines.map(([, value]) => [at, (at += value)]);
  const ends = [why.base, why.value, ...bars.flat()];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const share = (value) => (high > low ? (100 * (value - low)) / (high - low) : 0);
  const row = (name, number, from, to, kind) => {
    const bar = make("i", { className: kind });
    bar.style.left = `${Math.min(share(from), share(to))}%`;
    bar.style.width = `${Math.abs(share(to) - share(from))}%`;
    const track = make("td", { className: "track", "aria-hidden": "true" }, make("span", {}, bar));
    return make("tr", { className: kind === "point" ? "whole" : "" },
      make("th", { scope: "row" }, name), track, make("td", { className: "number" }, number));
  };
  const body = [
    row(base, unit.value(why.base), why.base, why.base, "point"),
    ...lines.map(([name, value], n) => row(name, unit.change(value), ...bars[n], value < 0 ? "minus" : "plus")),
    row("in all", unit.value(why.value), why.value, why.value, "point"),
  ];
  $("sum").replaceChildren(...body);
  $("how").textContent = howOf(why, unit, probability, "cell");
}

function howOf(why, unit, probability, piece) {
  const points = ", up with + and down with −, in percentage points";
  const what = probability ? `the probability of the answer that is marked${points}` : "the answer";
  let text = `So much each ${piece} moves ${what}: the mean over all orders in which ${piece}s can be put in (Shapley values). It tells what the model does, not what causes what.`;
  if (!why.exact) {
    const error = Math.max(...why.shares.map((each) => each.error)) * record.margin;
    text += ` Estimated from random orders${why.done ? "" : ", still being drawn"}; each is right to ±\u00a0${written((probability ? 100 : 1) * error, 2)}, of all together in 95\u00a0% of such draws.`;
  }
  return text;
}

// the reasons as a picture: what each pixel added to the answer
function showHeat(why, probability) {
  const canvas = $("heat");
  const values = why.shares.map((each) => each.value);
  const largest = Math.max(...values.map(Math.abs)) || 1;
  const style = getComputedStyle(document.documentElement);
  const [none, plus, minus] = ["--none", "--positive", "--negative"].map((name) =>
    style.getPropertyValue(name).trim().match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16)));
  paint(canvas, (p) => {
    const part = Math.abs(values[p] / largest) ** 0.7;
    return (values[p] < 0 ? minus : plus).map((c, k) => Math.round(part * c + (1 - part) * none[k]));
  });
  const unit = unitOf(probability, [largest, why.value / 10]);
  const total = (sign) => values.reduce((sum, v) => sum + (v * sign > 0 ? v : 0), 0);
  const name = nameOf(why.place);
  const words = `Spoke for ${name}: ${unit.change(total(1))}${probability ? " points" : ""}; against it: ${unit.change(total(-1))}${probability ? " points" : ""}; an empty picture has ${unit.value(why.base)}, this one ${unit.value(why.value)}.`;
  $("heat-says").textContent = words;
  canvas.setAttribute("aria-label", `Picture of what each pixel added. ${words}`);
  $("how").textContent = howOf(why, unit, probability, "pixel");
}

// every neuron's activation, as a colour, of few also as a number
function showInside(seen) {
  const rows = seen.slice(0, -1).map(({ a }, l) => {
    const shown = Array.from(a).slice(0, MOST_NEURONS);
    const largest = Math.max(...shown.map(Math.abs)) || 1;
    const awake = shown.filter((value) => value > 0).length;
    const cells = shown.map((value) => {
      const cell = make("i", {});
      cell.style.background = signColour(value / largest);
      if (shown.length > FEW_NEURONS) return cell;
      return make("span", { className: "neuron" }, cell, written(value, 3));
    });
    const label = `Layer ${l + 1}: ${awake} of ${shown.length} neurons above 0, the largest in size ${written(largest, 3)}`;
    const few = shown.length <= FEW_NEURONS;
    const strip = make("div", { className: few ? "strip few" : "strip", role: few ? "group" : "img", "aria-label": label }, ...cells);
    return make("div", { className: "layer" }, make("p", {}, record.layers[l]), strip);
  });
  $("inside").replaceChildren(...rows);
}
