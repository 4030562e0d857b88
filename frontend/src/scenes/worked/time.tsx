// Where we are: the stages of a pass, the updates made so far, and going through them.
import { useEffect, useRef } from "preact/hooks";
import { brief, number, updates } from "@templates/walk/text.js";
import type { Stage } from "../../messages";
import { words } from "../../words";
import type { WorkedState } from "./state";
import { useSignal } from "@preact/signals";

const t = words.worked;
const PACES: [string, number][] = [[t.slow, 1600], [t.even, 800], [t.quick, 220]];
const MORE = [10, 50, 100, 1000, 10000];

export function Time({ s }: { s: WorkedState }) {
  s.drawn.value;
  const reading = s.reading.value!;
  const { walks } = reading.record;
  const pace = useSignal(800);
  const playing = s.playing.value;
  const last = s.places - 1;
  useEffect(() => {
    if (!playing) return;
    const clock = setInterval(() => {
      if (s.here >= s.places - 1) s.playing.value = false;
      else s.go(s.here + 1);
    }, pace.value);
    return () => clearInterval(clock);
  }, [playing, pace.value, reading]);
  const toWalk = (n: number) => {
    let sum = Math.min(reading.stage, s.stagesOf(n) - 1);
    for (let k = 0; k < n; k++) sum += s.stagesOf(k);
    s.go(sum);
  };
  const play = () => {
    if (!playing && s.here >= last) s.go(0);
    s.playing.value = !playing;
  };
  return (
    <div class="time" data-tour="time">
      <div class="row move">
        <button type="button" id="back" disabled={s.here === 0} title={t.backTitle} onClick={() => s.go(s.here - 1)}>
          <span aria-hidden="true">←</span><span class="unseen">{t.back}</span></button>
        <button type="button" id="play" class="strong" title={t.playTitle} aria-pressed={playing} onClick={play}>
          {playing ? t.pause : t.play}</button>
        <button type="button" id="on" disabled={s.here === last} title={t.onTitle} onClick={() => s.go(s.here + 1)}>
          <span aria-hidden="true">→</span><span class="unseen">{t.on}</span></button>
        <label class="pace"><span class="unseen">{t.pace}</span>
          <select value={String(pace.value)} title={t.paceTitle} onChange={(e) => (pace.value = Number(e.currentTarget.value))}>
            {PACES.map(([name, ms]) => <option value={ms}>{name}</option>)}
          </select></label>
      </div>
      <label class="scrub"><span class="note">{t.scrub}</span>
        <input type="range" min="0" max={last} step="1" value={s.here} title={t.scrubTitle}
          aria-valuetext={`${updates(reading.pass.steps)}, ${reading.now.title}`}
          onInput={(event) => s.go(Number(event.currentTarget.value))} /></label>
      <div class="row updates">
        <label><span class="unseen">{t.madeSoFar}</span>
          <select id="update" value={String(reading.walk)} title={t.updateTitle} onChange={(e) => toWalk(Number(e.currentTarget.value))}>
            {walks.map((w: { steps: number; values: unknown[] }, n: number) => (
              <option value={n}>{updates(w.steps)} · {t.loss} {brief(w.values[reading.place.get("loss")!])}</option>
            ))}
          </select></label>
        <Losses s={s} toWalk={toWalk} />
        {s.asks && (
          <label><span class="unseen">{t.more}</span>
            <select value="" title={t.moreTitle} onChange={(event) => {
              const steps = Number(event.currentTarget.value);
              event.currentTarget.value = "";
              void s.open("worked.more", { steps });
            }}>
              <option value="">{t.more}</option>
              {MORE.map((n) => <option value={n}>{updates(n)}</option>)}
            </select></label>
        )}
      </div>
    </div>
  );
}

/** The recorded losses, in equal steps: pressed, it goes there. */
function Losses({ s, toWalk }: { s: WorkedState; toWalk: (n: number) => void }) {
  const reading = s.reading.value!;
  const losses = reading.record.walks.map((w: { values: unknown[] }) => Number(w.values[reading.place.get("loss")!]));
  const most = Math.max(...losses.filter(Number.isFinite), 1e-12);
  const [wide, high] = [150, 40];
  const x = (n: number) => 6 + (n * (wide - 12)) / Math.max(losses.length - 1, 1);
  const y = (v: number) => 34 - 28 * (Number.isFinite(v) ? v / most : 1);
  const go = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const place = ((event.clientX - box.left) / box.width) * wide - 6;
    toWalk(Math.min(Math.max(Math.round((place * (losses.length - 1)) / (wide - 12)), 0), losses.length - 1));
  };
  return (
    <svg class="losses" viewBox={`0 0 ${wide} ${high}`} aria-hidden="true" onClick={go}>
      <line x1="2" x2={wide - 2} y1="37" y2="37" />
      <polyline points={losses.map((v: number, n: number) => `${x(n)},${y(v)}`).join(" ")} />
      <circle class="here" r="4.5" cx={x(reading.walk)} cy={y(losses[reading.walk]!)} />
    </svg>
  );
}

export function Strip({ s }: { s: WorkedState }) {
  s.drawn.value;
  const reading = s.reading.value!;
  const told = reading.stages as Stage[];
  const phases = [...new Set(told.map((stage) => stage.phase))];
  const before = s.here - reading.stage;
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const now = nav.current!.querySelector<HTMLElement>("[aria-current]");
    if (now) nav.current!.scrollLeft = now.offsetLeft - nav.current!.offsetLeft - (nav.current!.clientWidth - now.offsetWidth) / 2;
  }, [reading, reading.stage]);
  return (
    <nav id="strip" ref={nav} aria-label={t.stages}>
      {phases.map((phase) => (
        <div role="group" aria-label={phase}>
          <span aria-hidden="true">{phase}</span>
          <div>
            {told.map((stage, n) => stage.phase === phase && (
              <button type="button" title={stage.title} aria-label={`${n + 1}. ${stage.title}`}
                class={n < reading.stage ? "done" : ""} aria-current={n === reading.stage ? "step" : undefined}
                onClick={() => s.go(before + n)}>{stage.array}</button>
            ))}
          </div>
        </div>
      ))}
    </nav>
  );
}

export function StageHead({ s }: { s: WorkedState }) {
  s.drawn.value;
  const reading = s.reading.value!;
  const now = reading.now as Stage;
  const loss = reading.value("loss");
  const outcome = t.outcome(number(loss, 9), number(reading.pass.loss_after, 9));
  return (
    <div class="stage-head">
      <div>
        <p class="place">{t.place(now.phase, reading.stage + 1, reading.stages.length, updates(reading.pass.steps))}</p>
        <h2 id="stage-title">{now.title}</h2>
        <p class="says">{/^new\.[Wb]/.test(now.array) ? `${now.says} ${outcome}` : now.says}</p>
      </div>
      <p class="loss-now">{t.loss} <b id="loss">{number(loss, 6)}</b></p>
    </div>
  );
}
