/* Numbers and words as the page writes them. */

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escape = (text) => String(text).replace(/[&<>"']/g, (c) => ESCAPES[c]);

/* What is no number, or none that JSON has, stands there as null or a word. */
const UNUSUAL = { null: "nan", Infinity: "inf", "-Infinity": "−inf" };

/* To so many significant digits, as other views write it: 3.51018778e−05. */
export function number(v, digits) {
  if (typeof v !== "number") return UNUSUAL[v];
  if (v === 0) return "0";
  const [mantissa, power] = v.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent >= -4 && exponent < digits) return minus(short(v.toPrecision(digits)));
  const sign = exponent < 0 ? "-" : "+";
  return minus(`${short(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`);
}
export const minus = (text) => text.replaceAll("-", "−");
export const brief = (v) => number(v, 4);

/* The formula as HTML; `put` is told the text before and after each address. */
export function filled(formula, put) {
  const told = (part) => (Array.isArray(part) ? "" : part ?? "");
  return formula
    .map((part, n) =>
      Array.isArray(part) ? put(part[0], told(formula[n - 1]), told(formula[n + 1])) : escape(part)
    )
    .join("");
}

/* Whether a power stands after a sample's address: a1[0]@0² would be read as sample 0². */
export const raised = (address, after) => address.includes("@") && /^[²³^]/.test(after);

export const shape = (sizes) => (sizes.length === 1 ? `${sizes[0]}×1` : sizes.join("×"));
export const updates = (n) => `${n.toLocaleString("en")} update${n === 1 ? "" : "s"}`;
export const word = (text) => `<span class="word">${escape(text)}</span>`;

/* A formula is a list of pieces: text, and [address] or [array, whether it is transposed]. */
export const used = (formula) => [...new Set(formula.filter(Array.isArray).map(([a]) => a))];
export const named = (name, turned) =>
  (name === "learning_rate" ? "η" : name) + (turned ? "ᵀ" : "");
export const plain = (formula) =>
  formula.map((p) => (Array.isArray(p) ? named(...p) : p)).join("");
