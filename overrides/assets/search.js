/* The search. First what understands and answers a question (find), then the dialog (open). Loaded when a reader reaches for it. */

const site = new URL("../", import.meta.url);
const home = new URL("search/", site);

const RANKED = 8;      // how many articles are read closely before they are ranked for good
const CLOSER = 100;    // of how many is looked at how close together the words stand
const MANY = 1500;     // from how many hits on the best one is read to see whether they have the word, which is cheaper than to ask for it exactly
const TERMS = 12;      // how many words of a question are looked up
const RANKING = { termSimilarity: 10, metaWeights: { title: 0, topic: 0, date: 0, names: 0 } };  // longer words that start with a word count for next to nothing
const WEAK = 0.02;     // what scores less than this share of the best hit is such a longer word
const NAMED = 0.5;     // how much it counts that the name of a page says what is asked, and as much again that this is all it says
const SIGNATURE = 12;  // how many bytes of it begin a file of Pagefind's
const FULL = 24;       // what Pagefind writes for the weight 1
const SATURATION = 1.4, LENGTH = 0.75;  // Pagefind's weights of how often a word stands on a page, and of how long the page is
const SIMILAR = Math.exp(RANKING.termSimilarity * (Math.exp(-1 / 8) - 1));  // and of a word that is just the one asked for
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";  // the scale of common.py
const WORD = /[\p{L}\p{N}_](?:[^\s"]*[\p{L}\p{N}_])?[+#]*/gu;
const SAYING = /[\p{L}\p{N}]/u;
const ENDED = /([.!?][\p{Pe}\p{Pf}"']*\s+|[。！？][\p{Pe}\p{Pf}]*\s*)$/u;
const INVISIBLE = "\u200b";
const SAID = "kb-said", TEXT = "kb-text";  // the anchors that search_record.py puts before the description and before the text
const CHINESE = /[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]/;

const json = async (name) => (await fetch(new URL(name, home))).json();
const once = (make) => { let made; return () => (made ??= make().catch((error) => { made = undefined; throw error; })); };
const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

/* Understanding */

const prepare = once(async () => {
  const [pagefind, query] = await Promise.all([import(new URL("pagefind.js", home)), json("query.json")]);
  const engine = pagefind.createInstance({ noWorker: true, basePath: home.pathname, baseUrl: site.pathname, ranking: RANKING });
  await engine.init();
  for (const language of query.languages) await engine.mergeIndex(new URL(`${language}/`, home).pathname, { language, baseUrl: site.pathname, ranking: RANKING });
  const stop = new Set(query.stop);
  const synonyms = query.synonyms.map((forms) => forms.map((form) => words(form).map(fold)));
  const common = { ...query.common, words: new Map(Object.entries(query.common.words)) };
  return { engine, stop, synonyms, common, pages: query.pages, languages: query.languages, found: new Map(), read: new Map() };
});
const facets = once(() => json("facets.json"));
const vocabulary = once(async () => (await json("words.json")).map((packed) => unpack(packed).map((word) => [word, lettered(word)])));

const words = (text) => [...text.matchAll(WORD)].map(([word]) => word);

function unpack(packed) {
  let last = "";
  return packed.split(" ").filter(Boolean).map((each) => (last = last.slice(0, parseInt(each[0], 36)) + each.slice(1)));
}

/* The words of a question that tell something, each with other words for it; phrases in quotes stay whole and must be there. */
function parse(question, { stop, synonyms }) {
  const phrases = [...question.matchAll(/"([^"]+)"/g)].map(([, text]) => ({ text, must: true, other: [] }));
  const written = words(question.replace(/"[^"]*"/g, " "));
  const folded = written.map(fold);
  const telling = written.map((word) => !stop.has(word.toLowerCase()));
  const kept = telling.includes(true) || phrases.length ? telling : telling.fill(true);
  const terms = written.map((text) => ({ text, other: [] }));
  for (const forms of synonyms) {
    for (const form of forms) {
      for (let at = 0; at + form.length <= folded.length; at++) {
        if (form.length && form.every((word, next) => inflected(folded[at + next], word))) {
          const other = forms.filter((each) => each !== form).map((each) => each.join(" "));
          form.forEach((_, next) => { kept[at + next] = true; terms[at + next].other.push(...other); });
        }
      }
    }
  }
  const seen = new Set();
  const distinct = terms.filter(({ text }, at) => kept[at] && !seen.has(fold(text)) && seen.add(fold(text)));
  return [...phrases, ...distinct].slice(0, TERMS);
}

/* Looking up */

/* What a map holds under a key, made if it is not there; what could not be made is made again when it is asked for again. */
function kept(map, key, make) {
  if (!map.has(key)) map.set(key, make().catch((error) => { map.delete(key); throw error; }));
  return map.get(key);
}

/* A file of the index, without the signature it begins with. */
async function unpacked(name) {
  const answer = await fetch(new URL(name, home));
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  const bytes = await answer.arrayBuffer();
  const packed = new Uint8Array(bytes)[0] === 0x1f;  // some servers have it unpacked on the way
  const whole = packed ? await new Response(new Response(bytes).body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer() : bytes;
  return new Uint8Array(whole, SIGNATURE);
}

/* What a page says. Pagefind would give it too, but not without making an excerpt of every section. */
const record = (id, context) => kept(context.read, id, async () => {
  const language = id.slice(0, id.indexOf("_"));
  return JSON.parse(new TextDecoder().decode(await unpacked(`${context.languages.includes(language) ? `${language}/` : ""}fragment/${id}.pf_fragment`)));
});

/* The pages with a word: id to { score from 0 to 1, forms: [{ text, places }] }. A word that stands nowhere counts as the start of longer ones. */
const pages = (text, context) => kept(context.found, text, () => whole(text, context));

async function whole(text, context) {
  const { engine, languages, common } = context;
  const place = languages.length ? undefined : common.words.get(fold(text));
  if (place) return kept(context.read, place, () => postings(text, place, common));
  const search = async (query) => (await engine.search(query)).results;
  const loose = await search(text.includes(" ") ? `"${text}"` : text);
  if (!loose.length) return new Map();
  const most = loose.reduce((best, { score }) => Math.max(best, score), 0);
  let stands = text.includes(" ") || CHINESE.test(text) ? "whole" : "";
  if (!stands && loose.length >= MANY) stands = await standing(text, loose[0], context);
  if (stands !== "whole" && (await search(`"${text}"`)).length) stands = "whole";
  stands ||= await standing(text, loose[0], context);
  const sure = stands ? loose.filter(({ score }) => stands === "start" || score >= WEAK * most) : [];
  return new Map(sure.map((each) => [each.id, { score: each.score / most, forms: [{ text, places: each.words }] }]));
}

/* The pages with a common word, scored as Pagefind does (Okapi BM25), which would take time that grows with the square of their number. */
async function postings(text, place, { name, lengths }) {
  const [chunk, at] = place.split(".");
  const [, pages] = decode(await unpacked(`index/${name}-${chunk}.pf_index`))[0][at];
  const found = [];
  let page = 0, most = 0;
  for (const [distance, coded] of pages) {
    page += distance;
    const places = [];
    let weight = FULL, word = 0, sum = 0;
    for (const each of coded) {
      if (each < 0) [weight, word] = [-each - 1, 0];
      else { places.push(word += each); sum += weight; }
    }
    const often = SIMILAR * sum / FULL;
    const score = often / (often + SATURATION * (1 - LENGTH + LENGTH * 2 ** ((LETTERS.indexOf(lengths[page]) - 32) / 6)));
    most = Math.max(most, score);
    found.push([`${name}-${page.toString(36)}`, { score, forms: [{ text, places: places.sort((a, b) => a - b) }] }]);
  }
  for (const [, hit] of found) hit.score /= most || 1;
  return new Map(found);
}

/* Values in CBOR (RFC 8949), as far as Pagefind uses it: numbers, texts and lists. */
function decode(bytes) {
  let at = 0;
  const number = (low) => {
    if (low < 24) return low;
    let value = 0;
    for (let more = 1 << (low - 24); more; more--) value = value * 256 + bytes[at++];
    return value;
  };
  const item = () => {
    const head = bytes[at++], kind = head >> 5, count = number(head & 31);
    if (kind === 0) return count;
    if (kind === 1) return -1 - count;
    if (kind === 3) return new TextDecoder().decode(bytes.subarray(at, at += count));
    const list = new Array(count);
    for (let each = 0; each < count; each++) list[each] = item();
    return list;
  };
  return item();
}

/* How a word stands on a page that Pagefind gave for it: whole, as the start of longer words, or not at all (it then gave something shorter). */
async function standing(text, hit, context) {
  const content = cut(await record(hit.id, context));
  const one = fold(text);
  const there = hit.words.flatMap((place) => pieces(content[place] ?? ""));
  if (there.some((word) => inflected(one, word))) return "whole";
  return there.some((word) => word.startsWith(one)) ? "start" : "";
}

const ENDING = /^(e?s|ed?|d|ers?|ors?|ings?|y|ies|ions?|al|ly)?$/;

function inflected(one, other) {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  return one === other || (same > 2 && ENDING.test(one.slice(same)) && ENDING.test(other.slice(same)));
}

const pieces = (word) => [fold(word.trim()), ...word.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).map(fold)];

/* Whether two words are forms of one, going by how they start. */
function akin(text, word) {
  if (!text || CHINESE.test(text)) return true;
  const one = fold(text);
  return pieces(word).some((other) => {
    let same = 0;
    while (same < one.length && one[same] === other[same]) same++;
    return same === one.length ? other.length - same <= (one.length < 4 ? 1 : 4) : same > 2 && one.length - same <= 3 && other.length - same <= 3 && same >= one.length / 2;
  });
}

async function look(term, context) {
  const found = new Map(await pages(term.text, context));
  for (const text of term.other) {
    for (const [id, hit] of await pages(text, context)) {
      const before = found.get(id) ?? { score: 0, forms: [] };
      found.set(id, { score: Math.max(before.score, hit.score * 0.8), forms: [...before.forms, ...hit.forms] });
    }
  }
  if (!found.size && /[^\p{L}\p{N}]|\p{Ll}\p{Lu}/u.test(term.text)) return together(parts(term.text), context);
  return found;
}

/* A name such as task.hasProperty: its parts, all on one page. */
const parts = (text) => text.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).filter((part) => part.length > 1 && part !== text);

async function together(texts, context) {
  if (!texts.length) return new Map();
  const each = await Promise.all(texts.map((text) => pages(text, context)));
  const rarest = each.reduce((one, other) => (other.size < one.size ? other : one));
  return new Map([...rarest].filter(([id]) => each.every((found) => found.has(id))));
}

/* Spelling */

async function correct(text) {
  const word = text.toLowerCase();
  if (word.length < 4 || /[^\p{L}]/u.test(word)) return null;
  const limit = word.length < 6 ? 1 : 2, mine = lettered(word);
  let best = null;
  (await vocabulary()).forEach((list, common) => {
    for (const [candidate, has] of list) {
      if (Math.abs(candidate.length - word.length) > limit || ones(has & ~mine) > limit || ones(mine & ~has) > limit) continue;
      const far = distance(word, candidate, limit);
      if (far > limit) continue;
      const cost = far - common * 0.1 + (candidate[0] === word[0] ? 0 : 0.4);
      if (!best || cost < best.cost) best = { candidate, cost };
    }
  });
  return best?.candidate ?? null;
}

/* Which letters a word has, as bits: a change of one letter changes at most one of them each way. */
const lettered = (word) => { let bits = 0; for (let at = 0; at < word.length; at++) bits |= 1 << (word.charCodeAt(at) & 31); return bits; };

function ones(bits) {
  let count = 0;
  for (let rest = bits; rest; rest &= rest - 1) count++;
  return count;
}

const close = (one, other) => one.length > 5 && distance(one.toLowerCase(), other, 1) < 2;

/* How many letters must be changed, added, removed or swapped (optimal string alignment); stops counting above the limit. */
function distance(a, b, limit) {
  let before = [], row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    before = row;
    row = next;
  }
  return row[b.length];
}

/* Answering */

/* The answer to a question: articles in order, how it was understood, and what was left out. `literal` keeps the spelling; of the words of an
   `address`, which nobody typed, only what is close is corrected, and the rest is offered. So many as `count` are read. */
export async function find(question, { literal = false, address = false, count = RANKED, topic = null, tag = null, year = null, sort = "" } = {}) {
  const context = await prepare();
  const terms = parse(question, context);
  const corrections = [], offers = [];
  await Promise.all(terms.map(async (term) => {
    term.found = await look(term, context);
    const other = !term.found.size && !literal && !term.must ? await correct(term.text) : null;
    if (other && address && !close(term.text, other)) offers.push(other);
    else if (other) {
      term.found = await look({ ...term, text: other }, context);
      if (term.found.size) corrections.push([term.text, (term.text = other)]);
    }
  }));
  const missing = terms.filter(({ found }) => !found.size);
  const useful = terms.filter(({ found }) => found.size);
  for (const term of useful) term.weight = Math.log(1 + (context.pages - term.found.size + 0.5) / (term.found.size + 0.5)) + 0.1;
  let ranked = rank(useful, missing);
  const complete = !missing.length && ranked.some(({ places }) => places.length === useful.length);
  const table = sort || [topic, tag, year].some((each) => each !== null) ? await facets() : null;
  if (table) ranked = narrow(ranked, table, { topic, tag, year, sort });
  const read = await Promise.all(ranked.slice(0, Math.max(RANKED, count)).map((hit) => study(hit, useful, context)));
  const nearest = read.slice(0, RANKED);
  if (!sort) nearest.sort((a, b) => b.score - a.score);
  return {
    corrections,
    offers,
    shown: corrections.reduce((text, [from, to]) => text.replace(from, to), question),
    left: complete ? [] : [...missing.map(({ text }) => text), ...(nearest[0]?.without ?? [])],
    ids: ranked.map(({ id }) => id),
    total: ranked.length,
    first: [...nearest, ...read.slice(RANKED)],
  };
}

/* Every page with any of the words, by how telling the words are that it has, how strongly it has them, and how close together. */
function rank(terms, missing) {
  const hits = new Map();
  for (const term of terms) {
    for (const [id, found] of term.found) {
      const hit = hits.get(id) ?? { id, sum: 0, have: 0, places: [] };
      hit.sum += term.weight * (0.5 + 0.5 * Math.sqrt(found.score));
      hit.have += term.weight;
      hit.places.push([term, found]);
      hits.set(id, hit);
    }
  }
  const all = terms.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const must = terms.filter((term) => term.must).concat(missing.filter((term) => term.must));
  const kept = [...hits.values()].filter((hit) => must.every((term) => hit.places.some(([each]) => each === term)));
  for (const hit of kept) hit.score = (hit.sum / all) * (0.4 + 0.6 * (hit.have / all));
  const enough = Math.max(...kept.map((hit) => hit.have), 0) * 0.4;
  const order = (a, b) => b.score - a.score || (a.id < b.id ? -1 : 1);
  const ranked = kept.filter((hit) => hit.have >= enough).sort(order);
  const closer = ranked.slice(0, CLOSER);
  for (const hit of closer) hit.score += 0.2 * near(hit.places) * (hit.have / all);
  return [...closer.sort(order), ...ranked.slice(CLOSER)];
}

/* From 0 to 1: how close together the words stand where they are closest. */
function near(places) {
  if (places.length < 2) return 0;
  const marks = places.flatMap(([, { forms }], word) => forms.flatMap((form) => form.places.map((place) => [place, word]))).sort((a, b) => a[0] - b[0]);
  const counts = new Array(places.length).fill(0);
  let start = 0, seen = 0, best = Infinity;
  for (const [place, word] of marks) {
    if (!counts[word]++) seen++;
    while (seen === places.length) {
      best = Math.min(best, place - marks[start][0]);
      if (!--counts[marks[start++][1]]) seen--;
    }
  }
  return best === Infinity ? 0 : Math.min(1, (places.length * 2) / (best + 1));
}

function narrow(hits, table, { topic, tag, year, sort }) {
  const rows = new Map(table.id.map((id, row) => [id, row]));
  const under = (at) => at !== -1 && (at === topic || under(table.topics[at][1]));
  const inside = ({ id }) => {
    const row = rows.get(id);
    if (row === undefined) return false;
    return (topic === null || under(table.topic[row])) && (tag === null || table.tagged[row].includes(tag)) && (year === null || yearOf(table.date[row]) === year);
  };
  const kept = hits.filter(inside);
  const date = ({ id }) => table.date[rows.get(id)] ?? -Infinity;
  if (sort) kept.sort((a, b) => (sort === "newest" ? date(b) - date(a) : date(a) - date(b)) || b.score - a.score);
  return kept;
}

const yearOf = (day) => (day === null ? null : new Date(day * 864e5).getUTCFullYear());

/* Reads the page of a hit: its sections, best first, and a score that also knows what its title and headings say. */
async function study(hit, terms, context) {
  const found = await record(hit.id, context);
  const text = cut(found);
  const marks = mark(hit, text);
  const sections = divide(found, text, marks);
  const all = terms.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const named = Math.max(...names(found.meta, context.stop).map((name) => called(name, marks, all)));
  const best = sections.reduce((one, other) => (other.score > one.score ? other : one));
  const shown = sections.filter(({ score, id }) => score > 0 && id).sort((a, b) => b.score - a.score).slice(0, 3);
  const lead = best.id ? null : summary(found, sections.filter((section) => !shown.includes(section)), marks);
  const url = `${site.pathname}${found.url.slice(1)}`;
  return {
    id: hit.id,
    title: found.meta.title,
    date: found.meta.date ?? "",
    topic: found.meta.topic ?? "",
    url,
    score: hit.score + named + 0.3 * (best.score / all),
    without: terms.filter((term) => !hit.places.some(([each]) => each === term)).map(({ text: word }) => word),
    heading: highlight(said(found.meta.title, text, 0), 0, marks),
    excerpt: lead ? excerpt(text, lead, marks) : [],
    sections: shown.map((section) => ({
      url: `${url}#${section.id}`,
      title: highlight(section.heading, section.at, marks),
      excerpt: excerpt(text, section, marks),
    })),
  };
}

/* Which words of the question stand where on a page, in the order of the page. */
function mark(hit, text) {
  const marks = new Map();
  for (const [term, { text: word, places }] of hit.places.flatMap(([each, { forms }]) => forms.map((form) => [each, form]))) {
    const sure = word.includes(" ") ? runs(word, text) : places.filter((place) => akin(word, text[place] ?? ""));
    for (const place of sure.length ? sure : places) marks.set(place, (marks.get(place) ?? new Set()).add(term));
  }
  return new Map([...marks].sort(([one], [other]) => one - other));
}

/* What a page is called, as the places of the telling words: its title, the title up to a colon, and the other names that follow it. */
function names(meta, stop) {
  const title = meta.title.split(/\s+/).filter(Boolean);
  const colon = title.findIndex((word) => word.endsWith(":")) + 1;
  const runs = [title, ...(meta.names ?? "").split(",").map((name) => name.split(/\s+/).filter(Boolean))];
  let at = 0;
  const found = runs.map((run) => run.map((word) => [at++, fold(word)]));
  if (colon) found.push(found[0].slice(0, colon));
  return found.map((run) => run.filter(([, word]) => !stop.has(word)).map(([place]) => place));
}

/* How much of a question a name answers, and how much of the name the question says. */
function called(name, marks, all) {
  const there = name.filter((place) => marks.has(place));
  const share = weigh(new Set(there.flatMap((place) => [...marks.get(place)]))) / all;
  return there.length ? NAMED * share * (1 + there.length / name.length) : 0;
}

/* Where the words of a phrase stand one after another; Pagefind names one such place only. */
function runs(phrase, text) {
  const run = words(phrase).map(fold);
  const starts = text.flatMap((_, at) => (run.every((word, next) => pieces(text[at + next] ?? "").includes(word)) ? [at] : []));
  return starts.flatMap((at) => run.map((_, next) => at + next));
}

const weigh = (set) => [...set].reduce((sum, { weight }) => sum + weight, 0);

/* The words of a page, each with the space that follows it. Where a script has no spaces, Pagefind cuts by invisible ones. */
const cut = ({ content }) => (content.includes(INVISIBLE) ? content.split(INVISIBLE) : content.match(/\S+\s*/g) ?? []);

const letters = (text) => text.replace(/\s+/g, "").length;

/* The words of a title or heading, cut as the text is in which it stands at the place `from`. */
function said(phrase, text, from) {
  const spaced = phrase.match(/\S+\s*/g) ?? [];
  let at = from;
  for (let left = letters(phrase); left > 0 && at < text.length; at++) left -= letters(text[at]);
  return at - from === spaced.length ? spaced : text.slice(from, at);
}

const marker = ({ anchors }, name) => anchors.find(({ element, id }) => element === "i" && id === name)?.location;

/* Where the text of a page starts: behind what is there only to be found, and behind its title. */
function start(page, text, otherwise) {
  const at = marker(page, TEXT) ?? otherwise;
  const title = page.anchors.find(({ element, location }) => element === "h1" && location === at);
  return title ? at + said(title.text, text, at).length : at;
}

/* What tells of a page as a whole: its first words if they have a word of the question, otherwise its description. */
function summary(page, sections, marks) {
  const [lead] = sections;
  const description = { from: marker(page, SAID), end: marker(page, TEXT) };
  const told = [...marks.keys()].some((place) => place >= lead.from && place < lead.end);
  return told || !(description.from < description.end) ? sections.find(({ from, end }) => from < end) : description;
}

/* The sections of a page as runs of words; the first is what stands before any heading but the title. Its words are shown from `from` on. */
function divide(page, text, marks) {
  const title = said(page.meta.title, text, 0).length;
  const anchors = page.anchors.filter(({ element, id }) => /^(h[2-6]|dt)$/i.test(element) && id);
  const starts = [{ at: title, from: start(page, text, title), id: "", heading: [] }];
  for (const anchor of anchors) starts.push({ at: anchor.location, id: anchor.id, heading: said(anchor.text, text, anchor.location) });
  return starts.map((section, at) => {
    const end = starts[at + 1]?.at ?? text.length;
    const below = section.at + section.heading.length;
    const within = new Set(), heading = new Set();
    for (const [place, terms] of marks) {
      for (const term of place >= section.at && place < end ? terms : []) {
        within.add(term);
        if (place < below) heading.add(term);
      }
    }
    let from = section.from ?? below;
    while (from < end && !SAYING.test(text[from])) from++;
    return { ...section, from, end, score: 0.6 * weigh(within) + 0.4 * weigh(heading) };
  });
}

/* Runs of text, every other one marked: [plain, marked, plain, …]; the first of the words stands at the place `from`. */
function highlight(text, from, marks) {
  const runs = [""];
  text.forEach((word, at) => {
    if (marks.has(from + at) !== (runs.length % 2 === 0)) runs.push("");
    runs[runs.length - 1] += word;
  });
  return runs;
}

const SPAN = 28;
const BEFORE = 10;

/* Where the first sentence starts that lies not far before a word. */
function opening(text, { from, end }, word) {
  for (let at = Math.max(from, Math.min(word - BEFORE, end - SPAN)); at <= word; at++) if (at === from || ENDED.test(text[at - 1])) return at;
  return null;
}

/* The words of a section around where most of the question's words stand together. */
function excerpt(text, section, marks) {
  const { from } = section;
  const places = [...marks.keys()].filter((place) => place >= from && place < section.end);
  let best = from, most = 0;
  places.forEach((place, at) => {
    const there = new Set();
    for (let next = at; places[next] < place + SPAN - 6; next++) for (const term of marks.get(places[next])) there.add(term);
    if (weigh(there) > most) [best, most] = [place, weigh(there)];
  });
  const sentence = opening(text, section, best);
  const start = sentence ?? Math.max(from, Math.min(best - 6, section.end - SPAN));
  const runs = highlight(text.slice(start, Math.min(section.end, start + SPAN)), start, marks);
  if (sentence === null) runs[0] = `… ${runs[0]}`;
  if (start + SPAN < section.end) runs[runs.length % 2 ? runs.length - 1 : runs.push("") - 1] += "…";
  return runs;
}

/* The dialog */

const SHOWN = 8;
const RECENT = "kb-recent-searches";
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  node.append(...children.filter((child) => child !== null));
  return node;
};
const marked = (texts) => texts.flatMap((text, at) => {
  if (at % 2 === 0) return [text];
  const [, before, word, after] = text.match(/^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}+#]*)$/su);
  return [before, make("mark", {}, word), after];
});

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
    type: "search", class: "kb-search__input", role: "combobox", "aria-label": "Search", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": "kb-search-results", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", placeholder: "Search",
  });
  const close = make("button", { type: "button", class: "kb-search__close" }, "Close");
  const filters = make("details", { class: "kb-search__filters", hidden: true }, make("summary", {}, "Filter and sort"));
  const status = make("div", { class: "kb-search__status", role: "status" });
  const list = make("div", { id: "kb-search-results", class: "kb-search__list", role: "listbox", "aria-label": "Results" });
  const after = make("div", { class: "kb-search__after" });
  const keys = make("p", { class: "kb-search__keys" });
  for (const [key, what] of [["↑ ↓", "choose"], ["Enter", "open"], ["Esc", "close"]]) keys.append(make("kbd", {}, key), ` ${what} `);
  const body = make("div", { class: "kb-search__body" }, filters, status, list, after);
  const bar = make("div", { class: "kb-search__bar", role: "search" }, input, close);
  const dialog = make("dialog", { class: "kb-search", "aria-label": "Search" }, bar, body, keys);
  document.body.append(dialog);
  const made = { dialog, input, filters, status, list, after, chosen: {}, literal: false, asked: 0, count: SHOWN };
  input.addEventListener("input", () => { made.literal = false; made.count = SHOWN; soon(); });
  input.addEventListener("keydown", steer);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => remember(""));
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); dialog.close(); });
  body.addEventListener("click", follow);
  filters.addEventListener("toggle", () => { if (filters.open) offer(made); });
  return made;
}

let waiting;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 90);
}

/* Shows the answer to what stands in the field; an answer that comes late is not shown. */
async function ask() {
  clearTimeout(waiting);
  const turn = ++view.asked;
  const question = view.input.value.trim();
  remember(question);
  if (!question) return rest();
  try {
    const answer = await find(question, { ...view.chosen, literal: view.literal, address: addressed(question), count: view.count });
    if (turn === view.asked) show(question, answer);
  } catch (error) {
    if (turn === view.asked) fail(error);
  }
}

/* Whether a question is the address of a page that is not there. */
function addressed(question) {
  const named = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const decoded = () => { try { return decodeURIComponent(location.pathname); } catch { return location.pathname; } };
  if (!document.querySelector("[data-kb-lost]")) return false;
  const there = new Set(named(decoded()));
  return named(question).every((word) => there.has(word));
}

/* Nothing asked yet: what was asked before, and where else to look. */
function rest() {
  view.filters.hidden = true;
  view.status.replaceChildren();
  const before = recent.read();
  const options = before.map((text) => option(make("a", { href: link(text), class: "kb-search__recent", "data-ask": text }, text)));
  const group = options.length ? [make("div", { role: "group", "aria-label": "Recent searches" }, ...options)] : [];
  fill(group);
  const forget = options.length ? button("Forget recent searches", "forget") : null;
  view.after.replaceChildren(...[forget, ...elsewhere()].filter(Boolean));
}

function show(question, answer) {
  const pages = answer.first;
  const some = answer.total > 0;
  const { topic, tag, year } = view.chosen;
  const narrowed = [topic, tag, year].some((each) => each !== null && each !== undefined);
  view.filters.hidden = !some && !narrowed;
  const lines = [];
  if (answer.corrections.length) {
    lines.push(make("p", {}, "Showing results for ", make("strong", {}, answer.shown), "; search instead for ", button(question, "literal")));
  }
  if (some && answer.left.length) lines.push(make("p", {}, "No article has all these words. Left out: ", ...listed(answer.left)));
  lines.push(make("p", {}, some ? `${answer.total} ${answer.total === 1 ? "article" : "articles"}` : `Nothing found for “${question}”`));
  view.status.replaceChildren(...lines);
  fill(pages.map(result));
  const next = answer.offers.map((word) => make("a", { href: link(word), "data-ask": word }, `Did you mean “${word}”?`));
  if (pages.length < answer.total) next.push(button(`Show more of ${answer.total}`, "more"));
  if (!some && narrowed) next.push(button("Search without filters", "clear"));
  if (!some && answer.left.length > 1) for (const word of answer.left.slice(0, 4)) next.push(make("a", { href: link(word), "data-ask": word }, `Search for ${word}`));
  if (some) next.push(make("a", { href: link(question) }, "Link to this search"));
  if (!some || pages.length === answer.total) next.push(...elsewhere());
  view.after.replaceChildren(...next);
}

const listed = (list) => list.flatMap((word, at) => [at ? ", " : "", make("s", {}, word)]);

function fail(error) {
  console.warn("search:", error);
  view.status.replaceChildren(make("p", {}, "The search is not there yet. ", button("Try again", "again")));
  fill([]);
  view.after.replaceChildren(...elsewhere());
}

function result(page) {
  const facts = [page.topic, page.date].filter(Boolean).join(" · ");
  const head = option(make("a", { href: page.url, class: "kb-search__page" },
    make("span", { class: "kb-search__title" }, ...marked(page.heading)),
    facts ? make("span", { class: "kb-search__facts" }, facts) : null,
    page.excerpt.length === 0 ? null : make("span", { class: "kb-search__text" }, ...marked(page.excerpt)),
    page.without.length ? make("span", { class: "kb-search__facts" }, "Without: ", ...listed(page.without)) : null));
  const sections = page.sections.map((section) => option(make("a", { href: section.url, class: "kb-search__section" },
    make("span", { class: "kb-search__title" }, ...marked(section.title)),
    make("span", { class: "kb-search__text" }, ...marked(section.excerpt)))));
  return make("div", { role: "group", "aria-label": page.title, class: "kb-search__result" }, head, ...sections);
}

function elsewhere() {
  return [make("a", { href: site.href }, "All topics"), make("a", { href: new URL("tags/", site).href }, "All tags")];
}

const link = (question) => `?q=${encodeURIComponent(question)}`;
const button = (text, what) => make("button", { type: "button", "data-do": what }, text);

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
  } else if (target.dataset.do) act(target.dataset.do);
  else if (target.matches("[role=option]")) {
    recent.add(view.input.value);
    const to = new URL(target.href);
    if (to.pathname === location.pathname && to.hash) view.dialog.close();
  }
}

function act(what) {
  if (what === "literal") view.literal = true;
  if (what === "more") view.count += SHOWN;
  if (what === "forget") recent.write([]);
  if (what === "clear") {
    view.chosen = {};
    for (const select of view.filters.querySelectorAll("select")) select.value = "";
  }
  view.input.focus();
  ask();
}

/* The filters, filled when they are opened first. */
async function offer(made) {
  if (made.filled) return;
  made.filled = true;
  const table = await facets().catch(() => { made.filled = false; return null; });
  if (!table) return;
  const years = [...new Set(table.date.map(yearOf).filter((year) => year !== null))].sort((a, b) => b - a);
  const depth = ([, above]) => (above === -1 ? 0 : 1 + depth(table.topics[above]));
  const choices = {
    topic: ["Topic", table.topics.map((each, at) => [at, "\u2003".repeat(depth(each)) + each[0]])],
    tag: ["Tag", table.tags.map((name, at) => [at, name])],
    year: ["Year", years.map((year) => [year, year])],
    sort: ["Sort", [["newest", "Newest first"], ["oldest", "Oldest first"]]],
  };
  for (const [name, [label, values]] of Object.entries(choices)) {
    const first = make("option", { value: "" }, name === "sort" ? "Best match" : "Any");
    const choice = make("select", { name }, first, ...values.map(([value, text]) => make("option", { value }, String(text))));
    choice.addEventListener("change", () => {
      view.chosen[name] = choice.value === "" ? (name === "sort" ? "" : null) : name === "sort" ? choice.value : Number(choice.value);
      view.count = SHOWN;
      ask();
    });
    made.filters.append(make("label", {}, `${label} `, choice));
  }
}

/* Keeps the question in the address, so that it can be copied, and Back leads to the results again. */
function remember(question) {
  const address = new URL(location.href);
  if ((address.searchParams.get("q") ?? "") === question) return;
  if (question) address.searchParams.set("q", question);
  else address.searchParams.delete("q");
  history.replaceState(history.state, "", address);
}
