/* Draws the mathematics of a page with KaTeX. What it can't read, and all of it without JavaScript, stays as the author wrote it. */

const SAFE = { trust: false, strict: "ignore", maxSize: 50, maxExpand: 1000 };

const entries = [...document.querySelectorAll(".md-nav--secondary a")];
for (const heading of document.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)[id]:has(.arithmatex)")) {
  const words = [...heading.cloneNode(true).childNodes].filter((each) => !each.matches?.(".headerlink"));
  entries.find((each) => decodeURIComponent(each.hash) === `#${heading.id}`)?.querySelector(".md-ellipsis")?.replaceChildren(...words);
}

for (const formula of document.querySelectorAll(".arithmatex")) {
  const text = formula.textContent.trim();
  const drawn = document.createElement("span");
  try {
    katex.render(text.slice(2, -2), drawn, { ...SAFE, displayMode: text.startsWith("\\[") });
  } catch {
    continue;
  }
  formula.replaceChildren(...drawn.childNodes);
  if (formula.matches("div") && formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
}
