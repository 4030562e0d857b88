// How the training goes, in a sentence beneath its buttons: what holds it up, and what would help.
import { brief } from "@templates/walk/text.js";
import { count, percent } from "../../parts/format";
import { words } from "../../words";
import { told } from "./panels";
import type { PlayState } from "./state";

const t = words.play;
const GOOD = 0.9; // a share of right answers with which little is left to gain

export function Going({ s }: { s: PlayState }) {
  const head = s.calm[0].value?.head;
  const step = Number(head?.["step"] ?? 0);
  const ended = String(head?.["ended"] ?? "");
  const found = s.ailing.value;
  const all = found?.findings.filter((f) => f.name !== "healthy") ?? [];
  const first = all.find((f) => f.severity !== "note") ?? all[0];
  const remedy = first && found!.remedies[first.name];
  const more = (event: MouseEvent) =>
    (event.currentTarget as HTMLElement).closest(".play")!.querySelector(".findings")!.scrollIntoView({ block: "start" });
  return (
    <div class={`going ${ended || first?.severity === "severe" ? "severe" : first?.severity === "warning" ? "warning" : ""}`} data-tour="going">
      <button type="button" id="ask-why" title={t.askWhyTitle} disabled={s.looking.value || step < 2} onClick={() => void s.look()}>{t.askWhy}</button>
      <div role="status" id="going">
        {ended && <p>{t.ended(ended)}</p>}
        {s.looking.value ? <p>{t.looking}</p> : !found ? <p class="note">{ended ? "" : !step ? t.notYet : s.running.value ? t.learnsNow : t.restsAt(count(step))}</p>
          : first ? <p><b>{first.severity === "note" ? t.onlyNote(first.name) : t.hinders(first.name)}</b> {t.plainly[first.name] ?? first.advice}</p>
          : <p><b>{well(s, found.flat)}</b></p>}
      </div>
      {first && (
        <div class="row">
          {remedy && <button type="button" class="strong remedy" title={t.remedyTitle} onClick={() => void s.remedy(first.name, told(remedy))}>{t.remedy(told(remedy))}</button>}
          <button type="button" class="plain" title={t.allTitle} onClick={more}>{t.all(all.length)}</button>
        </div>
      )}
    </div>
  );
}

function well(s: PlayState, flat: boolean): string {
  const isClass = s.ground.value!.labels > 0;
  const now = isClass ? percent(s.reading) : brief(s.reading);
  const what = isClass ? t.right : t.testOf;
  return isClass && s.reading >= GOOD ? t.wellAt(what, now) : flat ? t.flat(what, now) : t.wellSoFar(what, now);
}
