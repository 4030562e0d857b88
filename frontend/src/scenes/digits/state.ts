// The digits as the page holds them: what is drawn, and what the network makes of it.
import { signal } from "@preact/signals";
import type { Digits, Drawn, PixelsSpoke, WronglyRead } from "../../messages";
import type { Frame, Talk } from "../../talk";
import { sentence } from "../worked/state";

export const SIDE = 8;
export const INK = 16;
const REST = 150; // milliseconds

export class DigitsState {
  readonly card = signal<Digits | null>(null);
  readonly frame = signal<Frame | null>(null);
  readonly running = signal(false);
  readonly pixels = signal<number[]>(Array(SIDE * SIDE).fill(0));
  readonly drawn = signal<Drawn | null>(null);
  readonly spoke = signal<PixelsSpoke | null>(null);
  /** What the picture on the paper was written as, where that is known. */
  readonly truth = signal<number | null>(null);
  /** The digit that is asked about; null for the one that it reads. */
  readonly asked = signal<number | null>(null);
  readonly wrong = signal<WronglyRead | null>(null);
  readonly refused = signal("");
  private asking = false;
  private again = false;
  private heard = 0;
  private resting = 0;

  constructor(readonly talk: Talk) {
    talk.watch("digits", (frame) => {
      this.frame.value = frame;
      this.running.value = Boolean(frame.head["running"]);
      // while it learns, the answer to what is drawn is asked anew now and then
      if (this.drawn.peek() && performance.now() - this.heard > 400) void this.ask();
    });
  }

  async open(wanted = "digits.open"): Promise<void> {
    this.refused.value = "";
    try {
      const card = await this.talk.ask<Digits>(wanted);
      this.card.value = card;
      this.running.value = card.running;
    } catch (error) {
      this.refused.value = sentence(error);
    }
  }

  /** Once more, where another process answers whose network knows nothing. */
  async reopen(): Promise<void> {
    const card = this.card.peek();
    if (!card) return;
    this.card.value = { ...card, step: 0, accuracy: NaN, running: false };
    this.running.value = false;
    this.frame.value = this.drawn.value = this.spoke.value = null;
    await this.open();
    if (this.pixels.peek().some((v) => v)) await this.ask();
  }

  /** Args: truth, the digit that it was written as, where that is known. */
  draw(pixels: number[], truth: number | null = null): void {
    this.pixels.value = pixels;
    this.truth.value = truth;
    this.asked.value = null;
    void this.ask();
  }

  /** The next image that it reads wrongly, onto the paper. */
  async showWrong(): Promise<void> {
    this.refused.value = "";
    try {
      const told = await this.talk.ask<WronglyRead>("digits.wrong", { after: this.wrong.peek()?.place ?? -1 });
      this.wrong.value = told;
      this.draw(told.image.flat(), told.label);
    } catch (error) {
      this.refused.value = sentence(error);
    }
  }

  /** Asks which pixels spoke for one digit. */
  askAbout(digit: number | null): void {
    this.asked.value = digit;
    this.why(0);
  }

  clear(): void {
    this.pixels.value = Array(SIDE * SIDE).fill(0);
    this.drawn.value = this.spoke.value = this.truth.value = this.asked.value = null;
    clearTimeout(this.resting);
  }

  /** Which pixels spoke: asked when the pen rests, since it takes longer than the answer. */
  private why(rest = REST): void {
    clearTimeout(this.resting);
    this.resting = window.setTimeout(async () => {
      const pixels = this.pixels.peek();
      if (!pixels.some((v) => v)) return;
      const of = this.asked.peek();
      try {
        const told = await this.talk.ask<PixelsSpoke>("digits.why", of === null ? { pixels } : { pixels, of });
        if (pixels === this.pixels.peek() && of === this.asked.peek()) this.spoke.value = told;
      } catch (error) {
        this.refused.value = sentence(error);
      }
    }, rest);
  }

  /** The newest picture alone is asked about, one at a time. */
  async ask(): Promise<void> {
    this.again = true;
    if (this.asking) return;
    this.asking = true;
    while (this.again) {
      this.again = false;
      try {
        const pixels = this.pixels.peek();
        const told = await this.talk.ask<Drawn>("digits.draw", { pixels });
        this.drawn.value = pixels.some((v) => v) ? told : null;
        this.heard = performance.now();
        this.why();
        this.refused.value = "";
      } catch (error) {
        this.refused.value = sentence(error);
      }
    }
    this.asking = false;
  }
}
