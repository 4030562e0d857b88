// The colours of every picture, as colours.py has them, and those of the present page.

const COLOURS = __COLOURS__ as unknown as Record<string, string[]>;
declare const __COLOURS__: Record<string, string[]>;

type Rgb = [number, number, number];

export const rgb = (hex: string): Rgb => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)) as Rgb;
export const KINDS = COLOURS["KINDS"]!;
const DIVERGING = COLOURS["DIVERGING"]!.map(rgb);
const SEQUENTIAL = COLOURS["SEQUENTIAL"]!.map(rgb);
const DARK: Rgb = [27, 31, 38]; // the panel's ground on a dark screen

export const dark = matchMedia("(prefers-color-scheme: dark)");

const mixed = (p: Rgb, q: Rgb, t: number): Rgb => p.map((v, k) => v + t * (q[k]! - v)) as Rgb;

function along(stops: Rgb[], t: number): Rgb {
  const place = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const k = Math.min(Math.floor(place), stops.length - 2);
  return mixed(stops[k]!, stops[k + 1]!, place - k);
}

/** 512 colours from −1 to 1; on a dark screen through the dark ground. */
function table(stops: Rgb[]): Uint8ClampedArray {
  const found = new Uint8ClampedArray(512 * 3);
  for (let k = 0; k < 512; k++) found.set(along(stops, k / 511).map(Math.round), 3 * k);
  return found;
}
const light = table(DIVERGING);
const night = table([[240, 178, 122], [202, 110, 40], [110, 62, 25], DARK, [22, 68, 110], [58, 132, 194], [134, 185, 224]]);
const levels = table(SEQUENTIAL);

/** The colours of signed numbers, −1 to 1: index 3 · round(255.5 + 255.5 v). */
export const signed = (): Uint8ClampedArray => (dark.matches ? night : light);
export const sequential = (): Uint8ClampedArray => levels;
export const ground = (): Rgb => (dark.matches ? DARK : [255, 255, 255]);
export const kind = (k: number): string => {
  const colour = KINDS[k % KINDS.length]!;
  return dark.matches && colour === "#000000" ? "#e6e9ee" : colour;
};
/** Of two classes: below and above, as signs are. */
export const classColour = (k: number, labels: number): string =>
  labels <= 2 ? (k ? (dark.matches ? "#86b9e0" : "#0b62a8") : dark.matches ? "#f0b27a" : "#b84d00") : kind(k);
