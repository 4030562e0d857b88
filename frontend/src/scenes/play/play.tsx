// The playground.
import { useEffect, useRef } from "preact/hooks";
import { brief } from "@templates/walk/text.js";
import type { Saved, Welcome } from "../../messages";
import { count, percent } from "../../parts/format";
import { Leave, Refused } from "../../parts/pieces";
import { savedCanvas } from "../../parts/leave";
import { classColour } from "../../palette";
import { middling, night, slim } from "../../parts/screen";
import { words } from "../../words";
import type { SceneProps } from "../scene";
import { Curves } from "./curves";
import { Hidden, LossSurface } from "./deep";
import { Diagram } from "./diagram";
import { Going } from "./going";
import { Export, Findings, Health, Race, told } from "./panels";
import { NextWrong, PointTold, Verdict } from "./point";
import { mostOf, Plane } from "./plane";
import { Data, Learning } from "./settings";
import type { PlayState } from "./state";

const t = words.play;

export function PlayScene({ app, s, welcome }: SceneProps & { s: PlayState; welcome: Welcome }) {
  const looked = useRef(0);
  useEffect(() => {
    if (!s.ground.peek()) void s.open((app.given("play") as { settings?: object } | null)?.settings);
  }, []);
  useEffect(() => app.share("play", () => ({ settings: shareable(s) }), [s.ground]), []);
  const running = s.running.value;
  // a training that rests is looked at by itself, once
  useEffect(() => {
    const step = Number(s.calm[0].peek()?.head["step"] ?? 0);
    if (running || step < 50 || step === looked.current) return;
    const wait = setTimeout(() => {
      looked.current = step;
      if (!s.ailing.peek()) void s.look();
    }, 600);
    return () => clearTimeout(wait);
  }, [running]);
  if (!s.ground.value) return <><Refused told={s.refused} /><p class="waits">{words.app.waits}</p></>;
  const shown = s.neuron.value ?? s.keptNeuron.value;
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape") s.neuron.value = s.keptNeuron.value = null;
    if ((event.target as HTMLElement).matches("input, select, textarea, button, summary, .plane")) return;
    if (event.key !== " ") return;
    event.preventDefault();
    void (s.running.value ? s.pause() : s.run());
  };
  const raced = s.race.value !== null;
  const png = () => {
    const canvases = app.root.querySelectorAll<HTMLCanvasElement>(".plane canvas");
    const out = document.createElement("canvas");
    out.width = out.height = 800;
    for (const each of [canvases[0]!, canvases[1]!]) out.getContext("2d")!.drawImage(each, 0, 0, 800, 800);
    void savedCanvas(s.talk.host, out, "regions.png").then(() => app.say(words.app.saved("regions.png")));
  };
  const settings = <div class="settings"><Data s={s} welcome={welcome} /><Learning s={s} welcome={welcome} /></div>;
  const ends = s.ground.value.own_bounds;
  const answer = (
    <section class="panel plane-panel" aria-label={t.answerOver}>
      <div class="row plane-head">
        <h3>{shown ? t.sees(shown.layer, shown.index + 1, shown.layer > s.ground.value.settings.layers.length) : t.answerOver}</h3>
        <NextWrong s={s} />
      </div>
      <Verdict s={s} />
      <div class="planes">
        <figure><Plane s={s} lane={0} />{raced && <figcaption>A: <Lane s={s} lane={0} /></figcaption>}</figure>
        {raced && <figure><Plane s={s} lane={1} /><figcaption>B: <Lane s={s} lane={1} /></figcaption></figure>}
      </div>
      {s.axes.value && <p class="axes"><span>{ends && brief(rounded(ends[0]))}</span><span>→ {s.axes.value[0]}</span><span>{ends && brief(rounded(ends[1]))}</span></p>}
      <Legend s={s} />
      <PointTold s={s} />
      <Curves s={s} />
    </section>
  );
  return (
    <div class={`play ${raced ? "raced" : ""}`} onKeyDown={key}>
      <Bar s={s} />
      <Going s={s} />
      <Refused told={s.refused} />
      <div class="board-of-three">
        {!slim.value && !middling.value && settings}
        <div class="middle">
          {slim.value && answer}
          <section class="panel" aria-label={t.network}><Diagram s={s} welcome={welcome} /></section>
          {slim.value && settings}
          <Health s={s} />
          <div class="looks">
            <Findings s={s} />
            <Race s={s} welcome={welcome} />
          </div>
        </div>
        <div class="answers">
          {!slim.value && answer}
          <div class="asked">
            <Hidden s={s} />
            <LossSurface s={s} />
            <Leave>
              <button type="button" title={words.app.linkTitle} onClick={() => void app.copyLink()}>{words.app.link}</button>
              <button type="button" title={t.pngTitle} onClick={png}>PNG</button>
              <Export host={s.talk.host} ask={(to) => s.talk.ask<Saved>("play.code", { to })} refused={(why) => (s.refused.value = why)} />
            </Leave>
          </div>
        </div>
        {middling.value && settings}
      </div>
    </div>
  );
}

/** The settings as a link may carry them: without anyone's own points. */
function shareable(s: PlayState): object {
  const { points: _, gives_number: __, ...settings } = s.ground.peek()?.settings ?? { points: 0, gives_number: 0 };
  return "set" in settings && settings.set === "own" ? { ...settings, set: "moons" } : settings;
}

function Bar({ s }: { s: PlayState }) {
  const running = s.running.value;
  return (
    <div class="bar" data-tour="run">
      <div class="row">
        <button type="button" id="run" class="strong big" title={t.runTitle} aria-pressed={running} onClick={() => void (running ? s.pause() : s.run())}>{running ? t.pause : t.run}</button>
        <button type="button" id="step" title={t.stepTitle} onClick={() => void s.step()}>{t.step}</button>
        <button type="button" id="restart" title={t.restartTitle} onClick={() => void s.restart()}>{t.restart}</button>
        <label title={t.speedTitle}>{t.speed} <select id="speed" value={s.speed.value} onChange={(e) => {
          const speed = e.currentTarget.value as "slow" | "full";
          if (running) void s.run(speed);
          else s.speed.value = speed;
        }}><option value="slow">{t.slow}</option><option value="full">{t.full}</option></select></label>
      </div>
      <Figures s={s} />
    </div>
  );
}

function Figures({ s }: { s: PlayState }) {
  const frame = s.calm[0].value;
  const head = (name: string) => Number(frame?.head[name] ?? NaN);
  const isNumber = s.ground.value!.labels === 0;
  const figures: [string, string, string][] = [
    ["figure-step", t.update, count(head("step") || 0)],
    ["figure-epoch", t.epoch, (head("epoch") || 0).toFixed(1)],
    ["figure-loss", t.loss, known(frame?.head["loss"])],
    ["figure-test", t.testOf, known(frame?.head["test_loss"])],
  ];
  if (!isNumber) figures.push(["figure-accuracy", head("step") ? t.right : t.rightByChance, percent(head("test_accuracy"))]);
  if (s.running.value && head("rate")) figures.push(["figure-rate", t.updatesASecond, count(head("rate"))]);
  return <dl class="figures">{figures.map(([id, name, value]) => <div><dt>{name}</dt><dd id={id}>{value}</dd></div>)}</dl>;
}

const rounded = (v: number) => Number(v.toPrecision(3));

const known = (v: unknown) => (typeof v === "number" ? brief(v) : v === null || v === undefined ? "–" : String(v));

function Lane({ s, lane }: { s: PlayState; lane: 0 | 1 }) {
  const frame = s.calm[lane].value;
  const part = lane ? s.race.value! : pick(s);
  return <><b>{told(part as Record<string, unknown>)}</b> · {t.loss} <span class="lane-loss">{known(frame?.head["loss"])}</span></>;
}

/** Of the first lane what the second has otherwise. */
function pick(s: PlayState): object {
  const own = s.ground.value!.settings as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.keys(s.race.value ?? {}).filter((k) => k !== "knobs").map((k) => [k, own[k]]));
}

function Legend({ s }: { s: PlayState }) {
  night.value;
  const { labels } = s.ground.value!;
  const neuron = s.neuron.value ?? s.keptNeuron.value;
  const frame = s.calm[0].value;
  if (neuron && frame) {
    const most = brief(Number(mostOf(frame, neuron).toPrecision(2)));
    return <p class="legend plane-legend"><span class="mono">−{most}</span><i class="scale" /><span class="mono">+{most}</span><span>{t.paleIs0}</span></p>;
  }
  if (s.drawing.value >= 0) {
    return <p class="legend plane-legend" />;
  }
  return (
    <p class="legend plane-legend">
      {labels ? Array.from({ length: labels }, (_, k) => <span><i style={{ background: classColour(k, labels) }} />{s.nameOf(k)}</span>)
        : <><span><i class="minus" />{t.below0}</span><span><i class="plus" />{t.above0}</span></>}
      <span><i class="dot" />{t.trainPoints}</span><span><i class="diamond" />{t.testPoints}</span>
      {labels > 0 && <span><i class="ringed" />{t.wrongPoints}</span>}
    </p>
  );
}
