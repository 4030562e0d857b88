// Wishes out; answers, what is told unasked, and frames in.
import { signal } from "@preact/signals";
import type { Host } from "./host/host";
import type { Refused, Welcome } from "./messages";

export class NotDone extends Error {}

type Numbers = Float32Array | Float64Array | Uint8Array | Uint32Array;
export interface Piece {
  shape: number[];
  data: Numbers;
}
export interface Frame {
  head: Record<string, unknown> & { scene: string; lane: number };
  arrays: Record<string, Piece>;
}
type Told = { id: number | null; kind: string } & Record<string, unknown>;

const KINDS = { f4: Float32Array, f8: Float64Array, u1: Uint8Array, u4: Uint32Array } as const;

/** A frame: the length of its head, the head, and the arrays that it names. */
export function readFrame(buffer: ArrayBuffer): Frame {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = Math.ceil((4 + length) / 8) * 8;
  const arrays: Record<string, Piece> = {};
  for (const { name, dtype, shape, offset } of head.arrays) {
    const size = (shape as number[]).reduce((product, n) => product * n, 1);
    const kind = KINDS[dtype as keyof typeof KINDS];
    arrays[name] = { shape, data: new kind(buffer, start + offset, size) };
  }
  return { head, arrays };
}

export class Talk {
  readonly welcome = signal<Welcome | null>(null);
  /** Why nobody answers any more; "" while somebody does. */
  readonly lost = signal("");
  private next = 1;
  private readonly waiting = new Map<number, { done: (told: Told) => void; not: (e: Error) => void }>();
  private readonly listeners = new Map<string, Set<(told: never) => void>>();
  private readonly viewers = new Map<string, Set<(frame: Frame) => void>>();
  private readonly fresh = new Map<string, ArrayBuffer>();

  constructor(readonly host: Host) {
    host.receive((message) => (typeof message === "string" ? this.hear(JSON.parse(message)) : this.see(message)));
    host.lost((sentence) => {
      this.lost.value = sentence;
      for (const { not } of this.waiting.values()) not(new NotDone(sentence));
      this.waiting.clear();
    });
  }

  /** The answer to a wish. Throws NotDone with the sentence why not. */
  ask<T>(wanted: string, fields: object = {}): Promise<T> {
    const id = this.next++;
    return new Promise<T>((done, not) => {
      this.waiting.set(id, { done: done as (told: Told) => void, not });
      this.host.send(JSON.stringify({ ...fields, id, do: wanted }));
    });
  }

  /** Hears what is told unasked, by its kind. */
  on<T>(kind: string, listener: (told: T) => void): () => void {
    return add(this.listeners, kind, listener as (told: never) => void);
  }

  /** Sees a scene's frames, the newest of each lane before the screen is drawn. */
  watch(scene: string, viewer: (frame: Frame) => void): () => void {
    return add(this.viewers, scene, viewer);
  }

  private hear(told: Told): void {
    if (told.kind === "welcome") {
      this.lost.value = "";
      this.welcome.value = told as unknown as Welcome;
      return;
    }
    const waits = told.id === null ? undefined : this.waiting.get(told.id);
    if (!waits) {
      for (const listener of this.listeners.get(told.kind) ?? []) listener(told as never);
      return;
    }
    this.waiting.delete(told.id!);
    if (told.kind === "refused") waits.not(new NotDone((told as unknown as Refused).sentence));
    else waits.done(told);
  }

  private see(buffer: ArrayBuffer): void {
    const before = this.fresh.size;
    const { head } = peek(buffer);
    this.fresh.set(`${head.scene} ${head.lane}`, buffer);
    if (before) return;
    const show = () => {
      const frames = [...this.fresh.values()];
      this.fresh.clear();
      for (const frame of frames.map(readFrame)) {
        for (const viewer of this.viewers.get(frame.head.scene) ?? []) viewer(frame);
      }
    };
    // what nobody looks at is not drawn, but its last state is there when somebody does
    if (document.visibilityState === "visible") requestAnimationFrame(show);
    else setTimeout(show, 250);
  }
}

function peek(buffer: ArrayBuffer): { head: { scene: string; lane: number } } {
  const length = new DataView(buffer).getUint32(0, true);
  return { head: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) };
}

function add<T>(sets: Map<string, Set<T>>, key: string, one: T): () => void {
  const found = sets.get(key) ?? new Set();
  sets.set(key, found.add(one));
  return () => void found.delete(one);
}
