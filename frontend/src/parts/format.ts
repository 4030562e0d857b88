// Numbers as they are written beside controls.
import { number } from "@templates/walk/text.js";

/** With its sign, as a change is told: +0.012, −0.3, ±0. */
export function change(v: number, digits = 4): string {
  if (v === 0) return "±0";
  const text = number(v, digits);
  return v > 0 ? `+${text}` : text;
}

/** As a field holds it: without the dust of binary numbers. */
export const fixed = (v: number): string => String(Number(v.toPrecision(9)));

export const percent = (v: number): string => (Number.isFinite(v) ? `${(100 * v).toFixed(1)} %` : "–");

export const count = (v: number): string => Math.round(v).toLocaleString("en");

/** An identifier as words: leaky_relu → leaky relu. */
export const spaced = (name: string): string => name.replaceAll("_", " ");
