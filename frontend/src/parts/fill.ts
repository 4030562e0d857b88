// Text as a part of the page, under a policy that lets no style stand in it.

/** Fills `root`; what the text says of style is set by the script. */
export function fill(root: Element, text: string): void {
  root.innerHTML = text.replaceAll(/(<[^>]*?)\sstyle="/g, '$1 data-style="');
  for (const each of root.querySelectorAll<HTMLElement>("[data-style]")) {
    each.style.cssText = each.dataset["style"]!;
    delete each.dataset["style"];
  }
}
