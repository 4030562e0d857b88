// The page, built into the Python package: page.js, page.css, index.html and icon.svg; and, in the
// mode "replay", what the book's pages show of it: replay.js, a script that stands by itself.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const views = here("../src/glassnet/views");

/** The colours of every picture stand once, in colours.py; here they are read from it. */
function palette(): Plugin {
  const text = readFileSync(`${views}/colours.py`, "utf8");
  const single = [...text.matchAll(/^([A-Z]+) = "(#\w+)"/gm)].map(([, name, hex]) => [name!, [hex!]]);
  const colours = new Map<string, string[]>(single as [string, string[]][]);
  for (const [, name, list] of text.matchAll(/^([A-Z]+) = \(([^)]*?)\)/gm)) {
    const found = [...list!.matchAll(/"(#\w+)"|\b([A-Z]+)\b/g)];
    const hexes = found.flatMap(([, hex, other]) => hex ?? colours.get(other!)?.[0] ?? []);
    if (hexes.length) colours.set(name!, hexes);
  }
  return {
    name: "palette",
    enforce: "pre",
    transform(code, id) {
      if (id.endsWith("/palette.ts")) {
        return code.replace("__COLOURS__", JSON.stringify(Object.fromEntries(colours)));
      }
      const [file = ""] = id.split("?");
      if (!file.endsWith(".css")) return undefined;
      // in a notebook the page is narrower than the window
      const sized = code.replaceAll(/@media (?=\((?:max|min)-width)/g, "@container ").replaceAll("100vw", "100cqi");
      if (!id.startsWith(views)) return sized;
      return sized
        .replace(/\{\{ colours\.(\w+)(?:\[(\d)\])? \}\}/g, (_, name, n) => colours.get(name)![n ?? 0]!)
        .replaceAll(":root", ":is(:root, :host)")
        .replace(/(^|\n)(\.framed )?body /g, "$1$2:is(body, .studio-body) ");
    },
  };
}

const PAGE = { input: here("src/page.tsx"), format: "es", entryFileNames: "page.js" } as const;
const REPLAY = { input: here("src/replay.tsx"), format: "iife", entryFileNames: "replay.js" } as const;

export default defineConfig(({ mode }) => ({
  plugins: [palette()],
  base: "./",
  resolve: { alias: { "@templates": `${views}/templates` } },
  server: { fs: { allow: [here("."), views] } },
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    outDir: here("../src/glassnet/studio/page"),
    emptyOutDir: mode !== "replay",
    copyPublicDir: mode !== "replay",
    cssCodeSplit: false,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: true,
    rollupOptions: bundled(mode === "replay" ? REPLAY : PAGE),
  },
}));

function bundled({ input, ...output }: typeof PAGE | typeof REPLAY) {
  return {
    input,
    preserveEntrySignatures: output.format === "es" ? ("strict" as const) : (false as const),
    output: { ...output, assetFileNames: "page.[ext]", inlineDynamicImports: true },
  };
}
