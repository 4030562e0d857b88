// The records that the page reads, as records.ts has them, with what JSON's schema cannot say:
// which arrays are points, and which numbers are always finite.
import type * as told from "./records";

/** A number that may be none: null, "Infinity" or "-Infinity". */
export type Value = told.Num;

/** The same record, where the studio tells finite numbers alone. */
type Finite<T> = [told.Num] extends [T]
  ? unknown extends T ? T : Exclude<T, null | "Infinity" | "-Infinity">
  : T extends object
    ? { [K in keyof T]: Finite<T[K]> }
    : T;
/** With other types for some of its fields. */
type With<T, Fields extends { [K in keyof Fields]: K extends keyof T ? unknown : never }> = Omit<T, keyof Fields> & Fields;
type Points = [number, number][];

export type Refused = told.Refused;
export type Welcome = Finite<told.Welcome>;
export type Saved = told.FileToKeep;

// -- the worked example
export type Example = With<Finite<told.Example>, { biases: (number[] | number)[] }>;
export type Worked = With<told.Worked, { example: Example; record: WalkRecord }>;
/** The hand-out page's own document, each formula once. */
export interface WalkRecord {
  layers: { n_in: number; n_out: number; activation: string; bias: string }[];
  batch: number;
  digits: number;
  quantities: { address: string; symbol: string; meaning: string }[];
  stages: Stage[];
  walks: { steps: number; loss_after: number; values: Value[]; stages?: Stage[] }[];
}
export interface Stage {
  title: string;
  array: string;
  phase: string;
  says: string;
  addresses: string[];
}
export type Values = With<told.Values, { loss_after: number }>;
export type LossAlong = With<Finite<told.LossAlong>, { loss: Value[] }>;
export type Nudge = Finite<told.Nudge>;
export type Chain = Finite<Omit<told.Chain, "links">> & { links: (Finite<Pick<told.Link, "address" | "symbol" | "value">> & Pick<told.Link, "general" | "formula">)[] };

// -- the playground
export type PlayLayer = told.PlayLayer;
export type PlaySettings = Omit<Finite<told.PlaySettings>, "gives_number" | "each">;
export type Playground = With<told.Playground, {
  settings: PlaySettings & Partial<Pick<told.PlaySettings, "gives_number" | "each">>;
  x: Points;
  y: number[];
  is_test: boolean[];
  bounds: [number, number, number, number];
  own_bounds: [number, number, number, number] | null;
}>;
export type Finding = told.Finding;
export type Ailing = told.Ailing;
export type OwnColumns = told.OwnColumns;
export type HiddenPoints = With<told.HiddenPoints, { space: With<told.HiddenSpace, { points: Points }>; y: number[] }>;
export type Surface = With<told.Surface, {
  u: number[];
  v: number[];
  loss: Value[][];
  centre: [number, number];
  centre_loss: number;
  path: Points;
}>;
export type Answer = Pick<told.Answer, "address" | "symbol" | "meaning" | "formula" | "substituted" | "algebra" | "unit" | "note"> &
  Finite<Pick<told.Answer, "value" | "values">>;

export type PointSaid = With<told.PointSaid, {
  says: number; target: number; probability: number | null; bias: number; z: number; mean: number | null;
  pushes: { address: string; layer: number; index: number; weight: number; a: number; product: number }[];
}>;

// -- digits
export type Digits = With<told.Digits, { accuracy: number; images: number[][][]; labels: number[] }>;
export type Drawn = Finite<told.Drawn>;
export type WronglyRead = With<told.WronglyRead, { image: number[][] }>;
export type PixelsSpoke = With<Finite<told.PixelsSpoke>, { adds: number[][] }>;

// -- a model and a run of one's own
export type Control = With<told.Control, { low: number | null; high: number | null }>;
export type ModelCard = With<told.ModelCard, { controls: Control[]; image: number[] }>;
export type Contribution = Finite<told.Contribution>;
export type Answered = With<told.Answered, {
  outputs: number[];
  reasons: With<told.Reasons, {
    shares: With<Finite<told.ShapleyValues>, { contributions: Contribution[] }>;
    otherwise: (With<told.Counterfactual, { value: number }>) | null;
  }>;
}>;
export type RunCard = told.RunCard;
export type PassShown = With<told.PassShown, { record: WalkRecord | Record<string, never> }>;
export type Move = Finite<told.Move>;

// -- code
export type CheckReport = told.CheckReport;
export type Checked = told.Checked;
