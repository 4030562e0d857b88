// The state in the address: base64url of JSON, without token and without anyone's own data.

export interface Shared {
  scene: string;
  open?: object;
}

export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let k = 0; k < bytes.length; k += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(k, k + 0x8000)));
  return btoa(parts.join(""));
}

export function packed(shared: Shared): string {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  return `s=${base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
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
