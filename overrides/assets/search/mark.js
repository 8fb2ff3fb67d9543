/* Marks the words of a search on the page that a result led to, without changing the page (CSS Custom Highlight API). */

import { all, runs, terms } from "./tokens.js";

const MOST = 2000;  // most places that are marked

/* Marks all occurrences of the terms in the text of the article. Does nothing in browsers without the API. */
export function mark(wanted) {
  const text = document.querySelector("article");
  if (!text || !globalThis.Highlight) return;
  const found = new Set(wanted), ranges = [];
  const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode() && ranges.length < MOST) {
    for (const run of runs(nodes.currentNode.data)) {
      if (!all(terms(run.text)).some((term) => found.has(term))) continue;
      const range = new Range();
      range.setStart(nodes.currentNode, run.at);
      range.setEnd(nodes.currentNode, run.at + run.text.length);
      ranges.push(range);
    }
  }
  CSS.highlights.set("kb-found", new Highlight(...ranges));
}
