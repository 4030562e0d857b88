// What scrolls sideways can be scrolled by keyboard too; what does not stays out of Tab's way.
function reachable() {
  for (const box of document.querySelectorAll("article pre, article .table-wrapper, div.math")) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("load", reachable);
addEventListener("resize", reachable);
document.fonts.ready.then(reachable);

// On paper nothing can be unfolded: hints and solutions are printed open.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});
