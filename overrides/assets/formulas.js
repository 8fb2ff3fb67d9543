/* Draws the mathematics of a page with KaTeX. What it can't read, and all of it without JavaScript, stays as the author wrote it. */

const SAFE = { trust: false, strict: "ignore", maxSize: 50, maxExpand: 1000 };

for (const formula of document.querySelectorAll(".arithmatex")) {
  const text = formula.textContent.trim();
  const drawn = document.createElement("span");
  try {
    katex.render(text.slice(2, -2), drawn, { ...SAFE, displayMode: text.startsWith("\\[") });
  } catch {
    continue;
  }
  formula.replaceChildren(...drawn.childNodes);
  if (formula.scrollWidth > formula.clientWidth && formula.tagName === "DIV") formula.tabIndex = 0;
}
