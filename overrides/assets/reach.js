/* Opens the search when a reader reaches for it: a key, a field, a link with ?q=. Until then nothing of it is loaded. */

const load = () => import("./search.js");
const open = (question) => load().then((search) => search.open(question));
const writing = (node) => node.isContentEditable || /^(input|textarea|select)$/i.test(node.tagName);

document.addEventListener("keydown", (event) => {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && (event.key === "/" || event.key === "s");
  if (event.defaultPrevented || document.querySelector("dialog[open]") || !(command || (plain && !writing(event.target)))) return;
  event.preventDefault();
  open();
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

const lost = document.querySelector("[data-kb-lost] input");
if (lost) {
  const site = new URL("../", import.meta.url).pathname;
  const path = location.pathname.startsWith(site) ? location.pathname.slice(site.length) : location.pathname;
  const text = (() => { try { return decodeURIComponent(path); } catch { return path; } })();
  lost.value = text.replace(/(index)?\.html?$/, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(" ");
}
