// The playground as the page holds it: its settings, and the newest frame of each lane.
import { batch, effect, signal } from "@preact/signals";
import type { Ailing, Answer, OwnColumns, Playground, PlaySettings, PointSaid } from "../../messages";
import { base64 } from "../../parts/share";
import { NotDone, type Frame, type Talk } from "../../talk";
import { words } from "../../words";
import { sentence } from "../worked/state";

const MOST_FILE = 20 << 20;

export interface Neuron {
  layer: number; // from 1
  index: number;
}
export type Part = Partial<PlaySettings>;

export class PlayState {
  readonly ground = signal<Playground | null>(null);
  readonly rival = signal<Playground | null>(null);
  /** What differs in the second lane; null where none runs. */
  readonly race = signal<Part | null>(null);
  readonly frames = [signal<Frame | null>(null), signal<Frame | null>(null)] as const;
  /** Those with all that is seen, which come a few times a second; between them the regions do. */
  readonly calm = [signal<Frame | null>(null), signal<Frame | null>(null)] as const;
  readonly running = signal(false);
  readonly speed = signal<"slow" | "full">("full");
  readonly ailing = signal<Ailing | null>(null);
  /** A remedy that is tried: what it sets, and the reading before. */
  readonly trying = signal<{ told: string; before: number } | null>(null);
  readonly looking = signal(false);
  readonly refused = signal("");
  /** What is said of the point that is asked about, in its own words. */
  readonly said = signal<PointSaid | null>(null);
  readonly neuron = signal<Neuron | null>(null);
  readonly keptNeuron = signal<Neuron | null>(null);
  readonly sample = signal(-1);
  readonly answer = signal<Answer | null>(null);
  readonly drawing = signal(-1); // the class that the mouse draws; −1 while it draws none
  readonly table = signal<OwnColumns | null>(null);
  /** The columns of the table that is learned: two axes, and the target. */
  readonly axes = signal<[string, string, string] | null>(null);
  readonly points = signal<number[][]>([]);
  /** How many frames were shown, for whoever measures. */
  shown = 0;
  private wanted: Part | null = null;
  private changing = false;

  constructor(readonly talk: Talk) {
    this.watch();
    talk.watch("play", (frame) => {
      this.shown++;
      const lane = frame.head.lane as 0 | 1;
      batch(() => {
        this.frames[lane].value = frame;
        this.running.value = Boolean(frame.head["running"]);
        if (frame.arrays["neurons"]) this.calm[lane].value = frame;
      });
    });
  }

  /** The neuron that is looked at is sent as large as the regions; the newest alone is asked for. */
  private watch(): void {
    let clock = 0;
    let watched = "0 0";
    effect(() => {
      const { layer, index } = this.neuron.value ?? this.keptNeuron.value ?? { layer: 0, index: 0 };
      clearTimeout(clock);
      clock = window.setTimeout(() => {
        if (watched === `${layer} ${index}`) return;
        watched = `${layer} ${index}`;
        this.talk.ask("play.watch", { layer, index }).catch(() => undefined);
      }, 40);
    });
  }

  async open(part?: Part & { gives_number?: boolean }): Promise<void> {
    const { gives_number: _, ...settings } = part ?? {};
    await this.tried(async () => this.take(await this.talk.ask<Playground>("play.open", part ? { settings } : {})));
  }

  /** Once more, where another process answers that knows only what it is told. */
  async reopen(): Promise<void> {
    const ground = this.ground.peek();
    if (!ground) return;
    batch(() => {
      this.running.value = this.looking.value = false;
      this.race.value = this.rival.value = this.table.value = null;
      for (const frame of [...this.frames, ...this.calm]) frame.value = null;
    });
    await this.open(ground.settings);
  }

  private take(told: Playground): void {
    batch(() => {
      const before = this.ground.peek();
      this.ground.value = told;
      if (told.restarted) {
        this.ailing.value = this.trying.value = null;
        this.sample.value = -1;
        this.answer.value = this.said.value = null;
      }
      const neurons = (p: Playground | null) => p?.settings.layers.map((l) => l.n).join();
      if (neurons(before) !== neurons(told)) this.neuron.value = this.keptNeuron.value = null;
      if (told.settings.set === "own") this.points.value = told.settings.points;
    });
  }

  /** A typed setting: what is no number is said, and the field is as before. */
  typed(name: string, field: HTMLInputElement, before: number, part: (v: number) => Part): void {
    if (field.value.trim() !== "" && Number.isFinite(Number(field.value))) return this.change(part(Number(field.value)));
    field.value = String(before);
    this.refused.value = words.play.noNumberIn(name);
  }

  /** How many classes are drawn, the chosen one among them. */
  get drawnLabels(): number {
    return Math.max(2, this.drawing.value + 1, ...this.points.value.map((p) => p[2]! + 1));
  }

  /** Changes settings; of many that come fast, all are told at once. */
  change(part: Part): void {
    if (part.set) this.axes.value = null;
    this.wanted = { ...this.wanted, ...part };
    const ground = this.ground.peek();
    // the controls follow the hand at once
    if (ground) this.ground.value = { ...ground, settings: { ...ground.settings, ...part } };
    void this.changes();
  }

  private async changes(): Promise<void> {
    if (this.changing) return;
    this.changing = true;
    while (this.wanted) {
      const settings = this.wanted;
      this.wanted = null;
      await this.tried(async () => {
        const told = await this.talk.ask<Playground>("play.change", { settings });
        this.ailing.value = null; // it was found of another training
        if (!this.wanted) this.take(told);
      }, async () => this.take(await this.talk.ask<Playground>("play.change", { settings: {} })));
    }
    this.changing = false;
  }

  async run(speed = this.speed.peek()): Promise<void> {
    this.speed.value = speed;
    await this.tried(async () => {
      this.running.value = true;
      await this.talk.ask("play.run", { speed });
    }, async () => void (this.running.value = false));
  }

  async pause(): Promise<void> {
    await this.tried(async () => {
      await this.talk.ask("play.pause");
      this.running.value = false;
    });
  }

  async step(updates = 1): Promise<void> {
    await this.tried(async () => void (await this.talk.ask("play.step", { updates })));
  }

  async restart(): Promise<void> {
    await this.tried(async () => this.take({ ...(await this.talk.ask<Playground>("play.restart")), restarted: true }));
  }

  async startRace(settings: Part | null): Promise<void> {
    await this.tried(async () => {
      const told = await this.talk.ask<Playground>("play.race", settings ? { settings } : {});
      batch(() => {
        this.race.value = settings;
        this.rival.value = settings ? told : null;
        if (settings) this.ailing.value = this.trying.value = null;
        else this.frames[1].value = this.calm[1].value = null;
      });
    });
  }

  async look(): Promise<void> {
    this.looking.value = true;
    await this.tried(async () => (this.ailing.value = await this.talk.ask<Ailing>("play.diagnose")) && undefined);
    this.looking.value = false;
  }

  /** Share right, of the test where there is one; of numbers the loss. */
  get reading(): number {
    const head: Record<string, unknown> = this.calm[0].value?.head ?? {};
    const names = this.ground.value?.labels ? ["test_accuracy", "accuracy"] : ["test_loss", "loss"];
    return names.map((name) => head[name]).find((v): v is number => typeof v === "number") ?? NaN;
  }

  /** Sets what mends it and trains again; what it was before stays beside what it is. */
  async remedy(finding: string, told: string): Promise<void> {
    const before = this.reading;
    await this.tried(async () => {
      this.take(await this.talk.ask<Playground>("play.remedy", { finding }));
      this.trying.value = { told, before };
    });
  }

  /** A table of one's own: its columns are told, and none of it is sent anywhere else. */
  async bring(file: File): Promise<void> {
    await this.tried(async () => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (bytes.length > MOST_FILE) throw new NotDone(words.app.large(file.name));
      this.table.value = await this.talk.ask<OwnColumns>("play.own", { name: file.name, content: base64(bytes) });
    });
  }

  async useColumns(x0: string, x1: string, target: string): Promise<void> {
    this.drawing.value = -1;
    await this.tried(async () => {
      const told = await this.talk.ask<Playground>("play.own_columns", { x0, x1, target });
      batch(() => {
        this.axes.value = [x0, x1, target];
        this.take(told);
      });
    });
  }

  async askAt(sample: number, address: string): Promise<void> {
    await this.tried(async () => {
      const [told, said] = await Promise.all([
        this.talk.ask<Answer>("play.ask", { sample, address }),
        this.talk.ask<PointSaid>("play.point", { sample }),
      ]);
      batch(() => {
        this.sample.value = sample;
        this.answer.value = told;
        this.said.value = said;
      });
    });
  }

  /** The numbers of the points of the first network that are answered wrongly. */
  get wrong(): number[] {
    const frame = this.calm[0].value;
    const told = frame?.head["step"] ? (frame.arrays["wrong"]?.data ?? []) : []; // before, all is chance
    return Array.from(told, (v, k) => (v ? k : -1)).filter((k) => k >= 0);
  }

  /** To the next point that is answered wrongly. */
  async askWrong(): Promise<void> {
    const all = this.wrong;
    const next = all.find((k) => k > this.sample.peek()) ?? all[0];
    if (next !== undefined) await this.askAt(next, "loss");
  }

  letGo(): void {
    this.sample.value = -1;
    this.answer.value = this.said.value = null;
  }

  /** A class by its name. */
  nameOf(label: number): string {
    if (this.axes.value && this.ground.value?.settings.set === "own") {
      const named = this.table.value?.targets[this.axes.value[2]]?.[label];
      if (named !== undefined) return named;
    }
    return words.play.classOf(label);
  }

  async tried(act: () => Promise<void>, otherwise?: () => Promise<void>): Promise<void> {
    this.refused.value = "";
    try {
      await act();
    } catch (error) {
      this.refused.value = sentence(error);
      await otherwise?.();
    }
  }
}
