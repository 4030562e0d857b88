// Your model: its columns as controls, its answer with the reasons as they move.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { brief } from "@templates/walk/text.js";
import type { Answered, Control, ModelCard, Saved, Worked } from "../../messages";
import { change, percent, spaced } from "../../parts/format";
import { Leave, Refused } from "../../parts/pieces";
import { stacked } from "../../parts/screen";
import { words } from "../../words";
import { Export } from "../play/panels";
import type { SceneProps } from "../scene";
import { sentence } from "../worked/state";
import { Passed } from "./passed";
import type { App } from "../../app";

const t = words.model;

class ModelState {
  readonly card = signal<ModelCard | null>(null);
  readonly cells = signal<Record<string, string>>({});
  readonly row = signal<number | null>(null);
  readonly fixed = signal<Set<string>>(new Set());
  readonly answered = signal<Answered | null>(null);
  readonly refused = signal("");
  private asking = false;
  private again = false;

  constructor(readonly app: App) {}

  async open(): Promise<void> {
    await this.tried(async () => {
      const card = await this.app.talk.ask<ModelCard>("model.open");
      this.card.value = card;
      this.cells.value = Object.fromEntries(card.controls.map((c) => [c.name, c.typical]));
      if (card.data) {
        this.row.value = 0;
        this.cells.value = {};
      }
      await this.ask();
    });
  }

  set(name: string, cell: string): void {
    this.cells.value = { ...this.cells.value, [name]: cell };
    void this.ask();
  }

  /** What the wish has: of a row of the table only the cells that were changed. */
  get fields(): object {
    const row = this.row.value;
    return row === null ? { cells: this.cells.value } : { row, cells: this.cells.value };
  }

  async ask(): Promise<void> {
    this.again = true;
    if (this.asking) return;
    this.asking = true;
    while (this.again) {
      this.again = false;
      await this.tried(async () => {
        const fields = { ...this.fields, fix: [...this.fixed.value] };
        this.answered.value = await this.app.talk.ask<Answered>("model.answer", fields);
      });
    }
    this.asking = false;
  }

  async tried(act: () => Promise<void>): Promise<void> {
    this.refused.value = "";
    try {
      await act();
    } catch (error) {
      this.refused.value = sentence(error);
    }
  }
}

const states = new WeakMap<App, ModelState>();

export function ModelScene({ app }: SceneProps) {
  const s = useMemo(() => {
    if (!states.has(app)) states.set(app, new ModelState(app));
    return states.get(app)!;
  }, []);
  useEffect(() => {
    if (!s.card.peek()) void s.open();
  }, []);
  const card = s.card.value;
  if (!card) return <><Refused told={s.refused} />{!s.refused.value && <p class="waits">{words.app.waits}</p>}</>;
  return (
    <div class="model">
      <Refused told={s.refused} />
      <div class="model-columns">
        {stacked.value && <AnswerTold s={s} card={card} />}
        <Controls s={s} card={card} />
        <div class="answers">
          {!stacked.value && <AnswerTold s={s} card={card} />}
          <Why s={s} />
          <Otherwise s={s} />
        </div>
      </div>
      <WholePass s={s} />
      <Leave>
        <Export host={app.host} ask={(to) => app.talk.ask<Saved>("model.code", { to })} refused={(why) => (s.refused.value = why)} />
      </Leave>
    </div>
  );
}

function Controls({ s, card }: { s: ModelState; card: ModelCard }) {
  const row = s.row.value;
  const take = (n: number | null) => {
    s.row.value = n;
    s.cells.value = n === null ? Object.fromEntries(card.controls.map((c) => [c.name, c.typical])) : {};
    void s.ask();
  };
  const filter = useSignal("");
  const shown = card.controls.filter((c) => c.name.toLowerCase().includes(filter.value.toLowerCase()));
  const given = s.answered.value?.reasons.shares.contributions ?? [];
  const cellOf = (name: string) => {
    const found = given.find((each) => each.name === name)?.cell;
    return found === null || found === undefined ? "" : String(found);
  };
  return (
    <section class="panel controls" aria-label={t.controls} data-tour="controls">
      <h3>{t.controlsOf(card.name)}</h3>
      {card.data && (
        <p class="row">
          <label title={t.rowTitle}>{t.row} <input type="number" min="0" value={row ?? ""} placeholder={t.typicalRow} class="row-of" onChange={(e) => take(e.currentTarget.value === "" ? null : Math.max(0, Number(e.currentTarget.value)))} /></label>
          {row !== null && <button type="button" class="plain" title={t.typicalTitle} onClick={() => take(null)}>{t.typicalRow}</button>}
        </p>
      )}
      {card.controls.length > 12 && <label class="choice" title={t.filterTitle}><span>{t.filter}</span><input type="search" value={filter.value} onInput={(e) => (filter.value = e.currentTarget.value)} /></label>}
      {shown.map((c) => <ControlOf key={c.name} c={c} cell={s.cells.value[c.name] ?? (c.sort === "number" ? cellOf(c.name).replace(",", ".") : cellOf(c.name))} set={(cell) => s.set(c.name, cell)} />)}
      <button type="button" title={t.backTitle} onClick={() => take(row)}>{t.back}</button>
    </section>
  );
}

function ControlOf({ c, cell, set }: { c: Control; cell: string; set: (cell: string) => void }) {
  const range = c.sort === "number" && c.low !== null && c.high !== null && c.high > c.low;
  const step = range ? 10 ** Math.floor(Math.log10((c.high! - c.low!) / 100)) : 1;
  const whole = range && Number.isInteger(c.low) && Number.isInteger(c.high) && !c.typical.includes(".");
  const name = spaced(c.name);
  if (c.sort === "boolean" || c.levels.length) {
    const levels = c.levels.length ? c.levels : ["yes", "no"];
    return (
      <label class="choice" title={t.columnTitle(name, c.typical)}><span>{name}</span>
        <select value={cell} onChange={(e) => set(e.currentTarget.value)}>
          {!levels.includes(cell) && <option value={cell}>{cell || t.missing}</option>}
          {levels.map((level) => <option value={level}>{level}</option>)}
        </select></label>
    );
  }
  return (
    <div class="control" title={t.columnTitle(name, c.typical)}>
      <label class="choice"><span>{name}</span>
        <input type={c.sort === "date" ? "text" : "number"} step="any" value={cell} onChange={(e) => set(e.currentTarget.value)} /></label>
      {range && <input type="range" min={c.low!} max={c.high!} step={whole ? Math.max(1, Math.round(step)) : step} value={cell} aria-label={t.slide(name, brief(c.low), brief(c.high))} onInput={(e) => set(e.currentTarget.value)} />}
    </div>
  );
}

function AnswerTold({ s, card }: { s: ModelState; card: ModelCard }) {
  const found = s.answered.value;
  if (!found) return null;
  const { shares, answer } = found.reasons;
  const many = card.classes.length > 1 && found.outputs.length === card.classes.length;
  return (
    <section class="panel" aria-label={t.answer}>
      <h3>{card.target ? spaced(card.target) : t.answer}</h3>
      <p class="big-answer" id="model-answer" aria-live="polite">{shares.probability ? String(answer) : brief(shares.value)}</p>
      {shares.probability && <p>{t.probability(shares.of, percent(shares.value))}</p>}
      {many && (
        <ul class="bars">{card.classes.map((name, k) => (
          <li class={String(answer) === name ? "best" : ""}><span>{name}</span><meter min="0" max="1" value={found.outputs[k]} aria-label={`${name}: ${percent(found.outputs[k]!)}`} /><b>{percent(found.outputs[k]!)}</b></li>
        ))}</ul>
      )}
      {Object.entries(card.about).length > 0 && <details><summary>{t.figures}</summary><pre class="about">{JSON.stringify(card.about, null, 1)}</pre></details>}
    </section>
  );
}

/** What each column adds: a bar to the right, or to the left. */
function Why({ s }: { s: ModelState }) {
  const found = s.answered.value;
  if (!found) return null;
  const { shares, background } = found.reasons;
  const most = Math.max(...shares.contributions.map((c) => Math.abs(c.value)), 1e-12);
  // beside itself a typical row has nothing to tell but dust
  const itself = !background && most < 1e-4 * Math.max(Math.abs(shares.base), 1e-3);
  const told = (v: number) => (shares.probability ? `${change(100 * v, 3)} %` : change(v, 4));
  return (
    <section class="panel why" aria-label={t.why}>
      <h3>{t.why}</h3>
      <p class="note">{t.whySays(shares.probability ? percent(shares.base) : brief(shares.base), background)}</p>
      {itself ? <p>{t.itself}</p> : <ul class="shares">
        {shares.contributions.slice(0, 15).map((c) => (
          <li>
            <span class="name">{spaced(c.name)} <b>{c.cell === null ? "" : String(c.cell)}</b></span>
            <span class="bar-of" aria-hidden="true"><i class={c.value < 0 ? "minus" : "plus"} style={{ "--part": String(Math.abs(c.value) / most) }} /></span>
            <span class="adds">{told(c.value)}</span>
          </li>
        ))}
      </ul>}
      {!shares.exact && <p class="note">{t.sampled(brief(Math.max(...shares.contributions.map((c) => c.error))))}</p>}
    </section>
  );
}

function Otherwise({ s }: { s: ModelState }) {
  const found = s.answered.value?.reasons;
  if (!found?.sought) return null;
  const other = found.otherwise;
  return (
    <section class="panel" aria-label={t.otherwise}>
      <h3>{t.otherwise}</h3>
      {!other ? <p class="note">{t.noOther}</p> : (
        <>
          <p>{t.otherSays(other.probability ? String(other.answer) : brief(other.value))}</p>
          <ul>{other.changes.map((c) => <li>{spaced(c.name)}: {String(c.before ?? "")} → <b>{String(c.after ?? "")}</b></li>)}</ul>
        </>
      )}
    </section>
  );
}

/** The whole pass, where it has few enough numbers, drawn as the worked example is. */
function WholePass({ s }: { s: ModelState }) {
  const told = useSignal<Worked["record"] | null>(null);
  const none = useSignal(false);
  const open = async () => s.tried(async () => {
    const found = await s.app.talk.ask<{ record: Worked["record"] }>("model.walk", s.fields);
    told.value = "walks" in found.record ? found.record : null;
    none.value = !told.value;
  });
  return (
    <section class="panel" aria-label={t.pass}>
      <h3>{t.pass}</h3>
      <p class="row"><button type="button" title={t.passTitle} onClick={() => void open()}>{t.openPass}</button></p>
      {none.value && <p class="note">{t.large}</p>}
      {told.value && <Passed app={s.app} record={told.value} />}
    </section>
  );
}
