// What the studio tells, as far as the page reads it.

export interface Refused {
  sentence: string;
}
export interface Welcome {
  glassnet: string;
  scenes: string[];
  given: { source: string | null; data: string | null };
  examples: Record<string, string>;
  activations: string[];
  losses: string[];
  optimizers: Record<string, { name: string; value: number }[]>;
  sets: string[];
}
export interface Saved {
  name: string;
  type: string;
  text: string;
  base64: boolean;
}

// -- the worked example
export interface Example {
  name: string;
  weights: number[][][];
  biases: (number[] | number)[];
  inputs: number[];
  targets: number[];
  activations: string[];
  loss: string | null;
  learning_rate: number;
}
export interface Worked {
  example: Example;
  bias: string;
  record: WalkRecord;
}
export type Value = number | null | string;
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
export interface Values {
  values: Value[];
  loss_after: number;
}
export interface LossAlong {
  address: string;
  x: number[];
  loss: Value[];
  here: number;
  loss_here: number;
  slope: number;
}
export interface Nudge {
  address: string;
  epsilon: number;
  gradient: number;
  loss: number;
  loss_after: number;
  predicted: number;
  happened: number;
}
export interface Chain {
  address: string;
  value: number;
  links: { address: string; symbol: string; value: number; general: string; formula: string }[];
  paths: number;
  largest: { nodes?: string[]; value?: number } & Record<string, unknown>;
}

// -- the playground
export interface PlayLayer {
  n: number;
  activation: string;
}
export interface PlaySettings {
  set: string;
  rows: number;
  noise: number;
  seed: number;
  test: number;
  points: number[][];
  task: "classes" | "number";
  layers: PlayLayer[];
  loss: string | null;
  optimizer: string;
  learning_rate: number;
  knobs: Record<string, number>;
  batch: number;
  l1: number;
  l2: number;
  dropout: number;
}
export interface Playground {
  settings: PlaySettings & { gives_number?: boolean };
  x: [number, number][];
  y: number[];
  is_test: boolean[];
  labels: number;
  bounds: [number, number, number, number];
  restarted: boolean;
  parameters: number;
}
export interface Finding {
  name: string;
  severity: "note" | "warning" | "severe";
  step: number;
  evidence: { what: string; value: Value }[];
  explanation: string;
  advice: string;
}
export interface Ailing {
  step: number;
  findings: Finding[];
  remedies: Record<string, Record<string, unknown>>;
}
export interface OwnColumns {
  name: string;
  rows: number;
  axes: string[];
  targets: Record<string, string[]>;
}
export interface HiddenPoints {
  space: { points: [number, number][]; axes: [string, string]; layer: number; neurons: number; projected: boolean };
  y: number[];
}
export interface Surface {
  names: [string, string];
  u: number[];
  v: number[];
  loss: Value[][];
  centre: [number, number];
  centre_loss: number;
  path: [number, number][];
  path_loss: Value[];
  inside: number;
}
export interface Answer {
  address: string;
  symbol: string;
  meaning: string;
  value: number;
  formula: string;
  substituted: string;
  algebra: string;
  unit: string;
  note: string;
  values: Record<string, number>;
}

// -- digits
export interface Digits {
  sizes: number[];
  step: number;
  accuracy: number;
  images: number[][][];
  labels: number[];
  running: boolean;
}
export interface Drawn {
  answer: number;
  probabilities: number[];
  activations: number[][];
}
export interface PixelsSpoke {
  answer: number;
  adds: number[][];
  without: number;
  value: number;
  error: number;
}

// -- a model and a run of one's own
export interface Control {
  name: string;
  kind: string;
  typical: string;
  low: number | null;
  high: number | null;
  levels: string[];
}
export interface ModelCard {
  name: string;
  controls: Control[];
  classes: string[];
  target: string;
  sizes: number[];
  about: Record<string, unknown>;
  image: number[];
  data: string;
}
export interface Contribution {
  name: string;
  cell: unknown;
  value: number;
  error: number;
}
export interface Reasons {
  answer: unknown;
  target: string;
  shares: {
    of: string;
    value: number;
    base: number;
    contributions: Contribution[];
    exact: boolean;
    probability: boolean;
  };
  background: string;
  typical: Record<string, unknown> | null;
  otherwise: { answer: unknown; of: string; value: number; probability: boolean; changes: Record<string, unknown>[] } | null;
  sought: boolean;
}
export interface Answered {
  outputs: number[];
  title: string;
  reasons: Reasons;
}
export interface RunCard {
  name: string;
  steps: number[];
  losses: Value[];
  sizes: number[];
}
export interface PassShown {
  title: string;
  record: WalkRecord | Record<string, never>;
}
export interface Move {
  address: string;
  before: number;
  after: number;
  change?: number;
  parts: { reason: string; change: number }[];
}

// -- code
export interface CheckReport {
  file: string;
  style: string;
  stages: { name: string; trials: number; right: number }[];
  wrong: {
    quantity: string;
    stage: string;
    case: string;
    expected: string;
    got: string;
    place: { where: string; source: string } | null;
  } | null;
  mistakes: { name: string; title: string; why: string; wrong: string; right: string; hint: string }[];
  later: string[];
  notes: string[];
  unwritten: string;
  partly: string;
  reason: string;
}
export interface Checked {
  report: CheckReport;
  text: string;
}
