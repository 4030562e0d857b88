// The hidden space, and the loss surface with the path as it grows.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { brief } from "@templates/walk/text.js";
import type { HiddenPoints, Surface } from "../../messages";
import { sequential } from "../../palette";
import { night } from "../../parts/screen";
import { words } from "../../words";
import { paintPoints, scaleOf, sharp, toScreen, type View } from "./paint";
import type { PlayState } from "./state";

const t = words.play;
const SIZE = 300;

/** Asks again and again while its panel is open: each answer waits for the one before. */
function useAsked<T>(s: PlayState, open: boolean, wait: number, ask: () => Promise<T>, keys: unknown[]): T | null {
  const found = useSignal<T | null>(null);
  useEffect(() => {
    if (!open) return;
    let ended = false;
    let step: unknown = -1;
    const again = async () => {
      const now = s.frames[0].peek()?.head["step"];
      if (now !== step && document.visibilityState === "visible") {
        step = now;
        found.value = await ask().catch(() => found.peek());
      }
      if (!ended) setTimeout(again, wait);
    };
    void again();
    return () => void (ended = true);
  }, [open, ...keys]);
  return found.value;
}

export function Hidden({ s }: { s: PlayState }) {
  const open = useSignal(false);
  const layer = useSignal(0);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ground = s.ground.value!;
  const { layers } = ground.settings;
  const fields = layer.value && layer.value <= layers.length ? { layer: layer.value } : {};
  const told = useAsked(s, open.value && layers.length > 0, 400, () => s.talk.ask<HiddenPoints>("play.hidden", fields), [layer.value, layers.length]);
  useEffect(() => {
    if (!told || !canvas.current) return;
    const { points } = told.space;
    const reach = [0, 1].map((k) => Math.max(...points.map((p) => Math.abs(p[k]!)), 1e-6) * 1.1);
    const view: View = { width: SIZE, height: SIZE, bounds: [-reach[0]!, reach[0]!, -reach[1]!, reach[1]!] };
    paintPoints(canvas.current, view, ground, scaleOf(ground), { chosen: s.sample.value }, points);
  }, [told, night.value, s.sample.value]);
  return (
    <details class="panel" open={open.value} onToggle={(e) => (open.value = e.currentTarget.open)}>
      <summary><h3>{t.hidden}</h3></summary>
      <p class="note">{t.hiddenSays}</p>
      {layers.length === 0 ? <p>{t.noHidden}</p> : (
        <>
          <label class="choice" title={t.hiddenLayer}><span>{t.hiddenLayer}</span>
            <select value={String(layer.value)} onChange={(e) => (layer.value = Number(e.currentTarget.value))}>
              <option value="0">{t.lastHidden}</option>
              {layers.map((_, k) => <option value={k + 1}>{t.layerOf(k + 1)}</option>)}
            </select></label>
          <canvas ref={canvas} class="square" role="img" aria-label={told ? t.hiddenIs(told.space.neurons, told.space.axes[0], told.space.axes[1]) : t.hidden} />
          {told && <p class="axes">→ {told.space.axes[0]} · ↑ {told.space.axes[1]}</p>}
        </>
      )}
    </details>
  );
}

export function LossSurface({ s }: { s: PlayState }) {
  const open = useSignal(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const step = Number(s.calm[0].value?.head["step"] ?? 0);
  const told = useAsked(s, open.value && step >= 3, 1500, () => s.talk.ask<Surface>("play.surface"), [step >= 3]);
  useEffect(() => {
    if (told && canvas.current) paintSurface(canvas.current, told);
  }, [told, night.value]);
  return (
    <details class="panel" open={open.value} onToggle={(e) => (open.value = e.currentTarget.open)}>
      <summary><h3>{t.surface}</h3></summary>
      <p class="note">{t.surfaceSays}</p>
      {step < 3 ? <p>{t.surfaceLater}</p> : (
        <>
          <canvas ref={canvas} class="square" role="img" aria-label={told ? t.surfaceIs(brief(told.centre_loss)) : t.surface} />
          {told && <p class="axes">→ {told.names[0]} · ↑ {told.names[1]}</p>}
        </>
      )}
    </details>
  );
}

/** Low is pale, high is dark, in steps of the logarithm; over it the path, its end marked. */
function paintSurface(canvas: HTMLCanvasElement, { u, v, loss, path }: Surface): void {
  const context = sharp(canvas, SIZE, SIZE);
  const rows = loss.map((row) => row.map((each) => (typeof each === "number" ? Math.log(each + 1e-9) : NaN)));
  const all = rows.flat().filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const [wide, high] = [SIZE / u.length, SIZE / v.length];
  const table = sequential();
  rows.forEach((row, i) => row.forEach((value, j) => {
    const level = Number.isFinite(value) ? Math.round(((value - least) / (most - least || 1)) * 16) / 16 : 1;
    const at = 3 * Math.round(level * 511);
    context.fillStyle = `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
    context.fillRect(j * wide, SIZE - (i + 1) * high, wide + 0.6, high + 0.6);
  }));
  const view: View = { width: SIZE, height: SIZE, bounds: [u[0]!, u.at(-1)!, v[0]!, v.at(-1)!] };
  context.beginPath();
  path.forEach((point, k) => {
    const [x, y] = toScreen(view, point);
    if (k) context.lineTo(x, y);
    else context.moveTo(x, y);
  });
  context.lineJoin = "round";
  context.strokeStyle = "#fff";
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = "#b84d00";
  context.lineWidth = 2;
  context.stroke();
  for (const [k, colour] of [[0, "#fff"], [path.length - 1, "#b84d00"]] as const) {
    const point = path[k];
    if (!point) continue;
    context.beginPath();
    context.arc(...toScreen(view, point), 5, 0, 7);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = "#1f2430";
    context.lineWidth = 1.5;
    context.stroke();
  }
}
