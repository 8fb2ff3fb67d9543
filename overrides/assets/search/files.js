/* Reads the files of the search index, which hooks/almanac_kb/search/index.py writes. */

const site = new URL("../../", import.meta.url);
const home = new URL("search/", site);

export const once = (make) => { let made; return Object.assign(() => (made ??= make().catch((error) => { made = undefined; throw error; })), { forget() { made = undefined; } }); };
export const remembered = (map, key, make) => {
  if (!map.has(key)) map.set(key, make().catch((error) => { map.delete(key); throw error; }));
  return map.get(key);
};

/* The entry file, which names all others. Each page revalidates it, which costs little where it is unchanged. */
export const entry = once(async () => {
  const answer = await fetch(new URL("entry.json", home), { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  return { ...await answer.json(), files: new Map() };
});

/* The decompressed bytes of a file; `missing` is called for a missing one, which belongs to an older index. */
export const file = (index, path, missing = () => entry.forget()) => remembered(index.files, path, async () => {
  const answer = await fetch(new URL(`${path}.bin`, home));
  if (!answer.ok) { missing(); throw new Error(`${answer.status} ${answer.url}`); }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;  // some servers decompress it themselves
  return new Uint8Array(await new Response(new Response(bytes).body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
});
export const json = async (index, path, missing) => JSON.parse(new TextDecoder().decode(await file(index, path, missing)));

/* The path of an article's file, by the number of the article. */
export const textPath = (index, number) => {
  const group = Math.floor(number / index.group) * 4;
  return `texts/${number}-${index.texts.slice(group, group + 4)}`;
};

/* The index of the last entry in a sorted list that does not sort behind a text. */
export function place(list, text) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= text) low = middle + 1; else high = middle;
  }
  return low - 1;
}

/* The article at a URL as results show it, and the section that the URL's fragment names; null where the index has no such article. */
export async function articleAt(address) {
  if (address.origin !== site.origin || !address.pathname.startsWith(site.pathname)) return null;
  const path = decodeURIComponent(address.pathname.slice(site.pathname.length)).replace(/index\.html$/, "");
  const index = await entry();
  const block = index.addresses[Math.max(0, place(index.addresses.map(([start]) => start), path))];
  const number = block && (await json(index, `addresses/${block[1]}`))[path];
  return number === undefined ? null : json(index, textPath(index, number));
}
