/* Tools of articles and lists: wrapping code, sorting tables, filtering lists, changes since the last visit, copying. */

import { language } from "../catalogue.js";
import { gettext, ngettext } from "../messages.js";

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/* Makes explanations of an article's own abbreviations focusable by the Tab key, as links are. */
for (const each of all("article :not(.kb-term) > abbr[title]")) each.tabIndex = 0;

/* Code: adds a button that wraps long lines beside the copy button. */
for (const code of all("pre > code")) {
  const row = code.parentElement.querySelector(".md-code__nav");
  if (!row || code.scrollWidth <= code.clientWidth) continue;
  const button = make("button", { type: "button", class: "md-code__button kb-wrap", "aria-pressed": "false", title: gettext("Break long lines"), "aria-label": gettext("Break long lines") });
  button.addEventListener("click", () => {
    const wraps = code.classList.toggle("kb-wraps");
    button.setAttribute("aria-pressed", String(wraps));
  });
  row.append(button);
}

/* Tables: one that fits keeps its head below that of the page; one that doesn't, in its own frame. */
const fit = () => {
  for (const frame of all("article .md-typeset__scrollwrap")) frame.classList.toggle("kb-fits", frame.firstElementChild.offsetWidth <= frame.clientWidth);
};
addEventListener("resize", fit);
fit();

const collator = new Intl.Collator(language, { numeric: true });
const NUMBER = /^[\s\p{Sc}~≈<>≤≥±]*[-+−]?\d[\d.,\s']*/u;

/* The number at the start of a cell, with the language's separators of thousands and decimals; else null. */
function number(text) {
  const [written] = NUMBER.exec(text) ?? [];
  if (!written) return null;
  const decimal = new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === "decimal").value;
  const digits = [...written.replace("−", "-")].filter((each) => /[-\d]/.test(each) || each === decimal).join("").replace(decimal, ".");
  return digits && Number.isFinite(Number(digits)) ? Number(digits) : null;
}

for (const table of all("article table[data-sortable]")) {
  const heads = all("thead tr:last-child > *", table), body = table.tBodies[0];
  if (!body || all("[rowspan], [colspan]", table).length) continue;
  const rows = [...body.rows];
  heads.forEach((head, at) => {
    if (!head.textContent.trim()) return;
    const button = make("button", { type: "button", class: "kb-sort" }, ...head.childNodes);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const next = { "": "ascending", ascending: "descending", descending: "" }[head.getAttribute("aria-sort") ?? ""];
      for (const each of heads) each.removeAttribute("aria-sort");
      if (next) head.setAttribute("aria-sort", next);
      body.append(...(next ? sorted(rows, at, next === "descending") : rows));
    });
  });
}

function sorted(rows, at, descending) {
  const cells = rows.map((row) => [row, row.cells[at]?.textContent.trim() ?? ""]);
  const numbers = cells.map(([, text]) => number(text));
  const numeric = numbers.every((each, index) => each !== null || !cells[index][1]);
  const keyed = cells.map(([row, text], index) => ({ row, text, value: numbers[index] ?? -Infinity }));
  keyed.sort((one, other) => (numeric ? one.value - other.value : collator.compare(one.text, other.text)));
  return (descending ? keyed.reverse() : keyed).map(({ row }) => row);
}

/* Lists with a filter field: hides entries without the words, and groups without entries. */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const entriesOf = (list) => all(list.querySelector("[data-entry]") ? "[data-entry]" : ":scope > ul > li", list);
const groupsOf = (list) => (list.querySelector("[data-group]") ? all("[data-group]", list).map((group) => [group]) : all(":scope > h2", list).map((head) => [head, head.nextElementSibling]));

async function filter(field) {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  const titles = document.querySelector("#kb-listing [data-kb-all]:not([aria-current])");
  if (words.length && titles) await show(titles.href);
  const list = document.getElementById(field.dataset.kbFilter);
  let shown = 0;
  for (const node of entriesOf(list)) {
    const text = plain(node.textContent);
    node.hidden = !words.every((word) => text.includes(word));
    shown += Number(!node.hidden);
  }
  for (const [head, ...rest] of groupsOf(list)) {
    head.hidden = !all("li:not([hidden])", rest[0] ?? head).length;
    for (const each of rest) each.hidden = head.hidden;
  }
  field.closest("form").querySelector("[role=status]").textContent = words.length ? ngettext("%(count)s entry", "%(count)s entries", shown, { count: shown }) : "";
}
for (const field of all("[data-kb-filter]")) {
  field.closest("form").addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", () => filter(field));
}

/* Replaces the list by that of another page; a list of titles is loaded with all its pages. */
async function show(address) {
  const parts = [];
  for (let next = address; next; next = /\/page\/a-z\//.test(next) && parts.at(-1).querySelector("a[rel=next]")?.href) {
    const page = new DOMParser().parseFromString(await (await fetch(next)).text(), "text/html");
    if (page.querySelector(".kb-welcome")) throw new Error(next);  // the home page is no list
    const part = page.getElementById("kb-listing");
    for (const link of all("a[href]", part)) link.href = new URL(link.getAttribute("href"), next).href;
    parts.push(part);
  }
  const [first, ...rest] = parts;
  if (rest.length) first.querySelector(".kb-letters")?.remove();
  for (const part of rest) first.append(...all("[data-group]", part));
  if (rest.length) first.querySelector(".kb-pages")?.remove();
  document.getElementById("kb-listing").replaceWith(document.adoptNode(first));
  history.replaceState(history.state, "", address);
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#kb-listing :is(.kb-orders, .kb-pages) a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button || document.querySelector(".kb-welcome")) return;
  event.preventDefault();
  show(link.href).then(() => {
    const list = document.getElementById("kb-listing");
    if (list.getBoundingClientRect().top < 0) list.scrollIntoView();
    list.querySelector("[aria-current]")?.focus();
  }).catch(() => location.assign(link.href));
});

/* Marks what is new or changed since the last visit, whose time only this browser stores. */
const HERE = `kb-visit ${new URL("../../", import.meta.url).pathname}`;
const before = (() => {
  try {
    if (sessionStorage.getItem(HERE) === null) {
      sessionStorage.setItem(HERE, localStorage.getItem(HERE) ?? "");
      localStorage.setItem(HERE, new Date().toISOString());
    }
    return sessionStorage.getItem(HERE);
  } catch { return ""; }
})();
if (before) {
  const day = before.slice(0, 10);
  const times = all("ol > li time[datetime]", document.querySelector("article")).filter((time) => {
    const written = time.getAttribute("datetime");
    return written.slice(0, 10) > day || (written.slice(0, 10) === day && (/T00:00:00/.test(written) || new Date(written) > new Date(before)));
  });
  for (const time of times) time.closest("li").classList.add("kb-since");
  const head = document.getElementById("newest");
  if (head && times.length) head.append(" ", make("span", { class: "kb-count" }, ngettext("%(count)s since you were here", "%(count)s since you were here", times.length, { count: times.length })));
}

/* Contents above an article, which stay in sight: name the part that is being read, and fold when one is chosen. */
const contents = document.querySelector(".kb-contents");
if (contents) {
  const part = contents.querySelector(".kb-contents__part");
  const links = all("a", contents).map((link) => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))]);
  const name = () => {
    const end = contents.firstElementChild.getBoundingClientRect().bottom + 40;
    const [link] = links.findLast(([, head]) => head?.getBoundingClientRect().top < end) ?? [];
    part.textContent = link?.textContent ?? "";
  };
  let waits = false;
  addEventListener("scroll", () => {
    if (waits || !contents.offsetHeight) return;
    waits = true;
    requestAnimationFrame(() => { waits = false; name(); });
  }, { passive: true });
  contents.addEventListener("click", (event) => { if (event.target.closest("a")) contents.open = false; });
  name();
}

/* Adds buttons below an article. */
const done = (button) => {
  const words = button.textContent;
  button.textContent = gettext("Copied");
  setTimeout(() => { button.textContent = words; }, 2000);
};
const act = {
  async markdown(button) {
    const answer = await fetch(document.querySelector("link[rel~=alternate][type='text/markdown']").href);
    await navigator.clipboard.writeText(await answer.text());
    done(button);
  },
  async print() {
    const { printTopic } = await import("./topic.js");
    await printTopic();
  },
  async share(button) {
    const url = document.querySelector("link[rel=canonical]")?.href ?? location.href;
    if (navigator.share) return navigator.share({ title: document.title, url }).catch(() => {});
    await navigator.clipboard.writeText(url);
    done(button);
  },
};
for (const button of all("[data-kb-do]")) {
  button.addEventListener("click", () => act[button.dataset.kbDo](button).catch(() => { button.textContent = gettext("That did not work"); }));
}
