// What the screen is like, as signals that follow it.
import { signal } from "@preact/signals";

function matching(query: string) {
  const found = matchMedia(query);
  const told = signal(found.matches);
  found.addEventListener("change", () => (told.value = found.matches));
  return told;
}

/** How wide the page is, which in a notebook is a part of the screen. */
export const narrow = signal(false);
export const slim = signal(false);
export const stacked = signal(false);
export const middling = signal(false);

export function followWidth(root: HTMLElement): () => void {
  const observer = new ResizeObserver(() => {
    narrow.value = root.clientWidth <= 640;
    slim.value = root.clientWidth <= 760;
    stacked.value = root.clientWidth <= 900;
    middling.value = !slim.value && root.clientWidth <= 1180;
  });
  observer.observe(root);
  return () => observer.disconnect();
}

export const still = matching("(prefers-reduced-motion: reduce)");
export const night = matching("(prefers-color-scheme: dark)");
