// The records that the studio tells. Written by scripts/make_types.py of docs/records.schema.json:
// change a record there, not here.

/** What ails the training, and which of it a button can mend. */
export interface Ailing {
  kind?: "findings";
  version?: 2;
  since: number;
  step: number;
  flat: boolean;
  findings: Finding[];
  remedies: Record<string, Record<string, unknown>>;
}
/** What is said of another target: the answer, and its probability. */
export interface AlsoSaid {
  answer: string | number;
  probability: Num;
}
/** One number and where it came from. */
export interface Answer {
  kind?: "answer";
  version?: 1;
  address: string;
  symbol: string;
  meaning: string;
  value: Num;
  expression: Expression | null;
  values: Record<string, Num>;
  equation: Expression | null;
  shapes: Record<string, number[]>;
  unit: string;
  note: string;
  digits: number;
  digits_put_in: number;
  depends_on: string[];
  formula: string;
  algebra: string;
  substituted: string;
}
/** An answer to the cells as they are: the network's outputs, and the reasons in columns. */
export interface Answered {
  kind?: "answered";
  version?: 1;
  outputs: Num[];
  reasons: Reasons;
  title: string;
}
/** A column that is changed, and its cells before and after. */
export interface CellChange {
  name: string;
  before: unknown;
  after: unknown;
}
/** How a gradient comes about: ∂L/∂W = ∂L/∂z · ∂z/∂W, and each ∂L/∂z from the next. */
export interface Chain {
  kind?: "chain";
  version?: 1;
  address: string;
  sample: number;
  value: Num;
  links: Link[];
  paths: number;
  largest: Path;
  batch: number;
  whole: Num;
}
/** The whole of it. */
export interface CheckReport {
  kind?: "check";
  version?: 1;
  file: string;
  style: string;
  stages: CheckedStage[];
  wrong: Wrong | null;
  mistakes: Mistake[];
  together: boolean;
  unwritten: string;
  later: string[];
  notes: string[];
  remarks: string[];
  trials: number;
  found: string[];
  hints: string[];
  reason: string;
  partly: string;
  answer: string;
  lesson: LessonToRead | null;
  verdict: "right" | "wrong" | "in part";
  passed: boolean;
  wrong_step: string;
  unknown: boolean;
  address: string;
}
/** What check says of a program: its report, and the same in words. */
export interface Checked {
  kind?: "checked";
  version?: 1;
  report: CheckReport;
  text: string;
}
/** A step that was looked at, in how many trials, and in how many it was right. */
export interface CheckedStage {
  name: string;
  trials: number;
  right: number;
  passed: boolean;
}
/** Where in the learner's file: "line 31" or "code cell 3, line 5", and the source there. */
export interface CodePlace {
  where: string;
  source: string;
}
/** 1 where it is so, else 0: a piece of what is put together piece by piece. */
export interface Comparison {
  kind?: "comparison";
  left: Expression;
  sign: string;
  right: Expression;
}
/** A column of a row: its cell, what it adds to the answer, and the standard error of that. */
export interface Contribution {
  name: string;
  cell: unknown;
  value: Num;
  error: Num;
}
/** A column as something to set: its sort, what is usual, and between which limits it was. */
export interface Control {
  name: string;
  sort: string;
  typical: string;
  low: Num | null;
  high: Num | null;
  levels: string[];
}
/** A row that is answered otherwise, by what is changed of the row that was asked about. */
export interface Counterfactual {
  kind?: "counterfactual";
  version?: 1;
  changes: CellChange[];
  distance: Num;
  answer: unknown;
  of: string;
  value: Num;
  probability: boolean;
  kept: string[];
}
/** The network for digits as it stands, and some of the images that it never learns from. */
export interface Digits {
  kind?: "digits";
  version?: 1;
  sizes: number[];
  step: number;
  accuracy: Num;
  images: Numbers;
  labels: Numbers;
  running: boolean;
}
/** What the network makes of a picture: its answer, and each layer's activations. */
export interface Drawn {
  kind?: "drawn";
  version?: 1;
  answer: number;
  probabilities: Num[];
  activations: Num[][];
}
/** Two sides, and = or ← between them. */
export interface Equation {
  kind?: "equation";
  left: Expression;
  sign: string;
  right: Expression;
}
/** A figure that shows something, and what it is, in words. */
export interface Evidence {
  what: string;
  value: Num;
}
/** A network with given numbers, one sample with its targets, and a learning rate. */
export interface Example {
  name: string;
  weights: Num[][][];
  biases: (Num[] | Num)[];
  inputs: Num[];
  targets: Num[];
  activations: string[];
  loss: string | null;
  learning_rate: Num;
}
/** An expression. */
export type Expression = Comparison | Equation | FunctionNode | Negative | NumberNode | Power | Product | Quotient | Remark | Slope | Sum | SymbolNode | Total | Transposed | Word;
/** What is multiplied on a path, as it is written, and its value. */
export interface Factor {
  factor: string;
  value: Num;
}
/** A file to be kept by the page's host: its name, its type, and its text, or its bytes so. */
export interface FileToKeep {
  kind?: "file";
  version?: 1;
  name: string;
  type: string;
  text: string;
  base64: boolean;
}
/** One thing that a run suffered from. */
export interface Finding {
  name: string;
  severity: "note" | "warning" | "severe";
  step: number;
  evidence: Evidence[];
  explanation: string;
  advice: string;
}
/** A function of the table `FUNCTIONS`, or somebody's own by its name. */
export interface FunctionNode {
  kind?: "function";
  name: string;
  arguments: Expression[];
}
/** What the studio was opened with: a model or a table, and its data; None for neither. */
export interface Given {
  source: string | null;
  data: string | null;
}
/** The hidden space, and each point's target. */
export interface HiddenPoints {
  kind?: "hidden_points";
  version?: 1;
  space: HiddenSpace;
  y: Numbers;
}
/** Where a layer puts each row: its activations, of more than two neurons their projection. */
export interface HiddenSpace {
  kind?: "hidden_space";
  version?: 1;
  points: Numbers;
  axes: [string, string];
  layer: number;
  neurons: number;
  projected: boolean;
}
/** A setting of an optimizer, and its value where none is given. */
export interface Knob {
  name: string;
  value: Num;
}
/** The lesson that is about what is wrong; page: what its files are called. */
export interface LessonToRead {
  number: number;
  title: string;
  page: string;
  told: string;
}
/** One application of the chain rule: in general, and with this pass's numbers. */
export interface Link {
  kind?: "link";
  version?: 1;
  address: string;
  symbol: string;
  meaning: string;
  value: Num;
  expression: Expression | null;
  values: Record<string, Num>;
  equation: Expression | null;
  shapes: Record<string, number[]>;
  unit: string;
  note: string;
  digits: number;
  digits_put_in: number;
  general: string;
  depends_on: string[];
  formula: string;
  algebra: string;
  substituted: string;
}
/** The loss as one number goes from low to high, the others kept; where it is now. */
export interface LossAlong {
  kind?: "loss_along";
  version?: 1;
  address: string;
  x: Num[];
  loss: Num[];
  here: Num;
  loss_here: Num;
  slope: Num;
}
/** A known mistake: what it is called, why it is wrong, and how it computes. */
export interface Mistake {
  name: string;
  title: string;
  why: string;
  wrong: string;
  right: string;
  hint: string;
  common: "often" | "seen" | "expected";
  stage: string;
}
/** A model: what it takes, what it answers, and what its file tells of it. */
export interface ModelCard {
  kind?: "model";
  version?: 1;
  name: string;
  controls: Control[];
  classes: string[];
  target: string;
  sizes: number[];
  about: Record<string, unknown>;
  image: Num[];
  data: string;
}
/** Why a parameter changed in an update: its parts sum to the change. */
export interface Move {
  kind?: "move";
  version?: 1;
  address: string;
  before: Num;
  after: Num;
  parts: MovePart[];
  change: Num;
}
/** One reason for a move, in words, and how much of the change it made. */
export interface MovePart {
  reason: string;
  change: Num;
}
/** Negative(body: 'Expression'). */
export interface Negative {
  kind?: "negative";
  body: Expression;
}
/** A number changed by epsilon: what its gradient predicts of the loss, and what happens. */
export interface Nudge {
  kind?: "nudge";
  version?: 1;
  address: string;
  epsilon: Num;
  gradient: Num;
  loss: Num;
  loss_after: Num;
  predicted: Num;
  happened: Num;
}
/** A number; `written` where it is written as a sign, ½ or π. */
export interface NumberNode {
  kind?: "number";
  value: number | Num;
  written: string;
}
/** A table's columns: those that can be an axis, and those that can be what is predicted. */
export interface OwnColumns {
  kind?: "own_columns";
  version?: 1;
  name: string;
  rows: number;
  axes: string[];
  targets: Record<string, string[]>;
}
/** A pass in full, for the page to step through; empty where it has too many numbers. */
export interface PassShown {
  kind?: "pass_shown";
  version?: 1;
  title: string;
  record: Record<string, unknown>;
}
/** One way from the loss through a neuron of every layer: its factors, and their product. */
export interface Path {
  neurons: string[];
  factors: Factor[];
  value: Num;
}
/** What each pixel adds to the probability of `answer`, against images of the set, (8, 8). */
export interface PixelsSpoke {
  kind?: "pixels_spoke";
  version?: 1;
  answer: number;
  adds: Numbers;
  without: Num;
  value: Num;
  error: Num;
}
/** A hidden layer. */
export interface PlayLayer {
  n: number;
  activation: string;
}
/** All that can be set in the playground. */
export interface PlaySettings {
  set: string;
  rows: number;
  noise: Num;
  seed: number;
  test: Num;
  points: Num[][];
  task: "classes" | "number";
  layers: PlayLayer[];
  loss: string | null;
  optimizer: string;
  learning_rate: Num;
  knobs: Record<string, Num>;
  batch: number;
  l1: Num;
  l2: Num;
  dropout: Num;
  each: boolean;
  gives_number: boolean;
}
/** The settings, the points, and whether the network began anew. */
export interface Playground {
  kind?: "playground";
  version?: 2;
  settings: PlaySettings;
  x: Numbers;
  y: Numbers;
  is_test: Numbers;
  labels: number;
  bounds: [Num, Num, Num, Num];
  own_bounds: [Num, Num, Num, Num] | null;
  restarted: boolean;
  parameters: number;
}
/** What the network says of one point, and why. */
export interface PointSaid {
  kind?: "point_said";
  version?: 2;
  sample: number;
  says: Num;
  target: Num;
  probability: Num | null;
  right: boolean | null;
  of: string;
  towards: number | null;
  bias: Num;
  z: Num;
  pushes: Push[];
  nearest: number[];
  like_target: number;
  like_said: number;
  mean: Num | null;
}
/** Power(base: 'Expression', exponent: 'Expression'). */
export interface Power {
  kind?: "power";
  base: Expression;
  exponent: Expression;
}
/** Factors. */
export interface Product {
  kind?: "product";
  factors: Expression[];
  sign: string;
}
/** What one neuron adds to the sum that decides: its weight times its activation. */
export interface Push {
  address: string;
  layer: number;
  index: number;
  weight: Num;
  a: Num;
  product: Num;
}
/** Quotient(over: 'Expression', under: 'Expression'). */
export interface Quotient {
  kind?: "quotient";
  over: Expression;
  under: Expression;
}
/** An answer in the table's own columns and units, and what it was compared with. */
export interface Reasons {
  kind?: "reasons";
  version?: 1;
  answer: unknown;
  target: string;
  shares: ShapleyValues;
  background: string;
  typical: Record<string, unknown> | null;
  otherwise: Counterfactual | null;
  sought: boolean;
  to: string;
  kept: string[];
  blocks: [number, number, number] | null;
  beside: Record<string, Num>;
  strange: Record<string, string>;
  also: Record<string, AlsoSaid>;
  called: AlsoSaid | null;
  picture: Num[][];
  quantile: Num | null;
}
/** A wish that cannot be: the sentence that says why, and what to do. */
export interface Refused {
  kind?: "refused";
  version?: 1;
  sentence: string;
}
/** Something, and words after it that no sign says. */
export interface Remark {
  kind?: "remark";
  body: Expression;
  words: string;
}
/** A recorded run: its steps with their losses. */
export interface RunCard {
  kind?: "run";
  version?: 1;
  name: string;
  steps: number[];
  losses: Num[];
  sizes: number[];
}
/** An answer as a sum: the mean answer to the background's rows, and what each column adds. */
export interface ShapleyValues {
  kind?: "shapley_values";
  version?: 1;
  of: string;
  value: Num;
  base: Num;
  contributions: Contribution[];
  exact: boolean;
  rows: number;
  probability: boolean;
  margin: Num;
}
/** ∂of/∂to. */
export interface Slope {
  kind?: "slope";
  of: string;
  to: Expression;
}
/** Terms; what is taken away is a Negative one. */
export interface Sum {
  kind?: "sum";
  terms: Expression[];
}
/** The loss on a plane through the parameters: L(centre + (u − u₀) d₁ + (v − v₀) d₂). */
export interface Surface {
  kind?: "surface";
  version?: 1;
  names: [string, string];
  u: Numbers;
  v: Numbers;
  loss: Numbers;
  centre: [Num, Num];
  centre_loss: Num;
  path: Numbers;
  path_loss: Numbers;
  at: Numbers;
  unit: "epoch" | "step";
  inside: Num;
}
/** What stands for a number, or in algebra for an array, by a name or an address. */
export interface SymbolNode {
  kind?: "symbol";
  name: string;
}
/** Σ of what follows, over the samples or neurons that the context says. */
export interface Total {
  kind?: "total";
  body: Expression;
}
/** Transposed(body: 'Expression'). */
export interface Transposed {
  kind?: "transposed";
  body: Expression;
}
/** The numbers of a pass, in the order of the record's quantities; None: not in this pass. */
export interface Values {
  kind?: "values";
  version?: 1;
  values: (Num | null)[];
  loss_after: Num;
}
/** The neuron whose own picture comes large with each frame; layer 0 for none. */
export interface WatchedNeuron {
  kind?: "watched_neuron";
  version?: 1;
  layer: number;
  index: number;
}
/** All that a page needs before it asks for anything. */
export interface Welcome {
  kind?: "welcome";
  version?: 1;
  glassnet: string;
  scenes: string[];
  given: Given;
  examples: Record<string, string>;
  activations: string[];
  losses: string[];
  optimizers: Record<string, Knob[]>;
  sets: string[];
}
/** A quantity that has a name and no address: share. */
export interface Word {
  kind?: "word";
  text: string;
}
/** The example as it is now, how its biases are learned, and the walks that are shown. */
export interface Worked {
  kind?: "worked";
  version?: 1;
  example: Example;
  bias: "neuron" | "layer" | "frozen";
  record: Record<string, unknown>;
}
/** The first wrong quantity. */
export interface Wrong {
  quantity: string;
  stage: string;
  case: string;
  expected: string;
  got: string;
  place: CodePlace | null;
}
/** An image that the network reads wrongly, and never learned from: its place among those. */
export interface WronglyRead {
  kind?: "wrongly_read";
  version?: 1;
  place: number;
  image: Numbers;
  label: number;
  answer: number;
  wrong: number;
  of: number;
}
export type Numbers = Num | boolean | Numbers[];
/** null is no number (NaN). */
export type Num = number | null | "Infinity" | "-Infinity";
