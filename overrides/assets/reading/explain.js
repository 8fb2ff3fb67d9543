/* A small window beside a term, a citation, a footnote or a link between articles, with what it leads to. Opened by pointer, focus or tap, closed by
Escape; it can be entered by the Tab key and by the pointer. */

import { gettext } from "../messages.js";
import { styled } from "./style.js";

const WAIT = 300, LEAVE = 250;  // milliseconds until it opens below a resting pointer, and until it closes behind one that left
const LINES = 280;              // the most characters of the first lines of an article

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  return node;
};

let box, from, timer;

/* Handles a pointer or the focus reaching a link. */
export function reached(link, type) {
  if (type === "focusin" && !link.matches(":focus-visible")) return;
  if (link === from) return clearTimeout(timer);
  clearTimeout(timer);
  timer = setTimeout(() => open(link), WAIT);
  link.addEventListener("mouseleave", leave);
  link.addEventListener("blur", leave);
}

/* Handles a tap on a link: a second tap on it, or one in the window, follows the link. */
export async function tapped(link) {
  if (link === from || !await open(link)) { if (link.href) location.assign(link.href); }
}

function leave() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!box?.matches(":hover, :focus-within") && !from?.matches(":hover, :focus-visible")) close();
  }, LEAVE);
}

function close() {
  clearTimeout(timer);
  from?.removeAttribute("aria-describedby");
  if (box?.contains(document.activeElement)) from?.focus();
  box?.remove();
  box = from = undefined;
}

/* Opens the window of a link; returns whether there is anything to show. */
async function open(link) {
  close();
  const [content] = await Promise.all([contentOf(link).catch(() => null), styled]);
  if (!content || !link.isConnected) return false;
  close();
  from = link;
  if (link.matches("abbr")) link.tabIndex = 0;
  box = make("div", { class: "kb-explain", id: "kb-explain", role: "note", popover: "manual" }, ...content);
  link.after(box);
  box.showPopover?.();
  link.setAttribute("aria-describedby", "kb-explain");
  place(link.getBoundingClientRect());
  box.addEventListener("mouseleave", leave);
  box.addEventListener("focusout", leave);
  return true;
}

/* Places the window below the link, or above it where there is more space, always within the viewport. */
function place(link) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const right = getComputedStyle(box).direction === "rtl";
  const left = Math.max(8, Math.min(right ? link.right - width : link.left, document.documentElement.clientWidth - width - 8));
  const below = innerHeight - link.bottom > height + 12 || link.top < height + 60;
  box.style.left = `${left}px`;
  box.style.top = `${below ? link.bottom + 4 : link.top - height - 4}px`;
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !box) return;
  event.stopPropagation();
  close();
}, true);
addEventListener("pointerdown", (event) => { if (box && !box.contains(event.target) && !from.contains(event.target)) close(); });
addEventListener("scroll", () => { if (from) place(from.getBoundingClientRect()); }, { passive: true });

/* The nodes that the window of a link shows; null for none. */
async function contentOf(link) {
  const term = link.matches("abbr") ? link : link.querySelector(":scope > abbr");
  if (term) return [heading(term.textContent), make("p", {}, term.dataset.explained ??= takeTitle(term)), link.href && onward(link, gettext("Entry in the glossary"))];
  const url = new URL(link.href);
  const here = url.pathname === location.pathname && url.origin === location.origin;
  const id = decodeURIComponent(url.hash.slice(1));
  if (here && id) return partOfPage(link, document.getElementById(id));
  return here ? null : article(link, url, id);
}

/* The explanation of a term, moved from its title, which the browser would show too. */
function takeTitle(term) {
  const words = term.title;
  term.removeAttribute("title");
  return words;
}

const heading = (text, language) => make("strong", { class: "kb-explain__title", lang: language }, text);
const onward = (link, words) => make("a", { href: link.href }, words);

/* A footnote, a source, or the first lines below a heading of the same page. */
function partOfPage(link, target) {
  const item = target?.closest("li");
  if (!target || target.contains(link)) return null;
  if (item) {
    const copy = item.cloneNode(true);
    for (const each of copy.querySelectorAll(".footnote-backref, .citation-back, .headerlink")) each.remove();
    for (const each of copy.querySelectorAll("[id]")) each.removeAttribute("id");
    const source = link.closest(".citation");
    const whole = source ? gettext("In the list of sources") : gettext("In the list of notes");
    return [...copy.childNodes].concat(make("p", {}, onward(link, whole)));
  }
  if (!/^H[1-6]$/.test(target.tagName)) return null;
  const words = target.nextElementSibling?.matches("p, ul, ol, blockquote") ? target.nextElementSibling.textContent : "";
  return [heading(target.firstChild?.textContent ?? ""), words && make("p", {}, shortened(words))];
}

/* Title, summary and first lines of another article, or of the part of it that the link leads to. */
async function article(link, url, id) {
  const { articleAt } = await import("../search/files.js");
  const found = await articleAt(url);
  if (!found) return null;
  const section = id && found.sections.find(([anchor]) => anchor === id);
  const [, , first = ""] = section || found.sections.find(([, , text, weak]) => text && !weak) || [];
  const lines = shortened(first);
  const facts = [found.topic, section && found.title].filter(Boolean).join(" · ");
  return [
    heading(section ? section[1] : found.title, found.language),
    facts && make("span", { class: "kb-explain__facts" }, facts),
    !section && found.description && make("p", { lang: found.language }, found.description),
    lines && !lines.startsWith(found.description || "\n") && make("p", { class: "kb-explain__lines", lang: found.language }, lines),
    make("p", {}, onward(link, gettext("Open"))),
  ];
}

function shortened(text) {
  const words = text.replace(/\s+/g, " ").trim();
  return words.length > LINES ? `${words.slice(0, words.lastIndexOf(" ", LINES)) || words.slice(0, LINES)}…` : words;
}
