// A table that somebody brings: read here, and only the three columns that are chosen are sent.
import type { PlaySettings } from "../../messages";
import { words } from "../../words";

const t = words.play;
const MOST_ROWS = 20_000;
const MOST_CLASSES = 10;

export interface OwnTable {
  name: string;
  names: string[];
  rows: number;
  guess: [number, number, number];
  /** The points of three columns; a sentence where they make none. */
  points(x0: number, x1: number, target: number): Pick<PlaySettings, "points" | "task"> | string;
}

/** Throws an Error with a sentence where the text is no table of three columns. */
export function ownTable(text: string, name: string): OwnTable {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/).filter((line) => line.trim());
  const comma = [",", ";", "\t"].sort((p, q) => lines[0]!.split(q).length - lines[0]!.split(p).length)[0]!;
  const [head = [], ...rows] = lines.slice(0, MOST_ROWS + 1).map((line) => cells(line, comma));
  const named = head.some((cell) => cell && Number.isNaN(Number(cell)));
  const names = named ? head : head.map((_, k) => `${t.column} ${k + 1}`);
  if (!named) rows.unshift(head);
  if (names.length < 3 || rows.length < 2) throw new Error(t.noTable(name));
  const numeric = names.map((_, k) => rows.every((row) => !row[k] || !Number.isNaN(Number(row[k]))));
  const numbers = numeric.flatMap((is, k) => (is ? [k] : []));
  const target = numeric.lastIndexOf(false) >= 0 ? numeric.lastIndexOf(false) : names.length - 1;
  const inputs = numbers.filter((k) => k !== target);
  return {
    name, names, rows: rows.length,
    guess: [inputs[0] ?? 0, inputs[1] ?? 1, target],
    points(x0, x1, y) {
      const whole = rows.filter((row) => row[x0] && row[x1] && row[y]);
      if (![x0, x1].every((k) => numeric[k])) return t.notNumbers(names[numeric[x0] ? x1 : x0]!);
      const values = [...new Set(whole.map((row) => row[y]!))];
      const asClasses = !numeric[y] || values.length <= MOST_CLASSES;
      if (!numeric[y] && values.length > MOST_CLASSES) return t.manyClasses(names[y]!, values.length);
      if (numeric[y]) values.sort((p, q) => Number(p) - Number(q));
      const told = (cell: string) => (asClasses ? values.indexOf(cell) : Number(cell));
      return { task: asClasses ? "classes" : "number", points: whole.map((row) => [Number(row[x0]), Number(row[x1]), told(row[y]!)]) };
    },
  };
}

/** The cells of a line; quotes hold commas together. */
function cells(line: string, comma: string): string[] {
  const found: string[] = [];
  let cell = "";
  let quoted = false;
  for (let k = 0; k < line.length; k++) {
    const c = line[k]!;
    if (c === '"') {
      if (quoted && line[k + 1] === '"') cell += line[k++];
      else quoted = !quoted;
    } else if (c === comma && !quoted) {
      found.push(cell.trim());
      cell = "";
    } else cell += c;
  }
  return [...found, cell.trim()];
}
