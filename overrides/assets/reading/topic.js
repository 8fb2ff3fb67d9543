/* Prints all articles of a topic or a tag, one after the other. */

const make = (tag, attributes = {}) => Object.assign(document.createElement(tag), attributes);
const AROUND = "nav, .kb-below, .kb-source, .kb-contents, .kb-filter, .headerlink, script, form";

/* The URLs of all articles in this listing, on all its pages. */
async function listed() {
  const addresses = [];
  const titles = document.querySelector("#kb-listing [data-kb-all]");
  for (let next = titles?.href ?? location.href; next;) {
    const page = new DOMParser().parseFromString(await (await fetch(next)).text(), "text/html");
    const found = page.querySelectorAll("article :is(.kb-card__title, [data-entry] a), article li > a[href]:not([class])");
    addresses.push(...[...found].map((link) => new URL(link.getAttribute("href"), next)).filter(({ origin }) => origin === location.origin));
    const more = titles && page.querySelector("#kb-listing a[rel=next]");
    next = more ? new URL(more.getAttribute("href"), next).href : null;
  }
  return [...new Set(addresses.map(({ origin, pathname }) => origin + pathname))].filter((address) => address !== location.origin + location.pathname);
}

export async function printTopic() {
  const sheet = make("div", { className: "kb-print md-typeset" });
  for (const address of await listed()) {
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    const article = page.querySelector("article:has(> h1)");
    if (!article) continue;
    for (const each of article.querySelectorAll(AROUND)) each.remove();
    for (const each of article.querySelectorAll("[src]")) each.src = new URL(each.getAttribute("src"), address).href;
    for (const each of article.querySelectorAll("[href]")) each.href = new URL(each.getAttribute("href"), address).href;
    for (const each of article.querySelectorAll("img")) each.loading = "eager";
    const section = make("section");
    section.append(...article.childNodes);
    sheet.append(section);
  }
  document.body.append(document.adoptNode(sheet));
  document.body.classList.add("kb-prints");
  await Promise.all([...sheet.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
  print();
  document.body.classList.remove("kb-prints");
  sheet.remove();
}
