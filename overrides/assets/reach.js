/* Opens the search (by a key, a field, or a link with ?q=) and the drawer on every page. The search is loaded only when it is opened. */

let loading;  // one promise for all: several imports of one module may be answered in any order, and letters must not
const load = () => (loading ??= import("./search.js").catch((error) => { loading = undefined; throw error; }));
const open = (question) => load().then((search) => search.open(question));
const writing = (node) => node.isContentEditable || /^(input|textarea|select)$/i.test(node.tagName);
const first = document.querySelector("[data-kb-first] input");

document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
  const plain = !held && !writing(event.target);
  if (event.defaultPrevented || document.querySelector("dialog[open]") || drawer?.checked) return;
  if (command || (plain && (event.key === "/" || (event.key === "s" && !first)))) {
    event.preventDefault();
    open();
  } else if (plain && first && /^\S$/u.test(event.key)) first.focus({ preventScroll: true });  // the letter goes where the focus is
});

for (const form of document.querySelectorAll("[data-kb-search]")) {
  const field = form.querySelector("input");
  for (const reach of ["pointerenter", "focusin"]) form.addEventListener(reach, load, { once: true });
  form.addEventListener("submit", (event) => { event.preventDefault(); open(field?.value); });
  form.querySelector("[data-kb-open]")?.addEventListener("click", () => open());
  field?.addEventListener("input", () => open(field.value).then(() => { field.value = ""; }));
}

const asked = new URLSearchParams(location.search).get("q");
if (asked) open(asked);

/* Marks the words of the search that led to this page. */
const found = (() => { try { return JSON.parse(sessionStorage.getItem("kb-found-words")); } catch { return null; } })();
if (found) {
  sessionStorage.removeItem("kb-found-words");
  if (found.path === location.pathname) import("./search/mark.js").then(({ mark }) => mark(found.words));
}

const lost = document.querySelector("[data-kb-lost] input");
if (lost) {
  const site = new URL("../", import.meta.url).pathname;
  const path = location.pathname.startsWith(site) ? location.pathname.slice(site.length) : location.pathname;
  const text = (() => { try { return decodeURIComponent(path); } catch { return path; } })();
  lost.value = text.replace(/(index)?\.html?$/, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(" ");
}

/* Loads the scripts of an article: sortable tables and the like at once, explanations of terms and enlarged images when one is opened. */

const TERM = "article :is(.kb-term, .citation a, .footnote-ref, :not(.kb-term) > abbr)";
const LINK = "article :is(p, li, dd, td, em, strong) > a[href]:not(.headerlink, .md-button, .md-tag, .kb-figure, .footnote-backref, .citation-back)";
const ELSEWHERE = "nav, .kb-below, .kb-source, .kb-feed, .kb-card, .kb-list";  // lists whose links need no preview
const explained = (node) => {
  const link = node instanceof Element && node.closest(`${TERM}, ${LINK}`);
  return link && !link.closest(ELSEWHERE) ? link : null;
};
const explain = (event) => {
  const link = explained(event.target);
  if (link) import("./reading/explain.js").then((module) => module.reached(link, event.type));
};
let tapped = false;  // whether the last press was a touch
addEventListener("pointerdown", (event) => { tapped = event.pointerType === "touch"; }, { passive: true });
for (const type of ["mouseover", "focusin"]) document.addEventListener(type, (event) => { if (!tapped) explain(event); });
document.addEventListener("click", (event) => {
  const picture = event.target instanceof Element && event.target.closest("a.kb-figure");
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (picture) {
    event.preventDefault();
    import("./reading/enlarge.js").then(({ enlarge }) => enlarge(picture)).catch(() => location.assign(picture.href));
  } else if (tapped && explained(event.target)) {
    event.preventDefault();
    const link = explained(event.target);
    import("./reading/explain.js").then((module) => module.tapped(link)).catch(() => link.href && location.assign(link.href));
  }
});
if (document.querySelector("article")) addEventListener("load", () => import("./reading/tools.js"), { once: true });

/* The drawer: a button opens it, Escape closes it, and while it is open, nothing behind it can be focused. */

const drawer = document.getElementById("__drawer");
const [menu, close] = document.querySelectorAll("[data-kb-menu]");
for (const button of [menu, close]) button?.addEventListener("click", () => drawer.click());
drawer?.addEventListener("change", () => {
  menu.setAttribute("aria-expanded", String(drawer.checked));
  for (const part of document.querySelectorAll(".md-header, .md-content, .md-sidebar--secondary, .md-footer")) part.inert = drawer.checked;
  (drawer.checked ? close : menu).focus();
});
const shut = () => { if (drawer?.checked) drawer.click(); };
document.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); });
matchMedia("(min-width: 76.25em)").addEventListener("change", shut);  // a wide window has the sidebar instead

/* Lets arrow keys scroll what is too wide: the theme does so for code only, and only with a mouse. Names the theme's buttons beside code, which are landmarks. */

const nameAll = (selector, name) => document.querySelectorAll(selector).forEach((part, at) => part.setAttribute("aria-label", name(at + 1)));
const reachable = () => {
  for (const part of document.querySelectorAll(".md-typeset pre > code, .md-typeset__scrollwrap")) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
  }
  const groups = document.querySelectorAll(".md-code__nav:not([aria-label])");
  if (groups.length) import("./messages.js").then(({ gettext }) => nameAll(".md-code__nav", (number) => gettext("Code %(number)s", { number })));
};
for (const event of ["load", "resize", "change"]) addEventListener(event, reachable);
for (const text of document.querySelectorAll("article")) new MutationObserver(reachable).observe(text, { childList: true, subtree: true });
