// A page without a server: it answers from records that stand in it, and refuses all else.
import { openByBrowser, saveByBrowser, type Host, type Message } from "./host";
import { words } from "../words";

/** `records` has an answer by what was asked for, as {"worked.open": {...}}, and the welcome. */
export function recordHost(records: Record<string, object>): Host {
  const handlers: ((message: Message) => void)[] = [];
  const tell = (message: object) => {
    for (const handler of handlers) handler(JSON.stringify(message));
  };
  return {
    send(text) {
      const { id, do: wanted } = JSON.parse(text) as { id: number; do: string };
      const found = records[wanted] ?? { kind: "refused", sentence: words.app.replayed };
      queueMicrotask(() => tell({ ...found, id }));
    },
    receive(handler) {
      handlers.push(handler);
      queueMicrotask(() => tell({ ...records["welcome"], id: null }));
    },
    lost: () => undefined,
    save: saveByBrowser,
    open: openByBrowser,
    place: null,
    opens: "",
  };
}
