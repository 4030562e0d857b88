// What the page asks of the place that it stands in, be that a server, a notebook or a file.

export type Message = string | ArrayBuffer;

export interface Host {
  /** A wish, as JSON. */
  send(text: string): void;
  /** Whoever is to hear what comes back. */
  receive(handler: (message: Message) => void): void;
  /** Told when nobody answers any more, with a sentence why. */
  lost(handler: (sentence: string) => void): void;
  save(name: string, content: string | Uint8Array, type: string): void;
  open(accept: string): Promise<File | null>;
  /** The part of the address that says what is shown; a notebook has none. */
  readonly place: Place | null;
  /** The scene that somebody's own network was put in; "" where there is none. */
  readonly opens: string;
}

export interface Place {
  read(): string;
  write(fragment: string): void;
}

export function saveByBrowser(name: string, content: string | Uint8Array, type: string): void {
  const address = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function openByBrowser(accept: string): Promise<File | null> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  return new Promise((done) => {
    input.onchange = () => done(input.files?.[0] ?? null);
    input.oncancel = () => done(null);
    input.click();
  });
}
