// The state in the address: base64url of JSON, without token and without anyone's own data.

export interface Shared {
  scene: string;
  open?: object;
}

export function packed(shared: Shared): string {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  const text = Array.from(bytes, (b) => String.fromCharCode(b)).join("");
  return `s=${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** What an address tells; null where it tells nothing that can be read. */
export function unpacked(fragment: string): Shared | null {
  const found = /^s=([\w-]+)$/.exec(fragment);
  if (!found) return null;
  try {
    const text = atob(found[1]!.replaceAll("-", "+").replaceAll("_", "/"));
    const told = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0))));
    return typeof told?.scene === "string" ? told : null;
  } catch {
    return null;
  }
}
