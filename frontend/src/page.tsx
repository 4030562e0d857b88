// The one module: a page of `glassnet play`, or a widget of a notebook.
import { render } from "preact";
import { App, Page } from "./app";
import { recordHost } from "./host/record";
import { socketHost } from "./host/socket";
import { followWidth } from "./parts/screen";
import { widgetHost, type WidgetModel } from "./host/widget";
import type { Host } from "./host/host";
import "@templates/base.css";
import "@templates/walk.css";
import "uplot/dist/uPlot.min.css";
import "./style/studio.css";
import "./style/worked.css";
import "./style/play.css";
import "./style/others.css";

function show(host: Host, root: HTMLElement): () => void {
  render(<Page app={new App(host, root)} />, root);
  const end = followWidth(root);
  return () => {
    end();
    render(null, root);
  };
}

/** In a notebook it stands in a shadow, so that neither style touches the other's. */
function renderWidget({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const shadow = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = String(model.get("_css") ?? "");
  const root = document.createElement("div");
  root.className = "widget";
  shadow.replaceChildren(style, root);
  const host = widgetHost(model);
  const end = show(host, root);
  return () => {
    host.close();
    end();
  };
}

const root = document.getElementById("studio");
if (root && !root.hasChildNodes()) {
  const records = document.getElementById("studio-records");
  show(records ? recordHost(JSON.parse(records.textContent ?? "{}")) : socketHost(), root);
}

export default { render: renderWidget };
