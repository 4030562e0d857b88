// The form: a control for each column, which writes its cell into the row.

const NICE = [1, 2, 5, 10];

// a step of about a hundredth of a range, whole where its ends are
function stepOf(low, high) {
  const size = (high - low) / 100 || 1;
  const power = 10 ** Math.floor(Math.log10(size));
  const step = power * NICE.find((n) => n * power >= size * 0.999);
  const whole = Number.isInteger(low) && Number.isInteger(high) && high - low >= 3;
  return whole ? Math.max(1, step) : step;
}

function onStep(value, step) {
  return Number((Math.round(value / step) * step).toPrecision(12));
}

// the form's controls by their columns: each can set a cell, say what is wrong, and make one up
function formOf(fields, rowOf, changed) {
  const makers = { number: numberField, boolean: booleanField, category: categoryField, date: dateField };
  return fields.map((field, n) => makers[field.kind](field, `field${n}`, (cell) => {
    rowOf()[field.key] = cell;
    changed();
  }));
}

function hintOf(id) {
  const element = make("p", { id: `${id}-hint`, className: "hint" });
  return {
    element,
    say: (text, bad = false) => {
      element.textContent = text;
      element.classList.toggle("bad", bad);
    },
  };
}

function numberField(field, id, put) {
  const { low, high, gaps, decimal } = field;
  const ranged = low !== null && high > low;
  const step = ranged ? stepOf(low, high) : 0.1;
  const shown = (value) => String(value).replace(".", decimal);
  const numberIn = (text) => Number(text.trim().replace(decimal, ".").replace("−", "-"));
  const input = make("input", {
    id, inputMode: "decimal", autocomplete: "off", spellcheck: false, "aria-describedby": `${id}-hint`,
    placeholder: gaps ? "missing" : "",
  });
  const slider = ranged
    ? make("input", { type: "range", min: low, max: high, step: "any", "aria-label": `${field.name}, by a slider` })
    : null;
  const hint = hintOf(id);
  const range = ranged ? `${written(low)} to ${written(high)}` : "";
  const remark = (text) => {
    const value = numberIn(text);
    if (text.trim() === "") {
      return gaps ? "missing" : "empty: taken as the mean, since no cell was missing in training";
    }
    if (ranged && field.learned && (value < low || value > high)) {
      return `outside of what it learned from, ${range}`;
    }
    return "";
  };
  const follow = (text) => {
    hint.say(remark(text));
    input.removeAttribute("aria-invalid");
    const value = text.trim() === "" ? NaN : numberIn(text);
    slider?.classList.toggle("none", Number.isNaN(value));
    if (slider) slider.value = Number.isNaN(value) ? (low + high) / 2 : value;
  };
  const typed = () => {
    follow(input.value);
    put(input.value.replace("−", "-"));
  };
  const moveTo = (value) => {
    input.value = shown(value);
    typed();
  };
  input.addEventListener("input", typed);
  input.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const value = input.value.trim() === "" ? field.typical : numberIn(input.value);
    if (Number.isFinite(value)) moveTo(onStep(value + way * step, step));
  });
  slider?.addEventListener("input", () => moveTo(onStep(Number(slider.value), step)));
  slider?.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!way) return;
    event.preventDefault();
    moveTo(Math.min(high, Math.max(low, onStep(Number(slider.value) + way * step, step))));
  });
  const label = make("label", { htmlFor: id }, field.name, " ");
  if (range && field.learned) label.append(make("small", {}, range));
  return {
    field,
    element: make("div", { className: "field" }, label, make("div", { className: "pair" }, input, ...(slider ? [slider] : [])), hint.element),
    text: (cell) => (typeof cell === "number" || cell === null ? cellText(cell) : cell.trim() || "missing"),
    set: (cell) => {
      // an exact number stays in the row, however it is shown
      input.value = cell === null ? "" : typeof cell === "number" ? shown(Number(cell.toPrecision(4))) : shown(cell);
      follow(input.value);
    },
    refuse: (what) => {
      hint.say(`this is ${what}`, true);
      input.setAttribute("aria-invalid", "true");
    },
    draw: (random) => {
      if (gaps && random() < 0.1) return null;
      const spread = ranged ? low + (high - low) * random() : field.typical + 2 * random() - 1;
      const drawn = ranged ? (spread + field.typical) / 2 : spread; // most lie near the middle
      return onStep(drawn, step);
    },
  };
}

function booleanField(field, id, put) {
  const choices = [["0", "no"], ["1", "yes"], ...(field.gaps ? [["", "missing"]] : [])];
  const radios = choices.map(([cell, word], n) => {
    const radio = make("input", { type: "radio", name: id, id: `${id}-${n}`, value: cell });
    radio.addEventListener("change", () => put(cell));
    return [radio, make("label", { htmlFor: radio.id }, word)];
  });
  const hint = hintOf(id);
  return {
    field,
    element: make("fieldset", { className: "field" }, make("legend", {}, field.name),
      make("div", { className: "choices" }, ...radios.flat()), hint.element),
    text: (cell) => ({ 0: "no", 1: "yes" })[cell] ?? "missing",
    set: (cell) => {
      for (const [radio] of radios) radio.checked = radio.value === (cell ?? "");
    },
    refuse: (what) => hint.say(`this is ${what}`, true),
    draw: (random) => (field.gaps && random() < 0.1 ? "" : random() < 0.5 ? "0" : "1"),
  };
}

function categoryField(field, id, put) {
  const select = make("select", { id });
  const cells = [...field.levels];
  const words = [...field.levels];
  if (field.other !== null) {
    cells.push(field.other);
    words.push("another, that is rare or new");
  }
  if (field.gaps) {
    cells.push("");
    words.push("missing");
  }
  select.append(...words.map((word, n) => make("option", { value: String(n) }, word)));
  select.addEventListener("change", () => put(cells[Number(select.value)]));
  return {
    field,
    element: make("div", { className: "field" }, make("label", { htmlFor: id }, field.name), select),
    text: cellText,
    set: (cell) => (select.value = String(cells.indexOf(cell ?? ""))),
    refuse: () => {},
    draw: (random) => cells[Math.floor(random() * cells.length)],
  };
}

function dateField(field, id, put) {
  const { low, high, gaps, clock } = field;
  const input = make("input", {
    id, type: clock ? "datetime-local" : "date", required: !gaps, "aria-describedby": `${id}-hint`,
  });
  const hint = hintOf(id);
  const label = make("label", { htmlFor: id }, field.name, " ");
  const ranged = low !== null && high > low;
  if (ranged) label.append(make("small", {}, `${isoOf(low)} to ${isoOf(high)}`));
  const remark = (days) => {
    if (days === null) return gaps ? "missing" : "empty: as no date, though none was missing in training";
    return ranged && (days < low || days >= high + 1) ? "outside of what it learned from" : "";
  };
  input.addEventListener("input", () => {
    const days = input.value ? new Date(`${input.value}Z`.replace(/^([^T]*)Z$/, "$1T00:00Z")).getTime() / 864e5 : null;
    hint.say(remark(days));
    put(days === null ? null : { days });
  });
  return {
    field,
    element: make("div", { className: "field" }, label, input, hint.element),
    text: cellText,
    set: (cell) => {
      input.value = cell === null ? "" : isoOf(cell.days, clock);
      hint.say(remark(cell === null ? null : cell.days));
    },
    refuse: (what) => hint.say(`this is ${what}`, true),
    draw: (random) => {
      if (gaps && random() < 0.1) return null;
      const days = ranged ? low + (high - low) * random() : field.typical.days;
      return { days: clock ? Math.round(days * 1440) / 1440 : Math.floor(days) };
    },
  };
}
