// The plane: decision regions, points on them, and a mouse that draws or asks.
import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { brief } from "@templates/walk/text.js";
import type { Frame } from "../../talk";
import { night } from "../../parts/screen";
import { words } from "../../words";
import { paintNumbers, paintPoints, paintRegions, scaleOf, toPlane, toScreen, type View } from "./paint";
import type { PlayState } from "./state";

const t = words.play;
const NEAR = 14; // pixels within which a click means a point

export function Plane({ s, lane }: { s: PlayState; lane: 0 | 1 }) {
  const box = useRef<HTMLDivElement>(null);
  const regions = useRef<HTMLCanvasElement>(null);
  const points = useRef<HTMLCanvasElement>(null);
  const size = useSignal(320);
  useEffect(() => {
    const observer = new ResizeObserver(() => (size.value = box.current!.clientWidth || 320));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => effect(() => {
    night.value;
    const frame = s.frames[lane].value;
    const ground = (lane ? s.rival : s.ground).value;
    if (frame && ground) paintFrame(s, regions.current!, frame, lane);
  }), []);
  const view = (): View => ({
    width: size.peek(), height: size.peek(), bounds: (lane ? s.rival : s.ground).peek()!.bounds,
  });
  useEffect(() => effect(() => {
    night.value;
    size.value;
    const ground = (lane ? s.rival : s.ground).value;
    if (!ground) return;
    if (s.drawing.value < 0) {
      const frame = s.running.value ? null : s.calm[lane].value;
      const wrong = frame?.head["step"] ? frame.arrays["wrong"]?.data : undefined;
      const near = s.sample.value < 0 ? [] : (s.said.value?.nearest ?? []);
      return paintPoints(points.current!, view(), ground, scaleOf(ground), { chosen: s.sample.value, wrong, near });
    }
    const own = s.points.value;
    const drawn = { x: own.map(([x, y]) => [x!, y!] as [number, number]), y: own.map((p) => p[2]!), is_test: own.map(() => false), labels: s.drawnLabels };
    paintPoints(points.current!, { ...view(), bounds: DRAWN }, drawn, { labels: drawn.labels, low: 0, high: 1 });
  }), []);
  const place = (event: PointerEvent): [number, number] => {
    const rect = box.current!.getBoundingClientRect();
    return [event.clientX - rect.left, event.clientY - rect.top];
  };
  const put = (event: PointerEvent) => {
    const [x, y] = toPlane({ ...view(), bounds: DRAWN }, ...place(event));
    s.points.value = [...s.points.value, [round(x), round(y), s.drawing.value]];
  };
  const last = useRef<[number, number] | null>(null);
  const down = (event: PointerEvent) => {
    if (s.drawing.value >= 0) {
      box.current!.setPointerCapture(event.pointerId);
      last.current = place(event);
      return put(event);
    }
    const ground = (lane ? s.rival : s.ground).value;
    if (!ground || lane) return;
    const [px, py] = place(event);
    const v = view();
    let best = -1;
    let least = NEAR;
    ground.x.forEach((point, k) => {
      const [x, y] = toScreen(v, point);
      const far = Math.hypot(x - px, y - py);
      if (far < least) [best, least] = [k, far];
    });
    if (best >= 0) void s.askAt(best, "loss");
  };
  const move = (event: PointerEvent) => {
    if (s.drawing.value < 0 || !last.current || !box.current!.hasPointerCapture(event.pointerId)) return;
    const now = place(event);
    if (Math.hypot(now[0] - last.current[0], now[1] - last.current[1]) < 12) return;
    last.current = now;
    put(event);
  };
  const draws = s.drawing.value >= 0;
  const [axes, ends] = [s.axes.value, s.ground.value?.own_bounds];
  const key = (event: KeyboardEvent) => {
    const ground = s.ground.value;
    if (!ground || lane || draws) return;
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    void s.askAt((s.sample.value + by + ground.x.length) % ground.x.length, s.answer.value?.address ?? "loss");
  };
  return (
    <div ref={box} class={`plane ${draws ? "draws" : ""}`} tabIndex={0} role="application" aria-roledescription={t.planeRole}
      aria-label={t.plane(lane)} title={draws ? t.drawTitle : t.planeTitle} data-tour={lane ? undefined : "plane"}
      onPointerDown={down} onPointerMove={move} onPointerUp={() => (last.current = null)} onKeyDown={key}>
      <canvas class="regions" ref={regions} width="100" height="100" aria-hidden="true" />
      <canvas class="points" ref={points} aria-hidden="true" />
      {axes && ends && !draws && <><span class="tick high">↑ {axes[1]} {brief(Number(ends[3].toPrecision(3)))}</span><span class="tick low">{brief(Number(ends[2].toPrecision(3)))}</span></>}
    </div>
  );
}

export const DRAWN: [number, number, number, number] = [-1.1, 1.1, -1.1, 1.1];
const round = (v: number) => Math.round(v * 1000) / 1000;

/** The regions, or what the neuron that is looked at says of the plane. */
export function paintFrame(s: PlayState, canvas: HTMLCanvasElement, frame: Frame, lane: number): void {
  const ground = (lane ? s.rival : s.ground).value!;
  const neuron = lane ? null : s.neuron.value ?? s.keptNeuron.value;
  const { regions } = frame.arrays;
  const whole = s.calm[lane as 0 | 1].peek();
  const neurons = whole?.arrays["neurons"];
  const [layer, index] = (frame.head["watched"] ?? []) as number[];
  const watched = frame.arrays["watched"];
  if (neuron && watched && layer === neuron.layer && index === neuron.index) {
    const [low, high] = rangeOf(watched.data, 0, watched.data.length);
    return paintNumbers(canvas, watched.data, 0, watched.shape[0]!, low, high);
  }
  if (neuron && neurons) {
    const sizes = whole!.head["sizes"] as number[];
    const at = sizes.slice(0, neuron.layer - 1).reduce((sum, n) => sum + n, 0) + neuron.index;
    const side = neurons.shape[1]!;
    if (at < neurons.shape[0]!) {
      const [low, high] = rangeOf(neurons.data, at * side * side, side * side);
      return paintNumbers(canvas, neurons.data, at * side * side, side, low, high);
    }
  }
  paintRegions(canvas, regions!.data, regions!.shape[0]!, regions!.shape[2]!, scaleOf(ground));
}

/** The largest size that a neuron says anywhere on the plane. */
export function mostOf(frame: Frame, neuron: { layer: number; index: number }): number {
  const { neurons } = frame.arrays;
  const before = (frame.head["sizes"] as number[]).slice(0, neuron.layer - 1).reduce((sum, n) => sum + n, 0);
  const size = neurons!.shape[1]! ** 2;
  return rangeOf(neurons!.data, (before + neuron.index) * size, size)[1];
}

/** From −m to m, m the largest size that a neuron says anywhere on the plane. */
export function rangeOf(data: ArrayLike<number>, start: number, count: number): [number, number] {
  let most = 1e-6;
  for (let k = start; k < start + count; k++) {
    const v = Math.abs(data[k]!);
    if (v > most && v < Infinity) most = v;
  }
  return [-most, most];
}
