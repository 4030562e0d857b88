// All that can be set: the points, and how the network learns from them.
import { useSignal } from "@preact/signals";
import type { Welcome } from "../../messages";
import { brief } from "@templates/walk/text.js";
import { percent, spaced } from "../../parts/format";
import { Choice, Slider } from "../../parts/pieces";
import { classColour } from "../../palette";
import { words } from "../../words";
import { Sketch } from "./sketch";
import { ownTable, type OwnTable } from "./table";
import type { PlayState } from "./state";

const t = words.play;
const CLASSES = 6; // that the mouse draws

export function Data({ s, welcome }: { s: PlayState; welcome: Welcome }) {
  const { settings } = s.ground.value!;
  const drawing = s.drawing.value >= 0;
  const pick = (set: string) => {
    s.drawing.value = -1;
    s.change({ set });
  };
  return (
    <section class="panel data" aria-label={t.data} data-tour="data">
      <h3>{t.data}</h3>
      <div class="sets" role="group" aria-label={t.sets}>
        {welcome.sets.filter((name) => name !== "own").map((name) => (
          <button type="button" class="set" aria-pressed={settings.set === name && !drawing} title={t.setTitle(name)} onClick={() => pick(name)}>
            <Sketch name={name} /><span>{name}</span>
          </button>
        ))}
        <button type="button" class="set" id="draw" aria-pressed={drawing} title={t.drawTitle} onClick={() => (s.drawing.value = drawing ? -1 : 0)}>
          <Sketch name="own" /><span>{t.draw}</span>
        </button>
      </div>
      {drawing && <DrawOwn s={s} />}
      <Table s={s} />
      {settings.set !== "own" && !drawing && (
        <>
          <Slider id="noise" label={t.noise} title={t.noiseTitle} value={settings.noise} low={0} high={1} step={0.01} change={(noise) => s.change({ noise })} />
          <Slider label={t.rows} title={t.rowsTitle} value={settings.rows} low={20} high={2000} step={20} change={(rows) => s.change({ rows })} />
        </>
      )}
      <Slider label={t.test} title={t.testTitle} value={settings.test} low={0} high={0.9} step={0.05} told={percent} change={(test) => s.change({ test })} />
      <label class="choice" title={t.seedTitle}><span>{t.seed}</span>
        <input type="number" min="0" max="4294967295" value={settings.seed} onChange={(e) => s.change({ seed: Math.max(0, Math.round(Number(e.currentTarget.value))) })} /></label>
    </section>
  );
}

function DrawOwn({ s }: { s: PlayState }) {
  const use = () => {
    const labels = new Set(s.points.value.map((p) => p[2]));
    if (labels.size < 2 || s.points.value.length < 6) return void (s.refused.value = t.drawMore);
    s.drawing.value = -1;
    s.change({ set: "own", task: "classes", points: s.points.value });
  };
  return (
    <div class="draw-own">
      <p class="note">{t.drawSays}</p>
      <div class="row" role="group" aria-label={t.drawClass}>
        {Array.from({ length: CLASSES }, (_, k) => (
          <button type="button" class="swatch" aria-pressed={s.drawing.value === k} aria-label={t.classOf(k)} title={t.classOf(k)}
            style={{ "--swatch": classColour(k, k > 1 ? 3 : 2) }} onClick={() => (s.drawing.value = k)}>{k}</button>
        ))}
      </div>
      <div class="row">
        <button type="button" class="strong" id="use-drawn" title={t.useTitle} onClick={use}>{t.use(s.points.value.length)}</button>
        <button type="button" title={t.clearTitle} onClick={() => (s.points.value = [])}>{t.clear}</button>
      </div>
    </div>
  );
}

/** Two columns of one's own table, and what is to be told of them. */
function Table({ s }: { s: PlayState }) {
  const table = useSignal<OwnTable | null>(null);
  const chosen = useSignal<[number, number, number]>([0, 1, 2]);
  const open = async () => {
    const file = await s.talk.host.open(".csv,.tsv,.txt");
    if (!file) return;
    try {
      const found = ownTable(await file.text(), file.name);
      table.value = found;
      chosen.value = found.guess;
    } catch (error) {
      s.refused.value = (error as Error).message;
    }
  };
  const use = () => {
    const told = table.value!.points(...chosen.value);
    if (typeof told === "string") s.refused.value = told;
    else {
      s.drawing.value = -1;
      s.change({ set: "own", ...told });
    }
  };
  const found = table.value;
  const choose = (k: number, label: string) => (
    <Choice label={label} title={t.columnTitle} value={String(chosen.value[k])}
      options={found!.names.map((name, n) => [String(n), name])}
      change={(n) => (chosen.value = chosen.value.map((old, i) => (i === k ? Number(n) : old)) as [number, number, number])} />
  );
  return (
    <div class="own-table">
      <button type="button" id="own-table" title={t.tableTitle} onClick={() => void open()}>{found ? t.otherTable : t.table}</button>
      {found && (
        <div class="columns-of">
          <p class="note">{t.tableSays(found.name, found.rows)}</p>
          {choose(0, "x₀")}{choose(1, "x₁")}{choose(2, t.target)}
          <button type="button" class="strong" onClick={use}>{t.useColumns}</button>
        </div>
      )}
    </div>
  );
}

export function Learning({ s, welcome }: { s: PlayState; welcome: Welcome }) {
  const { settings } = s.ground.value!;
  const knobs = welcome.optimizers[settings.optimizer] ?? [];
  const few = (v: number) => (v ? brief(v) : t.none);
  return (
    <section class="panel learning" aria-label={t.learning} data-tour="learning">
      <h3>{t.learning}</h3>
      <Choice id="optimizer" label={t.optimizer} title={t.optimizerTitle} value={settings.optimizer} options={Object.keys(welcome.optimizers).map((n) => [n, spaced(n)])} change={(optimizer) => s.change({ optimizer, knobs: {} })} />
      <Slider id="rate" label={t.rate} title={t.rateTitle} value={settings.learning_rate} low={1e-4} high={10} step={0.05} log told={brief} change={(learning_rate) => s.change({ learning_rate })} />
      {knobs.map(({ name, value }) => (
        <label class="choice" title={t.knobTitle(spaced(name))}><span>{spaced(name)}</span>
          <input type="number" step="any" value={settings.knobs[name] ?? value} onChange={(e) => s.change({ knobs: { ...settings.knobs, [name]: Number(e.currentTarget.value) } })} /></label>
      ))}
      <Slider label={t.batch} title={t.batchTitle} value={settings.batch} low={1} high={512} step={1} change={(batch) => s.change({ batch })} />
      <Choice label={t.lossName} title={t.lossTitle} value={settings.loss ?? ""} options={[["", t.usual], ...welcome.losses.map((n): [string, string] => [n, spaced(n)])]} change={(loss) => s.change({ loss: loss || null })} />
      <Slider label="L2" title={t.l2Title} value={settings.l2} low={0} high={0.1} step={0.001} told={few} change={(l2) => s.change({ l2 })} />
      <Slider label="L1" title={t.l1Title} value={settings.l1} low={0} high={0.1} step={0.001} told={few} change={(l1) => s.change({ l1 })} />
      <Slider label={t.dropout} title={t.dropoutTitle} value={settings.dropout} low={0} high={0.8} step={0.05} told={(v) => (v ? percent(v) : t.none)} change={(dropout) => s.change({ dropout })} />
    </section>
  );
}
