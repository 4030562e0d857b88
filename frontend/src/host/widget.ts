// The page within a notebook: an anywidget, whose model speaks with the kernel.
import { openByBrowser, saveByBrowser, type Host, type Message } from "./host";

export interface WidgetModel {
  send(content: unknown): void;
  on(event: string, handler: (...told: never[]) => void): void;
  off?(event: string, handler: (...told: never[]) => void): void;
  get(name: string): unknown;
}

/** Texts travel as {text}, frames as a buffer beside {frame: true}. */
export function widgetHost(model: WidgetModel): Host & { close(): void } {
  const handlers: ((message: Message) => void)[] = [];
  const hear = (content: { text?: string }, buffers: DataView[] = []) => {
    const [view] = buffers;
    const message = view
      ? (view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer)
      : content.text;
    if (message !== undefined) for (const handler of handlers) handler(message);
  };
  model.on("msg:custom", hear as (...told: never[]) => void);
  return {
    send: (text) => model.send({ text }),
    receive(handler) {
      handlers.push(handler);
      model.send({ text: JSON.stringify({ id: null, do: "hello" }) });
    },
    lost: () => undefined,
    save: saveByBrowser,
    open: openByBrowser,
    place: null,
    close: () => model.off?.("msg:custom", hear as (...told: never[]) => void),
  };
}
