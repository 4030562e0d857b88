// The paper: drawn on by mouse, finger or keys, 8 pixels by 8.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { words } from "../../words";
import { INK, SIDE, type DigitsState } from "./state";

const t = words.digits;
const REACH = 1.15; // pixels round the pen that take ink

export function Pad({ s }: { s: DigitsState }) {
  const pad = useRef<HTMLDivElement>(null);
  const at = useSignal(27);
  const focused = useSignal(false);
  const rubs = useSignal(false);
  const last = useRef<[number, number] | null>(null);
  const pixels = s.pixels.value;
  const place = (event: PointerEvent): [number, number] => {
    const box = pad.current!.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  };
  /** Ink as a pen leaves it: full beneath, less beside. */
  const ink = (points: [number, number][]) => {
    const next = [...s.pixels.peek()];
    for (const [x, y] of points) {
      for (let k = 0; k < next.length; k++) {
        const far = Math.hypot((k % SIDE) + 0.5 - x, Math.floor(k / SIDE) + 0.5 - y);
        if (far >= REACH) continue;
        const amount = Math.round(INK * Math.min(1, 1.35 * (1 - far / REACH)));
        next[k] = rubs.value ? Math.max(0, next[k]! - amount) : Math.max(next[k]!, amount);
      }
    }
    s.draw(next);
  };
  const down = (event: PointerEvent) => {
    pad.current!.setPointerCapture(event.pointerId);
    last.current = place(event);
    ink([last.current]);
  };
  const move = (event: PointerEvent) => {
    if (!last.current) return;
    const [x, y] = place(event);
    const [x0, y0] = last.current;
    const steps = Math.max(1, Math.ceil(Math.hypot(x - x0, y - y0) / 0.3));
    ink(Array.from({ length: steps }, (_, k) => [x0 + ((x - x0) * (k + 1)) / steps, y0 + ((y - y0) * (k + 1)) / steps]));
    last.current = [x, y];
  };
  const key = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE }[event.key];
    if (by) {
      const next = at.value + by;
      const wraps = Math.abs(by) === 1 && Math.floor(next / SIDE) !== Math.floor(at.value / SIDE);
      if (next >= 0 && next < SIDE * SIDE && !wraps) at.value = next;
    } else if (event.key === " " || event.key === "Enter") {
      const next = [...s.pixels.peek()];
      next[at.value] = next[at.value] ? 0 : INK;
      s.draw(next);
    } else if (event.key === "Delete" || event.key === "Backspace") s.clear();
    else return;
    event.preventDefault();
  };
  const told = `${t.pixel(Math.floor(at.value / SIDE) + 1, (at.value % SIDE) + 1)}: ${pixels[at.value]}`;
  return (
    <>
      <div ref={pad} class="pad" tabIndex={0} role="application" aria-roledescription={t.padRole} aria-label={t.pad} title={t.padTitle} data-tour="pad"
        onPointerDown={down} onPointerMove={move} onPointerUp={() => (last.current = null)} onPointerCancel={() => (last.current = null)}
        onKeyDown={key} onFocus={() => (focused.value = true)} onBlur={() => (focused.value = false)}>
        {pixels.map((v, k) => <i class={focused.value && k === at.value ? "pen" : ""} style={{ "--ink-of": String(v / INK) }} />)}
      </div>
      <p class="unseen" role="status" aria-live="polite">{focused.value ? told : ""}</p>
      <div class="row">
        <button type="button" id="clear" title={t.clearTitle} onClick={() => s.clear()}>{t.clear}</button>
        <button type="button" aria-pressed={rubs.value} title={t.rubTitle} onClick={() => (rubs.value = !rubs.value)}>{t.rub}</button>
      </div>
    </>
  );
}
