// Where in the worked example the mistake shows: its first wrong number, on the drawing.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { App } from "../../app";
import type { CheckReport, Worked } from "../../messages";
import { words } from "../../words";
import { Passed } from "../model/passed";

const ADDRESS = /^((?:(?:z|a|delta|db|new\.b)[12]\[[01]\]|(?:dW|new\.W)[12]\[[01],[01]\]|loss))(?:@\d+)?$/;

export function Spot({ app, report }: { app: App; report: CheckReport }) {
  const told = useSignal<Worked | null>(null);
  const at = ADDRESS.exec(report.wrong?.quantity ?? "")?.[1] ?? "";
  useEffect(() => {
    if (!at || told.peek()) return;
    const [example] = Object.keys(app.talk.welcome.peek()!.examples);
    const ask = async () => {
      told.value = await app.talk.ask<Worked>("worked.open", { example });
      await app.worked.reopen(); // the other scene's own example is there again
    };
    void ask().catch(() => undefined);
  }, [at]);
  if (!at || !told.value) return null;
  return (
    <section class="panel" aria-label={words.code.spot}>
      <h3>{words.code.spot}</h3>
      <p class="note">{words.code.spotSays(at)}</p>
      <Passed app={app} record={told.value.record} at={at} />
    </section>
  );
}
