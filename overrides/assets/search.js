/* The search dialog, loaded when it is first opened; search/find.js answers questions. */

import { gettext, gettextParts, localDate, ngettext } from "./messages.js";
import { choices, find, prepare } from "./search/find.js";
import "./search/tokens.js";

const site = new URL("../", import.meta.url);

const SHOWN = 8;
const RECENT = "kb-recent-searches";
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  node.append(...children.filter((child) => child !== null));
  return node;
};
const marked = (texts) => texts.map((text, at) => (at % 2 === 0 ? text : make("mark", {}, text)));
const articles = (count) => ngettext("%(count)s article", "%(count)s articles", count, { count });

const LABELS = { topic: gettext("Topic"), tag: gettext("Tag"), year: gettext("Year"), language: gettext("Language") };
const WITHIN = { topic: gettext("topic"), tag: gettext("tag"), year: gettext("year"), language: gettext("language") };  // within a sentence
const SORTS = [["", gettext("Best match")], ["newest", gettext("Newest first")], ["oldest", gettext("Oldest first")]];
const FOUND = "kb-found-words";  // session storage key: the words to mark on the page of a result

const recent = {
  read() { try { return JSON.parse(localStorage.getItem(RECENT)) ?? []; } catch { return []; } },
  write(list) { try { localStorage.setItem(RECENT, JSON.stringify(list)); } catch { /* private mode */ } },
  add(question) { const text = question.trim(); if (text) this.write([text, ...this.read().filter((each) => each !== text)].slice(0, 6)); },
};

let view;

/* Opens the dialog, with a question or empty. */
export function open(question = "") {
  view ??= build();
  if (!view.dialog.open) view.dialog.showModal();
  if (question) view.input.value = question;
  view.input.focus();
  if (!question) view.input.select();
  prepare().catch(() => {});
  return ask();
}

function build() {
  const input = make("input", {
    type: "search", class: "kb-search__input", role: "combobox", "aria-label": gettext("Search"), "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": "kb-search-results", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", placeholder: gettext("Search"),
  });
  const close = make("button", { type: "button", class: "kb-search__close" }, gettext("Close"));
  const filters = make("details", { class: "kb-search__filters", hidden: true }, make("summary", {}, gettext("Filter and sort")));
  const status = make("div", { class: "kb-search__status", role: "status" });
  const list = make("div", { id: "kb-search-results", class: "kb-search__list", role: "listbox", "aria-label": gettext("Results") });
  const after = make("div", { class: "kb-search__after" });
  const keys = make("p", { class: "kb-search__keys" });
  for (const [key, what] of [["↑ ↓", gettext("choose")], ["Enter", gettext("open")], ["Esc", gettext("close")]]) keys.append(make("kbd", {}, key), ` ${what} `);
  const body = make("div", { class: "kb-search__body" }, filters, status, list, after);
  const bar = make("div", { class: "kb-search__bar", role: "search" }, input, close);
  const dialog = make("dialog", { class: "kb-search", "aria-label": gettext("Search") }, bar, body, keys);
  document.body.append(dialog);
  const made = { dialog, input, filters, status, list, after, ...addressed(), hits: [], literal: false, asked: 0, count: SHOWN };
  input.addEventListener("input", () => { made.literal = false; made.count = SHOWN; soon(); });
  input.addEventListener("keydown", steer);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => remember(""));
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); dialog.close(); });
  body.addEventListener("click", follow);
  filters.addEventListener("toggle", () => { if (filters.open) offer(); });
  return made;
}

let waiting;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 90);
}

/* Shows the answer to the question in the field; an outdated answer is not shown. */
async function ask() {
  clearTimeout(waiting);
  const turn = ++view.asked;
  const question = view.input.value.trim();
  remember(question);
  if (!question) return rest();
  try {
    const answer = await find(question, { chosen: view.chosen, sort: view.sort, literal: view.literal, address: lost(question), count: view.count });
    if (turn === view.asked) show(question, answer);
  } catch (error) {
    if (turn === view.asked) fail(error);
  }
}

/* Whether the question was made from the URL of a missing page. */
function lost(question) {
  const named = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const decoded = () => { try { return decodeURIComponent(location.pathname); } catch { return location.pathname; } };
  if (!document.querySelector("[data-kb-lost]")) return false;
  const there = new Set(named(decoded()));
  return named(question).every((word) => there.has(word));
}

/* Shows recent searches and links to indexes, while the field is empty. */
function rest() {
  view.filters.hidden = true;
  view.status.replaceChildren();
  const before = recent.read();
  const options = before.map((text) => option(make("a", { href: link(text), class: "kb-search__recent", "data-ask": text }, text)));
  const group = options.length ? [make("div", { role: "group", "aria-label": gettext("Recent searches") }, ...options)] : [];
  fill(group);
  const forget = options.length ? button(gettext("Forget recent searches"), "forget") : null;
  view.after.replaceChildren(...[forget, ...elsewhere()].filter(Boolean));
}

function show(question, answer) {
  const pages = answer.first;
  const some = answer.total > 0;
  const narrowed = Object.values(view.chosen).some(Boolean);
  view.hits = answer.hits;
  if (view.filters.open || narrowed || view.sort) offer();
  view.filters.hidden = !some && !narrowed;
  const lines = [];
  if (answer.corrections.length) {
    const elements = { shown: make("strong", {}, answer.shown), question: button(question, "literal") };
    lines.push(make("p", {}, ...gettextParts("Showing results for %(shown)s; search instead for %(question)s", elements)));
  }
  if (narrowed) lines.push(make("p", {}, gettext("Only: %(filters)s", { filters: Object.entries(view.chosen).filter(([, value]) => value).map(([name, value]) => filter(name, value)).join(", ") })));
  if (some && answer.left.length) lines.push(make("p", {}, `${gettext("No article has all these words. Left out:")} `, ...listed(answer.left)));
  lines.push(make("p", {}, some ? counted(answer) : gettext("Nothing found for “%(question)s”", { question })));
  view.status.replaceChildren(...lines);
  fill(pages.map(result));
  const next = answer.offers.map((word) => make("a", { href: link(word), "data-ask": word }, gettext("Did you mean “%(word)s”?", { word })));
  if (pages.length < answer.total) next.push(button(gettext("Show more of %(total)s", { total: answer.total }), "more"));
  for (const [name, value, count] of answer.otherwise) next.push(button(gettext("Without %(filter)s: %(articles)s", { filter: filter(name, value), articles: articles(count) }), "drop", name));
  if (!some && narrowed) next.push(button(gettext("Search without filters: %(articles)s", { articles: articles(answer.hits.length) }), "clear"));
  if (!some && answer.left.length > 1) for (const word of answer.left.slice(0, 4)) next.push(make("a", { href: link(word), "data-ask": word }, gettext("Search for %(word)s", { word })));
  if (some) next.push(make("a", { href: link(question) }, gettext("Link to this search")));
  if (!some || pages.length === answer.total) next.push(...elsewhere());
  view.after.replaceChildren(...next);
}

const counted = ({ total, open }) => (open ? ngettext("%(count)s article or more", "%(count)s articles or more", total, { count: total }) : articles(total));
const filter = (name, value) => `${WITHIN[name]} ${value}`;
const listed = (list) => list.flatMap((word, at) => [at ? ", " : "", make("s", {}, word)]);

function fail(error) {
  console.warn("search:", error);
  view.status.replaceChildren(make("p", {}, `${gettext("The search is not there yet.")} `, button(gettext("Try again"), "again")));
  fill([]);
  view.after.replaceChildren(...elsewhere());
}

function result(page) {
  const facts = [page.topic, page.date && localDate(page.date)].filter(Boolean).join(" · ");
  const found = page.words.join(" ");
  const head = option(make("a", { href: page.url, class: "kb-search__page", lang: page.language, "data-words": found },
    make("span", { class: "kb-search__title" }, ...marked(page.heading)),
    facts ? make("span", { class: "kb-search__facts" }, facts) : null,
    page.excerpt.length === 0 ? null : make("span", { class: "kb-search__text" }, ...marked(page.excerpt)),
    page.without.length ? make("span", { class: "kb-search__facts" }, `${gettext("Without:")} `, ...listed(page.without)) : null));
  const sections = page.sections.map((section) => option(make("a", { href: section.url, class: "kb-search__section", lang: page.language, "data-words": found },
    make("span", { class: "kb-search__title" }, ...marked(section.title)),
    make("span", { class: "kb-search__text" }, ...marked(section.excerpt)))));
  return make("div", { role: "group", "aria-label": page.title, class: "kb-search__result" }, head, ...sections);
}

function elsewhere() {
  return [make("a", { href: site.href }, gettext("All topics")), make("a", { href: new URL("tags/", site).href }, gettext("All tags"))];
}

const link = (question) => `?${new URLSearchParams(Object.entries({ q: question, ...view.chosen, sort: view.sort }).filter(([, value]) => value)).toString().replaceAll("+", "%20")}`;
const button = (text, what, name = null) => make("button", { type: "button", "data-do": what, "data-name": name }, text);

function option(node) {
  node.setAttribute("role", "option");
  node.setAttribute("tabindex", "-1");
  node.setAttribute("aria-selected", "false");
  return node;
}

function fill(children) {
  view.list.replaceChildren(...children);
  view.list.hidden = !children.length;
  options().forEach((node, at) => { node.id = `kb-search-${at}`; });
  view.input.setAttribute("aria-expanded", String(children.length > 0));
  select(-1);
}

const options = () => [...view.list.querySelectorAll("[role=option]")];

function select(at) {
  const all = options();
  view.at = all.length ? at : -1;
  all.forEach((node, index) => node.setAttribute("aria-selected", String(index === at)));
  if (at >= 0 && all[at]) {
    view.input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  } else view.input.removeAttribute("aria-activedescendant");
}

function steer(event) {
  const count = options().length;
  if (event.key === "Escape" && !event.isComposing) {
    event.preventDefault();
    view.dialog.close();
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const from = view.at + (event.key === "ArrowDown" ? 1 : -1);
    if (count) select(from < -1 ? count - 1 : from >= count ? -1 : from);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    const chosen = options()[Math.max(view.at, 0)];
    if (chosen) chosen.click();
  }
}

function follow(event) {
  const target = event.target.closest("a, button");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (target.dataset.ask !== undefined) {
    event.preventDefault();
    view.input.value = target.dataset.ask;
    view.input.focus();
    ask();
  } else if (target.dataset.do) act(target.dataset.do, target.dataset.name);
  else if (target.matches("[role=option]")) {
    recent.add(view.input.value);
    const to = new URL(target.href);
    const here = to.pathname === location.pathname && to.hash;
    if (here) {
      view.dialog.close();
      import("./search/mark.js").then(({ mark }) => mark(target.dataset.words.split(" ")));
    } else keepWords(to.pathname, target.dataset.words);
  }
}

/* Stores the words to mark on the page of a result. */
function keepWords(path, words) {
  try { sessionStorage.setItem(FOUND, JSON.stringify({ path, words: words.split(" ") })); } catch { /* storage is off */ }
}

function act(what, name) {
  if (what === "literal") view.literal = true;
  if (what === "more") view.count += SHOWN;
  if (what === "forget") recent.write([]);
  if (what === "drop") view.chosen[name] = "";
  if (what === "clear") view.chosen = {};
  view.input.focus();
  ask();
}

/* Shows the filters with the number of articles for each choice; the language only where there are several. */
async function offer() {
  const { hits, chosen } = view;
  const lists = await choices(hits, chosen).catch(() => null);
  if (!lists || hits !== view.hits) return;
  const focused = view.filters.contains(document.activeElement) ? document.activeElement.name : null;
  const labels = Object.entries(LABELS).filter(([name]) => lists[name].length > (name === "language" ? 1 : 0)).map(([name, label]) => {
    const options = lists[name].map(([value, title, count]) => [value, `${name === "topic" ? "\u2003".repeat(value.split("/").length - 1) : ""}${title} (${count})`]);
    return choice(name, label, [["", gettext("Any")], ...options], chosen[name] ?? "", (value) => { view.chosen = { ...view.chosen, [name]: value }; });
  });
  labels.push(choice("sort", gettext("Sort"), SORTS, view.sort, (value) => { view.sort = value; }));
  view.filters.replaceChildren(view.filters.firstElementChild, ...labels);
  if (focused) view.filters.querySelector(`select[name=${focused}]`)?.focus();
}

function choice(name, label, values, value, take) {
  const select = make("select", { name }, ...values.map(([each, text]) => make("option", { value: each, selected: each === value }, text)));
  select.addEventListener("change", () => {
    take(select.value);
    view.count = SHOWN;
    ask();
  });
  return make("label", {}, `${label} `, select);
}

/* The filters and the order in the URL: ?q=…&topic=…&sort=…. */
function addressed() {
  const asked = new URLSearchParams(location.search);
  const chosen = asked.has("q") ? Object.fromEntries(Object.keys(LABELS).flatMap((name) => (asked.get(name) ? [[name, asked.get(name)]] : []))) : {};
  const sort = asked.has("q") ? SORTS.find(([value]) => value === asked.get("sort"))?.[0] ?? "" : "";
  return { chosen, sort };
}

/* Puts the question into the URL, so that it can be copied, and Back and a reload show the results again. */
function remember(question) {
  const address = new URL(location.href);
  const wanted = { q: question, ...Object.fromEntries(Object.keys(LABELS).map((name) => [name, ""])), ...view.chosen, sort: view.sort };
  const before = address.search;
  if (!question && !address.searchParams.has("q")) return;
  for (const [name, value] of Object.entries(wanted)) {
    if (question && value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (address.search !== before) history.replaceState(history.state, "", address);
}

export { find };
