// The way from a number to the loss, followed through the formulas that the record tells.
import { parse, type Reading } from "@templates/walk/record.js";
import { used } from "@templates/walk/text.js";

const STEP = /^(delta|da|dz)$/;

/** The gradient of a number: of W1[0,1] it is dW1[0,1]; "" where the record has none. */
export function gradientOf(reading: Reading, address: string): string {
  const { name, prefix, layer, index, sample } = parse(address);
  if (prefix) return "";
  if (/^(dW|db|delta)$/.test(name)) return address;
  const of: Record<string, string> = { W: "dW", b: "db", z: "delta", a: "" };
  if (!of[name]) return "";
  const at = `${of[name]}${layer}[${index.join(",")}]${sample === undefined ? "" : `@${sample}`}`;
  return reading.has(at) ? at : "";
}

/** All that the loss comes back to this gradient by: deltas, the weights they pass, the loss. */
export function wayBack(reading: Reading, gradient: string): Set<string> {
  const found = new Set<string>();
  const left = [gradient];
  while (left.length) {
    const address = left.pop()!;
    if (found.has(address) || !reading.has(address)) continue;
    found.add(address);
    const formula = used(reading.about(address).formula) as string[];
    const deltas = formula.filter((a) => STEP.test(parse(a).name));
    left.push(...deltas);
    const isDelta = parse(address).name === "delta";
    if (isDelta && deltas.length) {
      for (const a of formula) if (parse(a).name === "W" && !parse(a).prefix) found.add(a);
    }
    if (isDelta && !deltas.length) found.add("loss");
  }
  return found;
}
