// The page within a notebook: an anywidget, whose model speaks with the kernel.
import { openByBrowser, saveByBrowser, type Host, type Message } from "./host";

export interface WidgetModel {
  send(content: unknown): void;
  on(event: string, handler: (...told: never[]) => void): void;
  off?(event: string, handler: (...told: never[]) => void): void;
  get(name: string): unknown;
}

/** Wishes and what is told travel as they are, a frame as a buffer beside {kind: "frame"}. */
export function widgetHost(model: WidgetModel): Host & { close(): void } {
  const handlers: ((message: Message) => void)[] = [];
  const hear = (content: object, buffers: DataView[] = []) => {
    const [view] = buffers;
    const message = view
      ? (view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer)
      : JSON.stringify(content);
    for (const handler of handlers) handler(message);
  };
  model.on("msg:custom", hear as (...told: never[]) => void);
  return {
    send: (text) => model.send(JSON.parse(text)),
    receive(handler) {
      handlers.push(handler);
      model.send({ id: null, do: "hello" });
    },
    lost: () => undefined,
    save: saveByBrowser,
    open: openByBrowser,
    place: null,
    opens: String(model.get("opens") ?? ""),
    close: () => model.off?.("msg:custom", hear as (...told: never[]) => void),
  };
}
