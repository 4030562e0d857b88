// Pieces that several scenes are made of.
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { words } from "../words";

/** Why something was not done: over the page, wherever one looks, until it is closed. */
export function Refused({ told }: { told: Signal<string> }) {
  return (
    <div class="refused toast" role="alert" hidden={!told.value}>
      <span><Spoken text={told.value} /></span>
      <button type="button" class="plain" title={words.app.closeTitle} onClick={() => (told.value = "")}>{words.app.close}</button>
    </div>
  );
}

/** A sentence; what stands in it between backticks is code. */
export function Spoken({ text }: { text: string }) {
  return <>{text.split("`").map((part, k) => (k % 2 ? <code>{part}</code> : part))}</>;
}

export function Leave({ title = words.app.leave, children }: { title?: string; children: ComponentChildren }) {
  return (
    <section class="leave" aria-label={title} data-tour="leave">
      <h3 class="small">{title}</h3>
      <div class="row">{children}</div>
    </section>
  );
}

export function Choice({ label, title, value, options, change, id }: {
  label: string; title: string; value: string; options: [string, string][]; change: (chosen: string) => void; id?: string;
}) {
  return (
    <label class="choice" title={title}><span>{label}</span>
      <select id={id} value={value} onChange={(event) => change(event.currentTarget.value)}>
        {options.map(([name, told]) => <option value={name}>{told}</option>)}
      </select>
    </label>
  );
}

/** A number that one slides; `told` is how it is written. `scale` is log where powers of ten matter. */
export function Slider({ label, title, value, low, high, step, log = false, told = String, change, id }: {
  label: string; title: string; value: number; low: number; high: number; step: number; log?: boolean;
  told?: (v: number) => string; change: (v: number) => void; id?: string;
}) {
  const to = (v: number) => (log ? Math.log10(v) : v);
  const from = (v: number) => (log ? Number((10 ** v).toPrecision(2)) : v);
  const shown = log && value <= 0 ? to(low) : to(value);
  return (
    <label class="slider" title={title}>
      <span>{label} <output>{told(value)}</output></span>
      <input id={id} type="range" min={to(low)} max={to(high)} step={step} value={shown} aria-valuetext={told(value)}
        onInput={(event) => change(from(Number(event.currentTarget.value)))} />
    </label>
  );
}
