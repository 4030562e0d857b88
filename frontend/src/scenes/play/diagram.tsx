// The network: each neuron with its own picture of the plane, weights as lines, layers and neurons
// that are added and removed where they stand.
import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { PlayLayer, Welcome } from "../../messages";
import type { Frame } from "../../talk";
import { brief } from "@templates/walk/text.js";
import { spaced } from "../../parts/format";
import { narrow, night, slim } from "../../parts/screen";
import { words } from "../../words";
import { paintNumbers, scaleOf } from "./paint";
import { paintFrame, rangeOf } from "./plane";
import type { PlayState } from "./state";

const t = words.play;
const MOST = 10; // neurons of a layer that are drawn
const MOST_LAYERS = 8;
const MOST_NEURONS = 64;
const NODE = 40;
const GAP = 10;
const [COLUMN, SLIM_COLUMN, LEAST] = [92, 80, 76]; // from layer to layer; what its controls take

interface Place {
  layer: number;
  index: number;
  x: number;
  y: number;
}

export function Diagram({ s, welcome }: { s: PlayState; welcome: Welcome }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(600);
  const ground = s.ground.value!;
  const { layers } = ground.settings;
  const outputs = ground.labels > 2 ? ground.labels : 1;
  const sizes = [2, ...layers.map((l) => l.n), outputs];
  useEffect(() => {
    const observer = new ResizeObserver(() => (width.value = box.current!.clientWidth));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const room = (width.value - 6 - NODE - 24) / (sizes.length - 1);
  const column = narrow.value ? SLIM_COLUMN : Math.min(COLUMN, Math.max(LEAST, room));
  const wide = Math.max(width.value - 6, NODE + 24 + (sizes.length - 1) * column);
  const step = (wide - NODE - 24) / (sizes.length - 1);
  const rows = Math.max(...sizes.map((n) => Math.min(n, MOST)));
  const high = rows * (NODE + GAP) + 8;
  const places: Place[][] = sizes.map((n, layer) => {
    const shown = Math.min(n, MOST);
    const top = (high - shown * (NODE + GAP) + GAP) / 2;
    return Array.from({ length: shown }, (_, index) => ({
      layer, index, x: 12 + NODE / 2 + layer * step, y: top + index * (NODE + GAP) + NODE / 2,
    }));
  });
  const set = (changed: PlayLayer[]) => s.change({ layers: changed });
  const resize = (k: number, by: number) =>
    set(layers.map((l, i) => (i === k ? { ...l, n: Math.min(Math.max(l.n + by, 1), MOST_NEURONS) } : l)));
  const activate = (k: number, activation: string) => set(layers.map((l, i) => (i === k ? { ...l, activation } : l)));
  const insert = (k: number) => set([...layers.slice(0, k), { n: 4, activation: layers[k - 1]?.activation ?? layers[0]?.activation ?? "tanh" }, ...layers.slice(k)]);
  const remove = (k: number) => set(layers.filter((_, i) => i !== k));
  return (
    <div class="diagram" data-tour="diagram">
      <div class="layers-bar row">
        <span>{t.layers(layers.length)}</span>
        <button type="button" id="add-layer" disabled={layers.length >= MOST_LAYERS} title={t.addLayerTitle} onClick={() => insert(layers.length)}>{t.addLayer}</button>
        <span class="note">{t.parameters(ground.parameters)}{wide > width.value ? ` · ${t.scrollOn}` : ""}</span>
      </div>
      <div class="scroll" ref={box} tabIndex={narrow.value ? 0 : -1} onClick={(event) => !(event.target as HTMLElement).closest(".node") && (s.keptNeuron.value = null)}>
        <div class="board" style={{ width: wide, height: high + TOP + 6 }}>
          {sizes.map((n, layer) => (
            <div class="column-head" style={headAt(places[layer]![0]!.x, layer % (sizes.length - 1) ? column - 4 : NODE + 24)}>
              {layer === 0 ? <b>{t.inputs}</b> : layer === sizes.length - 1 ? <b>{t.output}</b> : (
                <>
                  <span class="pm">
                    <button type="button" title={t.fewer(layer)} aria-label={t.fewer(layer)} disabled={n <= 1} onClick={() => resize(layer - 1, -1)}>−</button>
                    <b aria-label={t.neurons(n)}>{n}</b>
                    <button type="button" title={t.morer(layer)} aria-label={t.morer(layer)} disabled={n >= MOST_NEURONS} onClick={() => resize(layer - 1, 1)}>+</button>
                  </span>
                  <select aria-label={t.activationOf(layer)} title={t.activationOf(layer)} value={layers[layer - 1]!.activation} onChange={(e) => activate(layer - 1, e.currentTarget.value)}>
                    {welcome.activations.filter((a) => a !== "softmax").map((a) => <option value={a}>{spaced(a)}</option>)}
                  </select>
                  <button type="button" class="plain" title={t.removeLayer(layer)} aria-label={t.removeLayer(layer)} onClick={() => remove(layer - 1)}>{t.remove}</button>
                </>
              )}
              {n > MOST && <small>{t.moreNeurons(n - MOST)}</small>}
            </div>
          ))}
          <Edges s={s} places={places} sizes={sizes} wide={wide} high={high} />
          {places.flat().map((p) => <Node key={`${p.layer}.${p.index}`} s={s} place={p} last={sizes.length - 1} />)}
        </div>
      </div>
      <NeuronTold s={s} sizes={sizes} />
    </div>
  );
}

const headAt = (x: number, width: number) => ({ left: x - width / 2, width });

const TOP = 84;

/** Where the weight from neuron j to neuron i of a layer stands among all parameters. */
function weightAt(sizes: number[], layer: number, i: number, j: number): number {
  let start = 0;
  for (let l = 1; l < layer; l++) start += sizes[l]! * sizes[l - 1]!;
  return start + i * sizes[layer - 1]! + j;
}

function biasAt(sizes: number[], layer: number, i: number): number {
  let start = 0;
  for (let l = 1; l < sizes.length; l++) start += sizes[l]! * sizes[l - 1]!;
  for (let l = 1; l < layer; l++) start += sizes[l]!;
  return start + i;
}

const fits = (frame: Frame | null, sizes: number[]): frame is Frame =>
  frame !== null && (frame.head["sizes"] as number[]).join() === sizes.slice(1).join();

function Edges({ s, places, sizes, wide, high }: { s: PlayState; places: Place[][]; sizes: number[]; wide: number; high: number }) {
  const group = useRef<SVGGElement>(null);
  const latest = useRef({ sizes, places });
  latest.current = { sizes, places };
  useEffect(() => effect(() => {
    const frame = s.calm[0].value;
    const chosen = s.neuron.value ?? s.keptNeuron.value;
    const { sizes, places } = latest.current;
    if (!fits(frame, sizes)) return;
    const theta = frame.arrays["theta"]!.data;
    let k = 0;
    const lines = group.current!.children as HTMLCollectionOf<SVGPathElement>;
    for (let layer = 1; layer < places.length; layer++) {
      for (const to of places[layer]!) {
        for (const from of places[layer - 1]!) {
          const w = theta[weightAt(sizes, layer, to.index, from.index)]!;
          const line = lines[k++];
          if (!line) return;
          const size = Math.min(Math.abs(w), 4);
          line.setAttribute("class", w < 0 ? "minus" : "plus");
          line.setAttribute("stroke-width", (0.4 + 1.6 * size).toFixed(2));
          const other = chosen && !(chosen.layer === layer && chosen.index === to.index) && !(chosen.layer === layer - 1 && chosen.index === from.index);
          line.setAttribute("stroke-opacity", other ? "0.08" : Math.min(0.15 + 0.5 * size, 0.95).toFixed(2));
        }
      }
    }
  }), [sizes.join(), places]);
  const paths: string[] = [];
  for (let layer = 1; layer < places.length; layer++) {
    for (const to of places[layer]!) {
      for (const from of places[layer - 1]!) {
        const [x0, x1] = [from.x + NODE / 2, to.x - NODE / 2];
        const bend = (x1 - x0) / 2;
        paths.push(`M${x0},${from.y}C${x0 + bend},${from.y} ${x1 - bend},${to.y} ${x1},${to.y}`);
      }
    }
  }
  return (
    <svg class="wires" style={{ top: TOP }} width={wide} height={high} aria-hidden="true">
      <g ref={group}>{paths.map((d) => <path d={d} />)}</g>
    </svg>
  );
}

function Node({ s, place, last }: { s: PlayState; place: Place; last: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { layer, index } = place;
  useEffect(() => effect(() => {
    night.value;
    if (layer === 0) return paintInput(canvas.current!, index);
    const frame = s.calm[0].value;
    const ground = s.ground.value;
    if (!frame || !ground) return;
    const own = frame.head["sizes"] as number[];
    const { data, shape } = frame.arrays["neurons"]!;
    const at = own.slice(0, layer - 1).reduce((sum, n) => sum + n, 0) + index;
    const side = shape[1]!;
    if (layer > own.length || index >= own[layer - 1]!) return;
    const isOutput = layer === own.length;
    const scale = scaleOf(ground);
    const [low, high] = isOutput ? [scale.low, scale.high] : rangeOf(data, at * side * side, side * side);
    paintNumbers(canvas.current!, data, at * side * side, side, low, high);
  }), [layer, index]);
  const me = { layer, index };
  const same = (n: { layer: number; index: number } | null) => n?.layer === layer && n.index === index;
  const kept = same(s.keptNeuron.value);
  const name = layer === 0 ? `x${index}` : layer === last ? t.outputOf(index) : t.neuronOf(layer, index + 1);
  const put = (value: { layer: number; index: number } | null) => layer > 0 && (s.neuron.value = value);
  return (
    <button type="button" class={`node ${kept ? "kept" : ""}`} style={{ left: place.x - NODE / 2, top: place.y - NODE / 2 + TOP }}
      aria-pressed={layer ? kept : undefined} disabled={layer === 0} aria-label={name} title={layer ? t.nodeTitle(name) : name}
      onPointerEnter={() => put(me)} onPointerLeave={() => put(null)} onFocus={() => put(me)} onBlur={() => put(null)}
      onClick={() => (s.keptNeuron.value = kept ? null : me)}>
      <canvas ref={canvas} width="20" height="20" aria-hidden="true" />
      {layer === 0 && <i>x{index ? "₁" : "₀"}</i>}
    </button>
  );
}

/** An input neuron says its own coordinate. */
function paintInput(canvas: HTMLCanvasElement, index: number): void {
  const side = 20;
  const data = Array.from({ length: side * side }, (_, k) => ((index ? Math.floor(k / side) : k % side) / (side - 1)) * 2 - 1);
  paintNumbers(canvas, data, 0, side, -1.2, 1.2);
}

const sign = (v: number) => (v < 0 ? "−" : "+");

/** The neuron pointed at, in numbers. */
function NeuronTold({ s, sizes }: { s: PlayState; sizes: number[] }) {
  const neuron = s.neuron.value ?? s.keptNeuron.value;
  const frame = neuron ? s.calm[0].value : null;
  if (!neuron || !fits(frame, sizes) || neuron.layer >= sizes.length) return <p class="neuron-told note">{t.pointAtNeuron}</p>;
  const theta = frame.arrays["theta"]!.data;
  const n = sizes[neuron.layer - 1]!;
  const from = Array.from({ length: Math.min(n, 8) }, (_, j) => theta[weightAt(sizes, neuron.layer, neuron.index, j)]!);
  const bias = theta[biasAt(sizes, neuron.layer, neuron.index)]!;
  const activation = s.ground.value!.settings.layers[neuron.layer - 1]?.activation;
  const name = (j: number) => (neuron.layer === 1 ? `x[${j}]` : `a${neuron.layer - 1}[${j}]`);
  const told = (
    <p class="neuron-told">
      <code>z{neuron.layer}[{neuron.index}]</code> = {from.map((w, j) => (
        <span>{j ? ` ${sign(w)} ` : w < 0 ? "−" : ""}<b class={w < 0 ? "minus" : "plus"}>{brief(Math.abs(w))}</b>·{name(j)}</span>
      ))}{n > 8 ? " + …" : ""} {sign(bias)} <b>{brief(Math.abs(bias))}</b>
      {activation && <><br /><code>a{neuron.layer}[{neuron.index}]</code> = {spaced(activation)}(<code>z{neuron.layer}[{neuron.index}]</code>)</>}
    </p>
  );
  return slim.value ? <div class="neuron-large"><NeuronLarge s={s} />{told}</div> : told;
}

/** On a narrow page, where the plane is out of sight: the neuron's own picture beside its numbers. */
function NeuronLarge({ s }: { s: PlayState }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => effect(() => {
    night.value;
    const frame = s.frames[0].value;
    if (frame && (s.neuron.value ?? s.keptNeuron.value)) paintFrame(s, canvas.current!, frame, 0);
  }), []);
  return <canvas ref={canvas} width="100" height="100" role="img" aria-label={t.largeNeuron} />;
}
