// All that can be set: the points, and how the network learns from them.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { OwnColumns, Welcome } from "../../messages";
import { brief } from "@templates/walk/text.js";
import { percent, spaced } from "../../parts/format";
import { Choice, Slider } from "../../parts/pieces";
import { classColour } from "../../palette";
import { words } from "../../words";
import { Sketch } from "./sketch";
import type { PlayState } from "./state";

const t = words.play;
const CLASSES = 5; // that the mouse draws
const TABLES = ".csv,.tsv,.txt,.parquet,.xlsx,.json,.jsonl";

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
        <input type="number" min="0" max="4294967295" value={settings.seed} onChange={(e) => s.typed(t.seed, e.currentTarget, settings.seed, (seed) => ({ seed }))} /></label>
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
            style={{ "--swatch": classColour(k, k < s.drawnLabels ? s.drawnLabels : Math.max(3, s.drawnLabels)) }} onClick={() => (s.drawing.value = k)}>{k}</button>
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
  const table = s.table.value;
  const chosen = useSignal<[string, string, string]>(["", "", ""]);
  useEffect(() => {
    if (table) chosen.value = guess(table);
  }, [table]);
  const open = async () => {
    const file = await s.talk.host.open(TABLES);
    if (file) await s.bring(file);
  };
  const choose = (k: 0 | 1 | 2, label: string, names: string[]) => (
    <Choice label={label} title={t.columnTitle} value={chosen.value[k]} options={names.map((name) => [name, name])}
      change={(name) => (chosen.value = chosen.value.map((old, i) => (i === k ? name : old)) as [string, string, string])} />
  );
  return (
    <div class="own-table">
      <button type="button" id="own-table" title={t.tableTitle} onClick={() => void open()}>{table ? t.otherTable : t.table}</button>
      {table && (
        <div class="columns-of">
          <p class="note">{t.tableSays(table.name, table.rows)}</p>
          {choose(0, "x₀", table.axes)}{choose(1, "x₁", table.axes)}{choose(2, t.target, Object.keys(table.targets))}
          <button type="button" id="use-columns" class="strong" title={t.useColumnsTitle} onClick={() => void s.useColumns(...chosen.value)}>{t.useColumns}</button>
        </div>
      )}
    </div>
  );
}

/** The last column that has classes is what is told, the first two others are the plane. */
function guess({ axes, targets }: OwnColumns): [string, string, string] {
  const names = Object.keys(targets);
  const target = names.filter((name) => targets[name]!.length && !axes.includes(name)).at(-1) ?? names.at(-1)!;
  const [x0, x1] = axes.filter((name) => name !== target);
  return [x0 ?? axes[0]!, x1 ?? axes[1]!, target];
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
          <input type="number" step="any" value={settings.knobs[name] ?? value} onChange={(e) => s.typed(spaced(name), e.currentTarget, settings.knobs[name] ?? value, (v) => ({ knobs: { ...settings.knobs, [name]: v } }))} /></label>
      ))}
      <Slider label={t.batch} title={t.batchTitle} value={settings.batch} low={1} high={512} step={1} change={(batch) => s.change({ batch })} />
      <Choice label={t.lossName} title={t.lossTitle} value={settings.loss ?? ""} options={[["", t.usual], ...welcome.losses.map((n): [string, string] => [n, spaced(n)])]} change={(loss) => s.change({ loss: loss || null })} />
      <Slider label="L2" title={t.l2Title} value={settings.l2} low={0} high={0.1} step={0.001} told={few} change={(l2) => s.change({ l2 })} />
      <Slider label="L1" title={t.l1Title} value={settings.l1} low={0} high={0.1} step={0.001} told={few} change={(l1) => s.change({ l1 })} />
      <Slider label={t.dropout} title={t.dropoutTitle} value={settings.dropout} low={0} high={0.8} step={0.05} told={(v) => (v ? percent(v) : t.none)} change={(dropout) => s.change({ dropout })} />
    </section>
  );
}
