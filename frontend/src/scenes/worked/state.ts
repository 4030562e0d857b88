// The worked example as the page holds it: where one looks, and what is being moved.
import { batch, signal } from "@preact/signals";
import { parse, Reading } from "@templates/walk/record.js";
import type { Example, Values, Worked } from "../../messages";
import { NotDone, type Talk } from "../../talk";

const CHANGED = new Set(["W", "b", "x", "y", "learning_rate"]);
const SETTLE = 600; // milliseconds of rest after which what keys have moved is kept
const MOST_UNDONE = 50;

type Before = { example: Example; bias: string };

export class WorkedState {
  readonly reading = signal<Reading | null>(null);
  /** Counts what is drawn anew: a place of the walk, other numbers. */
  readonly drawn = signal(0);
  readonly at = signal("");
  readonly kept = signal(false);
  readonly trail = signal<string[]>([]);
  readonly moved = signal<{ address: string; value: number; from: number; loss: number; after: number } | null>(null);
  /** The change that was made last, to be seen beside what was. */
  readonly made = signal<{ address: string; value: number; from: number; loss: number; now: number } | null>(null);
  readonly refused = signal("");
  readonly playing = signal(false);
  readonly busy = signal(false);
  readonly published = signal("");
  readonly undo = signal<Before[]>([]);
  example!: Example;
  bias = "frozen";

  private wanted: { address: string; value: number } | null = null;
  private asking = false;
  private original: { values: Values["values"]; after: number } | null = null;
  private settling = 0;

  constructor(readonly talk: Talk) {
    // told unasked in a notebook, where Python has changed the network
    talk.on<Worked>("worked", (told) => this.reading.peek() && this.take(told, true));
  }

  // -- what is shown ---------------------------------------------------------------------

  async open(wanted: string, fields: object = {}, keepBefore = true): Promise<void> {
    await this.tried(async () => {
      const before = this.example && keepBefore ? { example: this.example, bias: this.bias } : null;
      const told = await this.talk.ask<Worked>(wanted, fields);
      if (before && wanted !== "worked.more") this.undo.value = [...this.undo.value, before].slice(-MOST_UNDONE);
      if (wanted !== "worked.more") this.made.value = null;
      this.take(told, wanted === "worked.more");
    });
  }

  private take({ example, bias, record }: Worked, keepPlace: boolean): void {
    const before = this.reading.peek();
    const reading = new Reading(record);
    batch(() => {
      this.example = example;
      this.bias = bias;
      this.original = this.wanted = null;
      this.moved.value = null;
      if (before) {
        if (keepPlace) {
          const steps = before.pass.steps;
          reading.walk = Math.max(reading.record.walks.findIndex((w: { steps: number }) => w.steps === steps), 0);
        }
        reading.stage = Math.min(before.stage, reading.stages.length - 1);
      }
      this.reading.value = reading;
      if (!reading.known(this.at.peek())) this.home(reading);
      this.trail.value = this.trail.peek().filter((a) => reading.has(a));
      this.drawn.value++;
    });
  }

  /** A record that came from elsewhere, at one of its numbers. */
  show(record: Worked["record"], at = ""): void {
    const before = this.reading.peek();
    const reading = new Reading(record);
    reading.stage = Math.min(before?.stage ?? 0, reading.stages.length - 1);
    if (at && reading.has(at)) reading.stage = reading.stageOf(at) ?? reading.stage;
    batch(() => {
      this.reading.value = reading;
      if (at && reading.has(at)) this.choose(at, true);
      else if (!reading.known(this.at.peek())) this.home(reading);
      this.drawn.value++;
    });
  }

  /** Whether the server can be asked of this very example. */
  get asks(): boolean {
    return true;
  }

  private home(reading: Reading): void {
    this.kept.value = false;
    this.at.value = reading.firstOfStage();
  }

  choose(address: string, kept: boolean): void {
    batch(() => {
      this.at.value = address;
      this.kept.value = kept;
    });
  }

  /** To a stage of a pass, numbered through all passes. */
  go(place: number): void {
    const reading = this.reading.peek()!;
    this.letGo();
    let left = Math.max(0, Math.min(place, this.places - 1));
    let walk = 0;
    while (left >= this.stagesOf(walk)) left -= this.stagesOf(walk++);
    batch(() => {
      reading.walk = walk;
      reading.stage = left;
      this.trail.value = [];
      if (!(this.kept.peek() && reading.known(this.at.peek()))) this.home(reading);
      this.drawn.value++;
    });
  }

  stagesOf(walk: number): number {
    const { record } = this.reading.peek()!;
    return (record.walks[walk].stages || record.stages).length;
  }

  get places(): number {
    const { record } = this.reading.peek()!;
    return record.walks.reduce((sum: number, _: unknown, n: number) => sum + this.stagesOf(n), 0);
  }

  get here(): number {
    const reading = this.reading.peek()!;
    let sum = reading.stage;
    for (let n = 0; n < reading.walk; n++) sum += this.stagesOf(n);
    return sum;
  }

  /** To a number that another one is told by; the way there is kept for going back. */
  jump(address: string): void {
    const reading = this.reading.peek()!;
    if (!reading.has(address)) return;
    if (this.at.peek() !== address) this.trail.value = [...this.trail.peek(), this.at.peek()];
    this.turn(address);
  }

  goBack(): void {
    const trail = [...this.trail.peek()];
    const before = trail.pop();
    this.trail.value = trail;
    if (before) this.turn(before);
  }

  private turn(address: string): void {
    const reading = this.reading.peek()!;
    const stage = reading.stageOf(address);
    batch(() => {
      if (stage !== undefined && stage > reading.stage) {
        reading.stage = stage;
        this.drawn.value++;
      }
      this.choose(address, true);
    });
  }

  // -- what is moved ---------------------------------------------------------------------

  canMove(address: string): boolean {
    if (!this.reading.peek()?.has(address)) return false;
    const { name, prefix } = parse(address);
    return !prefix && CHANGED.has(name);
  }

  valueOf(address: string): number {
    return this.moved.peek()?.address === address ? this.moved.peek()!.value : Number(this.reading.peek()!.value(address));
  }

  /** A number is another one, for as long as a hand moves it; everything follows. */
  move(address: string, value: number, settle = false): void {
    const reading = this.reading.peek()!;
    if (this.moved.peek() && this.moved.peek()!.address !== address) this.letGo();
    if (address === "learning_rate") value = Math.max(value, 0.001);
    if (!this.original) {
      this.original = { values: reading.pass.values, after: reading.pass.loss_after };
      const from = Number(reading.value(address));
      this.moved.value = { address, value, from, loss: Number(reading.value("loss")), after: reading.pass.loss_after };
    }
    this.moved.value = { ...this.moved.peek()!, value };
    this.wanted = { address, value };
    void this.follow();
    clearTimeout(this.settling);
    if (settle) this.settling = window.setTimeout(() => void this.settle(), SETTLE);
  }

  /** One question at a time; of values that came meanwhile the newest alone is asked. */
  private async follow(): Promise<void> {
    if (this.asking || !this.wanted) return;
    this.asking = true;
    const reading = this.reading.peek()!;
    while (this.wanted) {
      const { address, value } = this.wanted;
      this.wanted = null;
      performance.mark("drag");
      try {
        const at = reading.pass.steps;
        const told = await this.talk.ask<Values>("worked.drag", { address, value, at });
        if (!this.original || this.reading.peek() !== reading) break;
        reading.pass.values = told.values;
        reading.pass.loss_after = told.loss_after;
        this.refused.value = "";
        this.drawn.value++;
        await new Promise(requestAnimationFrame);
        performance.measure("drag", "drag");
      } catch (error) {
        this.refused.value = sentence(error);
        break;
      }
    }
    this.asking = false;
  }

  /** What was moved is kept: the passes begin anew from here. */
  async settle(): Promise<void> {
    clearTimeout(this.settling);
    const moved = this.moved.peek();
    if (!moved) return;
    const reading = this.reading.peek()!;
    const { address, value } = moved;
    if (value === moved.from) return this.letGo();
    await this.open("worked.set", { address, value, at: reading.pass.steps });
    if (this.moved.peek() === moved) return this.letGo();
    const now = Number(this.reading.peek()!.value("loss"));
    this.made.value = { address, value, from: moved.from, loss: moved.loss, now };
  }

  /** What was moved is as before. */
  letGo(): void {
    clearTimeout(this.settling);
    const reading = this.reading.peek();
    if (!this.original || !reading) return;
    reading.pass.values = this.original.values;
    reading.pass.loss_after = this.original.after;
    this.original = this.wanted = null;
    this.moved.value = null;
    this.drawn.value++;
  }

  async takeBack(): Promise<void> {
    const before = this.undo.peek().at(-1);
    if (!before) return;
    this.undo.value = this.undo.peek().slice(0, -1);
    const { example, bias } = before;
    await this.open("worked.open", { example: { ...example, bias } }, false);
  }

  /** The example of this page once more, as where the server has begun anew. */
  async reopen(): Promise<void> {
    if (this.example) await this.open("worked.open", { example: { ...this.example, bias: this.bias } }, false);
  }

  async tried(act: () => Promise<void>): Promise<void> {
    this.busy.value = true;
    this.refused.value = "";
    try {
      await act();
    } catch (error) {
      this.refused.value = sentence(error);
    } finally {
      this.busy.value = false;
    }
  }
}

/** The same of numbers that nobody moves. */
export class ShownState extends WorkedState {
  override canMove(): boolean {
    return false;
  }
  /** Whatever is asked of it, it was told all. */
  override get asks(): boolean {
    return false;
  }
}

export function sentence(error: unknown): string {
  if (error instanceof NotDone) return error.message;
  throw error;
}
