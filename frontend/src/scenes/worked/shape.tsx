// Which example it is: a published one, one of another shape, or one from a file.
import { useSignal } from "@preact/signals";
import type { Welcome } from "../../messages";
import { spaced } from "../../parts/format";
import { words } from "../../words";
import type { WorkedState } from "./state";

const t = words.worked;
const MOST = 16;

export function Choose({ s, welcome }: { s: WorkedState; welcome: Welcome }) {
  const shaping = useSignal(false);
  const open = (name: string) => {
    s.published.value = name;
    void s.open("worked.open", { example: name });
  };
  const read = async () => {
    const file = await s.talk.host.open(".toml");
    if (file) await s.open("worked.read", { text: await file.text() });
  };
  return (
    <div class="choose">
      <div class="row">
        <label>{t.example} <select id="example" value={s.published.value} title={t.exampleTitle}
          onChange={(event) => open(event.currentTarget.value)}>
          <option value="" disabled>{t.own}</option>
          {Object.entries(welcome.examples).map(([name, title]) => <option value={name}>{title}</option>)}
        </select></label>
        <button type="button" aria-expanded={shaping.value} title={t.shapeTitle} onClick={() => (shaping.value = !shaping.value)}>{t.shape}</button>
        <button type="button" title={t.readTitle} onClick={() => void read()}>{t.read}</button>
        <button type="button" disabled={!s.undo.value.length} title={t.undoTitle} onClick={() => void s.takeBack()}>{t.undo}</button>
      </div>
      {shaping.value && <Shape s={s} welcome={welcome} done={() => (shaping.value = false)} />}
    </div>
  );
}

function Shape({ s, welcome, done }: { s: WorkedState; welcome: Welcome; done: () => void }) {
  const { layers } = s.reading.value!.record;
  const sizes = useSignal<number[]>([layers[0].n_in, ...layers.map((l: { n_out: number }) => l.n_out)]);
  const names = useSignal<string[]>([...s.example.activations]);
  const loss = useSignal(s.example.loss ?? "");
  const refused = useSignal("");
  const resize = (k: number, n: number) => {
    if (n > MOST || n < 1) s.refused.value = t.sizesAre(MOST);
    sizes.value = sizes.value.map((old, i) => (i === k ? Math.min(Math.max(n || 1, 1), MOST) : old));
  };
  const add = () => {
    sizes.value = [...sizes.value.slice(0, -1), 3, sizes.value.at(-1)!];
    names.value = [names.value[0]!, ...names.value];
  };
  const drop = (k: number) => {
    sizes.value = sizes.value.filter((_, i) => i !== k);
    names.value = names.value.filter((_, i) => i !== k - 1);
  };
  const make = async () => {
    const loss_name = loss.value ? { loss: loss.value } : {};
    await s.open("worked.shape", { sizes: sizes.value, activations: names.value, ...loss_name });
    refused.value = s.refused.value;
    if (refused.value) return;
    s.published.value = "";
    done();
  };
  const last = sizes.value.length - 1;
  const title = (k: number) => (k === 0 ? t.inputs : k === last ? t.output : t.layer(k));
  return (
    <form class="shape" aria-label={t.shape} onSubmit={(event) => { event.preventDefault(); void make(); }}>
      {sizes.value.map((n, k) => (
        <fieldset>
          <legend>{title(k)}</legend>
          <label>{t.neurons} <input type="number" min="1" max={MOST} value={n} onInput={(e) => resize(k, Number(e.currentTarget.value))} /></label>
          {k > 0 && (
            <label>{t.activation} <select value={names.value[k - 1]} onChange={(e) => {
              const chosen = e.currentTarget.value;
              names.value = names.value.map((old, i) => (i === k - 1 ? chosen : old));
            }}>{welcome.activations.map((a) => <option value={a}>{spaced(a)}</option>)}</select></label>
          )}
          {k > 0 && k < last && <button type="button" title={t.dropTitle} onClick={() => drop(k)}>{t.drop}</button>}
        </fieldset>
      ))}
      <div class="row">
        {sizes.value.length < 6 && <button type="button" onClick={add}>{t.addLayer}</button>}
        <label>{t.loss} <select value={loss.value} onChange={(e) => (loss.value = e.currentTarget.value)}>
          <option value="">{t.usual}</option>
          {welcome.losses.map((each) => <option value={each}>{spaced(each)}</option>)}
        </select></label>
        <button type="submit" class="strong">{t.make}</button>
        <button type="button" onClick={done}>{t.cancel}</button>
      </div>
      {refused.value && <p class="refused" role="alert">{refused.value}</p>}
    </form>
  );
}
