// Answers over the plane as pixels, and points upon them.
import { classColour, ground, kind, rgb, signed } from "../../palette";
import type { Playground } from "../../messages";

/** How an output becomes a colour: of a class its probability, of a number its place in a range. */
export interface Scale {
  labels: number; // 0 for numbers
  low: number;
  high: number;
}

const PALER = 0.6; // the ends of the colours are kept for the points, which stand on them

export function scaleOf(ground: Playground): Scale {
  if (ground.labels) return { labels: ground.labels, low: -PALER, high: 1 + PALER };
  const reach = Math.max(...ground.y.map(Math.abs), 1e-9);
  return { labels: 0, low: -reach, high: reach };
}

const images = new WeakMap<HTMLCanvasElement, ImageData>();

function pixels(canvas: HTMLCanvasElement, side: number): ImageData {
  const found = images.get(canvas);
  if (found?.width === side) return found;
  canvas.width = canvas.height = side;
  const made = canvas.getContext("2d")!.createImageData(side, side);
  made.data.fill(255);
  images.set(canvas, made);
  return made;
}

/** A grid of one number each; the first row is the lowest, as axes go. */
export function paintNumbers(canvas: HTMLCanvasElement, data: ArrayLike<number>, start: number, side: number, low: number, high: number): void {
  const image = pixels(canvas, side);
  const table = signed();
  const scale = 511 / (high - low || 1);
  const out = image.data;
  for (let row = 0; row < side; row++) {
    let place = (side - 1 - row) * side * 4;
    for (let k = start + row * side, end = k + side; k < end; k++, place += 4) {
      const v = data[k]!;
      const t = v > low ? (v < high ? Math.round((v - low) * scale) : 511) : 0;
      const at = 3 * (t === t ? t : 255);
      out[place] = table[at]!;
      out[place + 1] = table[at + 1]!;
      out[place + 2] = table[at + 2]!;
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}

/** The decision regions: of many classes the one that wins, the paler the less surely. */
export function paintRegions(canvas: HTMLCanvasElement, data: ArrayLike<number>, side: number, outputs: number, scale: Scale): void {
  if (outputs === 1) {
    const more = scale.labels ? 0 : PALER * (scale.high - scale.low);
    return paintNumbers(canvas, data, 0, side, scale.low - more, scale.high + more);
  }
  const image = pixels(canvas, side);
  const colours = Array.from({ length: outputs }, (_, k) => rgb(kind(k)));
  const [r, g, b] = ground();
  const out = image.data;
  for (let row = 0; row < side; row++) {
    let place = (side - 1 - row) * side * 4;
    for (let column = 0; column < side; column++, place += 4) {
      const at = (row * side + column) * outputs;
      let best = 0;
      for (let k = 1; k < outputs; k++) if (data[at + k]! > data[at + best]!) best = k;
      const sure = 0.5 * Math.max(0, (data[at + best]! * outputs - 1) / (outputs - 1));
      const colour = colours[best]!;
      out[place] = r + sure * (colour[0] - r);
      out[place + 1] = g + sure * (colour[1] - g);
      out[place + 2] = b + sure * (colour[2] - b);
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}

export interface View {
  width: number;
  height: number;
  bounds: readonly [number, number, number, number];
}
export const toScreen = ({ width, height, bounds }: View, [x, y]: readonly [number, number]): [number, number] => [
  ((x - bounds[0]) / (bounds[1] - bounds[0])) * width,
  height - ((y - bounds[2]) / (bounds[3] - bounds[2])) * height,
];
export const toPlane = ({ width, height, bounds }: View, px: number, py: number): [number, number] => [
  bounds[0] + (px / width) * (bounds[1] - bounds[0]),
  bounds[2] + (1 - py / height) * (bounds[3] - bounds[2]),
];

/** A canvas as many real pixels large as it shows; its context counts in those of the page. */
export function sharp(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** What is marked among points: the chosen one, those near it, those that are answered wrongly. */
interface Marks {
  chosen?: number;
  near?: number[];
  wrong?: ArrayLike<number> | undefined;
}

/** The points, in the colour of their class: round to learn from, square on its corner of the test. */
export function paintPoints(canvas: HTMLCanvasElement, view: View, told: Pick<Playground, "x" | "y" | "is_test" | "labels">, scale: Scale, { chosen = -1, near = [], wrong }: Marks = {}, asIs?: [number, number][]): void {
  const context = sharp(canvas, view.width, view.height);
  const r = told.x.length > 1500 ? 1.6 : told.x.length > 600 ? 2.2 : 3.2;
  const ink = getComputedStyle(canvas).color;
  const table = signed();
  const colour = (v: number): string => {
    if (told.labels) return classColour(v, told.labels);
    const at = 3 * Math.round(((v - scale.low) / (scale.high - scale.low || 1)) * 511);
    return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
  };
  const [pr, pg, pb] = ground();
  const beside = new Set(near);
  const ring = (x: number, y: number, far: number, width: number) => {
    context.beginPath();
    context.arc(x, y, far, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = ink;
    context.stroke();
  };
  (asIs ?? told.x).forEach((point, k) => {
    const [x, y] = toScreen(view, point);
    context.beginPath();
    if (told.is_test[k]) {
      const far = 1.35 * r;
      context.moveTo(x, y - far);
      context.lineTo(x + far, y);
      context.lineTo(x, y + far);
      context.lineTo(x - far, y);
      context.closePath();
    } else context.arc(x, y, r, 0, 2 * Math.PI);
    context.fillStyle = colour(told.y[k]!);
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = `rgb(${pr},${pg},${pb})`;
    context.stroke();
    if (wrong?.[k]) ring(x, y, r + 1.5, 1.6);
    if (beside.has(k)) ring(x, y, r + 3, 0.8);
    if (k === chosen) ring(x, y, r + 5, 2.5);
  });
}
