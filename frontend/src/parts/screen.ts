// What the screen is like, as signals that follow it.
import { signal } from "@preact/signals";

function matching(query: string) {
  const found = matchMedia(query);
  const told = signal(found.matches);
  found.addEventListener("change", () => (told.value = found.matches));
  return told;
}

export const narrow = matching("(max-width: 640px)");
export const still = matching("(prefers-reduced-motion: reduce)");
export const night = matching("(prefers-color-scheme: dark)");
