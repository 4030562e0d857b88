// A recorded run, scrubbed update by update, with why a weight moved.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { brief, number } from "@templates/walk/text.js";
import type { Move, PassShown, RunCard, WalkRecord } from "../../messages";
import { change, count } from "../../parts/format";
import { Refused } from "../../parts/pieces";
import { words } from "../../words";
import type { SceneProps } from "../scene";
import { sentence } from "../worked/state";
import { Passed } from "./passed";
import type { App } from "../../app";

const t = words.run;

export function RunScene({ app }: SceneProps) {
  const card = useSignal<RunCard | null>(null);
  const at = useSignal(0);
  const pass = useSignal<PassShown | null>(null);
  const refused = useSignal("");
  const tried = async (act: () => Promise<void>) => {
    refused.value = "";
    try {
      await act();
    } catch (error) {
      refused.value = sentence(error);
    }
  };
  useEffect(() => void tried(async () => (card.value = await app.talk.ask<RunCard>("run.open")) && undefined), []);
  const step = card.value?.steps[at.value];
  useEffect(() => {
    if (step === undefined) return;
    const wait = setTimeout(() => void tried(async () => (pass.value = await app.talk.ask<PassShown>("run.at", { step })) && undefined), 120);
    return () => clearTimeout(wait);
  }, [step]);
  const found = card.value;
  if (!found) return <><Refused told={refused} />{!refused.value && <p class="waits">{words.app.waits}</p>}</>;
  const record = pass.value && "walks" in pass.value.record ? (pass.value.record as WalkRecord) : null;
  return (
    <div class="run">
      <section class="panel" aria-label={t.losses}>
        <h3>{t.lossesOf(found.name)}</h3>
        <RunCurve card={found} at={at.value} go={(k) => (at.value = k)} />
        <label class="scrub"><span>{t.update} <b>{count(step ?? 0)}</b> · {t.loss} <b>{number(found.losses[at.value], 6)}</b></span>
          <input type="range" id="run-scrub" min="0" max={found.steps.length - 1} value={at.value} title={t.scrubTitle} aria-valuetext={`${t.update} ${step}`} onInput={(e) => (at.value = Number(e.currentTarget.value))} /></label>
      </section>
      <Refused told={refused} />
      {pass.value && !record && <p class="note">{t.large}</p>}
      <WhyMoved app={app} step={step ?? 0} sizes={found.sizes} />
      {record && <Passed app={app} record={record} />}
    </div>
  );
}

function RunCurve({ card, at, go }: { card: RunCard; at: number; go: (k: number) => void }) {
  const losses = card.losses.map(Number);
  const finite = losses.filter(Number.isFinite);
  const [least, most] = [Math.min(...finite, 0), Math.max(...finite)];
  const [wide, high] = [600, 120];
  const x = (k: number) => 6 + (k * (wide - 12)) / Math.max(losses.length - 1, 1);
  const y = (v: number) => high - 6 - ((Number.isFinite(v) ? v - least : most - least) / (most - least || 1)) * (high - 12);
  const press = (event: PointerEvent) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const k = Math.round((((event.clientX - box.left) / box.width) * wide - 6) * ((losses.length - 1) / (wide - 12)));
    go(Math.min(Math.max(k, 0), losses.length - 1));
  };
  return (
    <svg class="run-curve" viewBox={`0 0 ${wide} ${high}`} role="img" aria-label={t.curveSays(brief(losses[0]), brief(losses.at(-1)))} onPointerDown={press} onPointerMove={press}>
      <polyline points={losses.map((v, k) => `${x(k).toFixed(1)},${y(v).toFixed(1)}`).join(" ")} />
      <line class="drop" x1={x(at)} x2={x(at)} y1="0" y2={high} /><circle class="here" r="5" cx={x(at)} cy={y(losses[at]!)} />
    </svg>
  );
}

/** Why a weight moved in this update, its parts as bars. */
function WhyMoved({ app, step, sizes }: { app: App; step: number; sizes: number[] }) {
  const address = useSignal("W1[0,0]");
  const told = useSignal<Move | null>(null);
  const refused = useSignal("");
  const ask = async () => {
    refused.value = "";
    try {
      told.value = await app.talk.ask<Move>("run.why", { address: address.value, step });
    } catch (error) {
      refused.value = sentence(error);
    }
  };
  useEffect(() => {
    const wait = setTimeout(() => void ask(), 120);
    return () => clearTimeout(wait);
  }, [step]);
  const found = told.value;
  const most = Math.max(...(found?.parts.map((p) => Math.abs(p.change)) ?? []), 1e-12);
  return (
    <section class="panel why" aria-label={t.why}>
      <h3>{t.why}</h3>
      <form class="row" onSubmit={(event) => { event.preventDefault(); void ask(); }}>
        <label title={t.addressTitle(sizes.join(" – "))}>{t.address} <input value={address.value} spellcheck={false} class="mono" onInput={(e) => (address.value = e.currentTarget.value)} /></label>
        <button type="submit" class="strong" title={t.askTitle}>{t.ask}</button>
      </form>
      <Refused told={refused} />
      {found && (
        <>
          <p><code>{found.address}</code> {number(found.before, 6)} → <b>{number(found.after, 6)}</b> ({change(found.after - found.before, 4)})</p>
          <ul class="shares">{found.parts.map((p) => (
            <li><span class="name">{p.reason}</span><span class="bar-of" aria-hidden="true"><i class={p.change < 0 ? "minus" : "plus"} style={{ "--part": String(Math.abs(p.change) / most) }} /></span><span class="adds">{change(p.change, 3)}</span></li>
          ))}</ul>
        </>
      )}
    </section>
  );
}
