/* Draws the diagrams of a page with Mermaid, in the colours of the page. What it can't read stays as the author wrote it.

Material would ask another host for Mermaid where it sees `pre.mermaid`: none is left when it looks, as soon as the page is there. Mermaid is
asked for once all else is shown. */

import { gettext } from "./messages.js";

const diagrams = [...document.querySelectorAll("pre.mermaid")].map((written) => {
  const source = written.textContent;
  const plain = Object.assign(document.createElement("pre"), { textContent: source });
  const frame = Object.assign(document.createElement("div"), { className: "kb-diagram" });
  frame.append(plain);
  written.replaceWith(frame);
  return { frame, source };
});

const named = (svg) => {
  if (!svg.hasAttribute("aria-labelledby") && !svg.hasAttribute("aria-label")) svg.setAttribute("aria-label", gettext("Diagram"));
};

const draw = async () => {
  const { default: mermaid } = await import("./vendor/mermaid/mermaid.esm.min.mjs");
  const dark = document.body.dataset.mdColorScheme === "slate";
  const fontFamily = getComputedStyle(document.body).fontFamily;
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, theme: dark ? "dark" : "default", fontFamily });
  for (const [number, { frame, source }] of diagrams.entries()) {
    const { svg } = await mermaid.render(`kb-diagram-${number}`, source).catch(() => ({}));
    if (!svg) continue;
    frame.innerHTML = svg;
    named(frame.firstElementChild);
  }
};

const shown = new Promise((done) => addEventListener("load", () => setTimeout(done), { once: true }));
let drawing = shown.then(draw);
new MutationObserver(() => { drawing = drawing.then(draw); }).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
