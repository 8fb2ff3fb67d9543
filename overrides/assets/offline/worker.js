/* The service worker of a site whose setting `offline` names a budget. SITE, which the build writes above, has the budget in bytes, what every page
   loads, and the pages: the newest are kept first. What the network answers comes first, and what was kept where it does not answer. */

const KEPT = `kb-offline ${registration.scope}`;
const SIZES = new URL("kb-offline-sizes", registration.scope).href;
const PICTURES = /<(?:img|source)\b[^>]*?\ssrc="([^"]+)"/g;

let sizes;  // the bytes of each address that is kept

async function known(cache) {
  sizes ??= await cache.match(SIZES).then((answer) => answer?.json()) ?? {};
  return sizes;
}

/* Keeps an answer within the budget; whether it did. */
async function keep(cache, address, answer) {
  const body = await answer.clone().arrayBuffer();
  const all = await known(cache);
  const used = Object.entries(all).reduce((sum, [each, size]) => sum + (each === address ? 0 : size), 0);
  if (used + body.byteLength > SITE.budget) return false;
  all[address] = body.byteLength;
  await cache.put(address, answer);
  await cache.put(SIZES, new Response(JSON.stringify(all)));
  return true;
}

const plain = (address) => { const url = new URL(address, registration.scope); url.hash = ""; url.search = ""; return url.href; };

async function fill() {
  const cache = await caches.open(KEPT);
  const wanted = new Set([...SITE.first, ...SITE.pages].map(plain));
  for (const address of Object.keys(await known(cache))) {
    if (!wanted.has(address) && !/\.(?:png|jpe?g|gif|svg|webp)$/.test(address)) { delete sizes[address]; await cache.delete(address); }
  }
  for (const address of wanted) {
    const answer = await fetch(address, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) continue;
    const text = address.endsWith("/") ? await answer.clone().text() : "";
    if (!await keep(cache, address, answer)) return;
    for (const [, source] of text.matchAll(PICTURES)) {
      const picture = new URL(source.replaceAll("&amp;", "&"), address);
      if (picture.origin !== location.origin || sizes[plain(picture)]) continue;
      const drawn = await fetch(plain(picture)).catch(() => null);
      if (drawn?.ok) await keep(cache, plain(picture), drawn);
    }
  }
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim().then(() => { fill(); })));
addEventListener("message", (event) => { if (event.data === "fill") event.waitUntil(fill()); });
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(registration.scope)) return;
  event.respondWith(answered(request));
});

async function answered(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    const address = plain(request.url);
    if (answer.ok && address in await known(cache)) keep(cache, address, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(plain(request.url)) ?? await cache.match(`${plain(request.url)}/`);
    if (kept) return kept;
    throw error;
  }
}
