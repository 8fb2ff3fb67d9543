/* Answers a question from the index that hooks/almanac_kb/search/index.py writes, or from a server (server.js). Knows nothing of the page it runs on. */

import { entry, file as readFile, json as readJson, once, place, remembered, textPath } from "./files.js";
import { all, cut, fold, runs, size, stem, terms, unspaced } from "./tokens.js";

const site = new URL("../../", import.meta.url);

const READ = 8;          // articles that are read before they are finally ranked
const CHECKED = 40;      // most articles that are read to find a phrase in them
const TERMS = 12;        // most words of a question that are looked up
const PREFIXES = 12;     // most completions of an unfinished word that are looked up, the commonest
const SYNONYM = 0.8;     // weight of a synonym, or of the parts of a compound without the whole
const PART = 0.15;       // weight of the parts of a name such as server_tokens where an article has the name itself
const RARITY = 0.75;     // exponent of a word's rarity
const TITLE = 0.45;      // bonus for a title with all the words, and again for one with no others
const NEAR = 0.15;       // bonus for words that are close together
const SECTION = 0.25;    // bonus for one section with all the words
const HEADED = 0.2;      // bonus for headings with all the words, by which articles are chosen to be read
const HEADING = 0.3;     // bonus for a heading with all the words and no others
const WEAK = 0.3;        // weight of a section that is a list of references
const LENGTHS = [0, 1, 2, 3, 4, 5.5, 8, 12];  // lengths of titles by class (TITLE_LENGTHS in postings.py)
const WHOLE = /[\p{L}\p{N}]/u;
const NAME = /[\p{L}\p{N}][._/@:]+[\p{L}\p{N}]|[a-z][A-Z]/u;

/* Reading the index */

/* The entry file, prepared for questions. */
export const prepare = once(async () => {
  const found = await entry();
  const synonyms = found.synonyms.map((forms) => forms.map((form) => runs(form).map((run) => all(terms(run.text))))).filter((forms) => forms.every((form) => form.length));
  const server = found.server ? (await import("./server.js")).connect(found.server) : null;
  return { ...found, server, synonyms, stop: new Set(found.stop), table: found.pages.length ? null : table(found), lists: new Map() };
});

const table = ({ shards, lists }) => {
  const [starts, names] = shards.map((text) => text.split(" "));
  const [listed, files] = lists.map((text) => text.split(" "));
  return { starts, names, lists: new Map(listed.map((term, at) => [term, files[at]])) };
};

/* A file that is not there belongs to an older index: the next question begins with a new entry. */
const older = () => { entry.forget(); prepare.forget(); blocks.forget(); };
const file = (index, path) => readFile(index, path, older);
const json = (index, path) => readJson(index, path, older);

async function tableFor(index, term) {
  if (index.table) return index.table;
  const page = index.pages[Math.max(0, place(index.pages.map(([start]) => start), term))][1];
  return remembered(index.lists, `pages/${page}`, async () => table(await json(index, `pages/${page}`)));
}

/* A shard of the dictionary: its terms in order, and of each how many articles have it, and where its list lies in the bytes. */
const shard = (index, name) => remembered(index.lists, `words/${name}`, async () => {
  const bytes = await file(index, `words/${name}`);
  const decoder = new TextDecoder();
  const found = { bytes, terms: [], counts: [], starts: [], ends: [] };
  let at = 0, word = new Uint8Array(0);
  const number = () => { let value = 0, shift = 1, byte; do { byte = bytes[at++]; value += (byte & 127) * shift; shift *= 128; } while (byte > 127); return value; };
  while (at < bytes.length) {
    const shared = bytes[at++], length = number();
    const next = new Uint8Array(shared + length);
    next.set(word.subarray(0, shared));
    next.set(bytes.subarray(at, at += length), shared);
    word = next;
    found.terms.push(decoder.decode(word));
    found.counts.push(number());
    const size = number();
    found.starts.push(at);
    found.ends.push(at += size);
  }
  return found;
});

function unpackList(bytes, start, end) {
  const list = [];
  let at = start, article = -1;
  while (at < end) {
    let gap = 0, shift = 1, byte;
    do { byte = bytes[at++]; gap += (byte & 127) * shift; shift *= 128; } while (byte > 127);
    list.push([article += gap + 1, bytes[at++]]);
  }
  return list;
}

/* The articles with a term: { count, list } with [number, byte of the weight]; null where none has it. */
const postings = (index, term) => (index.server ? index.server.postings(term) : listed(index, term));
const listed = (index, term) => remembered(index.lists, `term ${term}`, async () => {
  const found = await tableFor(index, term);
  const long = found.lists.get(term);
  const [words, bytes] = await Promise.all([shard(index, found.names[Math.max(0, place(found.starts, term))]), long && file(index, `lists/${long}`)]);
  const at = place(words.terms, term);
  if (words.terms[at] !== term) return null;
  return { count: words.counts[at], list: bytes ? unpackList(bytes, 0, bytes.length) : unpackList(words.bytes, words.starts[at], words.ends[at]) };
});

/* The terms that start with an unfinished word, the commonest first. */
async function beginning(index, start) {
  if (index.server) {
    const words = (await vocabulary(index, start)).filter(({ word }) => word.startsWith(start));
    return words.sort((one, other) => other.common - one.common).slice(0, PREFIXES).map(({ word }) => stem(word));
  }
  const found = await tableFor(index, start);
  const first = Math.max(0, place(found.starts, start)), last = Math.min(place(found.starts, `${start}\uffff`), first + 2);
  const counts = [];
  for (let at = first; at <= last; at++) {
    const words = await shard(index, found.names[at]);
    words.terms.forEach((term, next) => { if (term.startsWith(start)) counts.push([words.counts[next], term]); });
  }
  return counts.sort((one, other) => other[0] - one[0]).slice(0, PREFIXES).map(([, term]) => term);
}

/* The texts of an article from which results are shown. */
const record = (index, number) => (index.server ? divide({ ...index.server.articles[number], sections: index.server.sections(number) }) : text(index, number));
const text = (index, number) => remembered(index.lists, `text ${number}`, async () => divide(await json(index, textPath(index, number))));

/* The columns of the facets of all articles, or of those that the server gave. */
const facets = async () => {
  const index = await prepare();
  if (!index.server) return blocks();
  const given = (column) => index.server.articles.map(column);
  return {
    topics: given(({ paths, topics }) => paths.map((path, at) => [path, topics[at]])),
    tags: given(({ tags }) => tags),
    date: given(({ date }) => date),
    language: given(({ language }) => language),
  };
};
const blocks = once(async () => {
  const index = await prepare();
  const columns = { topics: [], tags: [], date: [], language: [] };
  for (const block of await Promise.all(index.facets.map((name) => json(index, `facets/${name}`)))) {
    columns.topics.push(...block.topic.map((list) => list.map((at) => block.topics[at])));
    columns.tags.push(...block.tagged.map((list) => list.map((at) => block.tags[at])));
    columns.date.push(...block.date);
    columns.language.push(...block.language.map((at) => block.languages[at]));
  }
  return columns;
});

/* Parsing the question */

/* The significant words of a question; a phrase in quotes stays whole and must be there. `ways` are lists of terms that an article
   must have all of, each with what it counts. */
function parse(question, { stop, synonyms }) {
  const phrases = [...question.matchAll(/["“”„«»]([^"“”„«»]+)["“”„«»]/g)].map(([, text]) => phrase(text)).filter(({ atoms }) => atoms.length);
  const found = runs(question.replace(/["“”„«»][^"“”„«»]*["“”„«»]/g, " "));
  const words = found.map(({ text }) => ({ text, ways: ways(text), loose: unspaced(text), name: NAME.test(text) }));
  const forms = found.map(({ text }) => all(terms(text)));
  const telling = forms.map((each) => !each.every((term) => stop.has(term)));
  const kept = telling.includes(true) || phrases.length ? telling : telling.map(() => true);
  for (const group of synonyms) {
    for (const form of group) {
      for (let at = 0; at + form.length <= forms.length; at++) {
        if (form.every((run, next) => forms[at + next][0] === run[0])) {
          const others = group.filter((other) => other !== form).map((other) => [other.flatMap((run) => run[0]), SYNONYM]);
          const tells = form.some((_, next) => telling[at + next]);
          form.forEach((_, next) => { kept[at + next] ||= !tells; words[at + next].ways.push(...others); });
        }
      }
    }
  }
  const seen = new Set();
  const distinct = words.filter(({ ways: [[first]] }, at) => kept[at] && !seen.has(first.join(" ")) && seen.add(first.join(" ")));
  return [...phrases, ...distinct].slice(0, TERMS);
}

function ways(run) {
  const { whole, parts } = terms(run);
  return [...(whole ? [[[whole], 1]] : []), ...(parts.length ? [[parts, whole ? SYNONYM : 1]] : [])];
}

/* A phrase is looked up by all its words, and then must occur literally in the text. */
function phrase(text) {
  const found = runs(text);
  const parts = found.flatMap((run) => { const { whole, parts } = terms(run.text); return parts.length ? parts : [whole]; });
  return { text, must: true, atoms: found.flatMap((run) => atoms(run.text)), ways: [[parts, 1]] };
}

/* The words of which a run consists. */
function atoms(run) {
  if (unspaced(run)) return [...run].map(fold);
  if (/[+#]$/.test(run) && run.length < 5) return [fold(run)];
  return run.split(/[._/@:\u2010\u2011-]+|(?<=[a-z])(?=[A-Z])/u).filter(Boolean).map((piece) => stem(fold(piece).replace(/'s$|[+#]+$/, "").replaceAll("'", "")));
}

/* Looking up */

/* The articles with a word of the question: number to { weight, exact, title, heading }; the terms by which it was found there; and whether there are
   more articles than the lists of common words hold. */
async function look(index, word) {
  const hits = new Map(), used = new Set();
  const found = await Promise.all(word.ways.map(async ([list, share]) => {
    const lists = await Promise.all(list.filter((term) => list.length === 1 || !index.stop.has(term)).map(async (term) => [term, await postings(index, term)]));
    return { lists, share };
  }));
  let count = 0;
  for (const { lists, share } of found) {
    const part = word.loose ? some(lists, index.articles) : every(lists);
    const exact = word.name && lists.length > 1 && count ? PART : 1;
    count = lists.length === 1 && lists[0][1] ? Math.max(count, lists[0][1].count) : count;
    if (part.size) for (const [term, has] of lists) if (has) used.add(term);
    for (const [number, hit] of part) {
      const before = hits.get(number) ?? { weight: 0, exact: 0 };
      hits.set(number, {
        weight: Math.max(before.weight, hit.weight * share * exact),
        exact: Math.max(before.exact, exact),
        title: before.title || (exact === 1 ? hit.title : 0),
        heading: before.heading || hit.heading,
      });
    }
  }
  const shortened = found.some(({ lists }) => lists.some(([, has]) => has && has.count > has.list.length));
  return { hits, used, shortened, count: word.name && count ? count : Math.max(count, hits.size) };
}

const hit = (byte) => ({ weight: (byte >> 4) / 15, title: (byte >> 1) & 7, heading: byte & 1 });

/* The articles that are in all lists. */
function every(lists) {
  if (!lists.length || lists.some(([, found]) => !found)) return new Map();
  const [[, first], ...others] = [...lists].sort(([, one], [, other]) => one.list.length - other.list.length);
  const hits = new Map(first.list.map(([number, byte]) => [number, hit(byte)]));
  for (const [, { list }] of others) {
    const here = new Map(list);
    for (const [number, before] of hits) {
      if (!here.has(number)) { hits.delete(number); continue; }
      const also = hit(here.get(number));
      hits.set(number, { weight: Math.min(before.weight, also.weight), title: before.title && also.title, heading: before.heading && also.heading });
    }
  }
  return hits;
}

/* The articles that have at least half as many of some terms as the one that has most of them: what a sentence without spaces is cut into. */
function some(lists, articles) {
  const sums = new Map();
  let most = 0, all = 0;
  for (const [, found] of lists) {
    const telling = weigh(found?.count ?? 0, articles);
    all += telling;
    for (const [number, byte] of found?.list ?? []) {
      const { weight, title, heading } = hit(byte);
      const before = sums.get(number) ?? { have: 0, weight: 0, title: 0, heading: 0 };
      sums.set(number, { have: before.have + telling, weight: before.weight + telling * weight, title: Math.max(before.title, title), heading: before.heading || heading });
      most = Math.max(most, before.have + telling);
    }
  }
  return new Map([...sums].filter(([, { have }]) => have >= most / 2).map(([number, sum]) => [number, { ...sum, weight: sum.weight / all }]));
}

/* How much a word tells: its rarity (BM25), flattened, so that one rare word does not outweigh several others. */
const weigh = (count, articles) => Math.log(1 + (articles - count + 0.5) / (count + 0.5)) ** RARITY + 0.1;

/* Looks a word up: as written, else as the start of longer words, else with its spelling corrected. */
async function resolve(index, word, { literal, address }) {
  Object.assign(word, await look(index, word));
  if (word.hits.size || word.must || word.loose) return {};
  const longer = await beginning(index, fold(word.text));
  if (longer.length) await turn(index, word, longer.map((term) => [[term], SYNONYM]));
  if (word.hits.size || literal) return {};
  const best = await correct(index, word.text);
  if (!best) return {};
  if (best.far > 1 || (address && word.text.length < 6)) return { offer: best.word };
  await turn(index, word, ways(best.word));
  return word.hits.size ? { correction: best.word } : {};
}

/* Replaces the terms of a word by others, where those find something. */
async function turn(index, word, ways) {
  const found = await look(index, { ...word, ways });
  if (found.hits.size) Object.assign(word, found, { ways });
}

/* Spelling */

/* The best correction at most two edits away: fewer edits first, then the same initial, then the more frequent word. */
async function correct(index, text) {
  const word = fold(text);
  if (word.length < 4 || /[^\p{L}]/u.test(word)) return null;
  const limit = word.length < 6 ? 1 : 2;
  let best = null;
  for (const candidate of await vocabulary(index, word)) {
    if (Math.abs(candidate.word.length - word.length) > limit) continue;
    const far = distance(word, candidate.word, limit);
    const cost = far + (candidate.word[0] === word[0] ? 0 : 0.4) - candidate.common * 0.05;
    if (far <= limit && (!best || cost < best.cost)) best = { word: candidate.word, far, cost };
  }
  return best;
}

/* The known words with the initial of a word, or with its second letter as theirs. */
async function vocabulary(index, word) {
  const [letters, names] = index.spelling.map((text) => text.split(" "));
  const wanted = names.filter((_, at) => letters[at] === "" || letters[at] === word[0] || letters[at] === word[1]);
  const lists = await Promise.all(wanted.filter(Boolean).map((name) => remembered(index.lists, `spelling/${name}`, async () => {
    const classes = await json(index, `spelling/${name}`);
    return classes.flatMap((packed, common) => {
      let last = "";
      return packed.split(" ").filter(Boolean).map((each) => ({ word: (last = last.slice(0, parseInt(each[0], 36)) + each.slice(1)), common }));
    });
  })));
  return lists.flat();
}

/* The edit distance of two words (optimal string alignment); counting stops above the limit. */
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
   `address`, which nobody typed, only long ones are corrected. `chosen` narrows by topic, tag, year and language. So many as `count` are read. */
export async function find(question, { literal = false, address = false, count = READ, chosen = {}, sort = "" } = {}) {
  const index = await prepare();
  const words = parse(question, index);
  const changes = await Promise.all(words.map((word) => resolve(index, word, { literal, address })));
  const corrections = changes.flatMap(({ correction }, at) => (correction ? [[words[at].text, correction]] : []));
  const missing = words.filter(({ hits }) => !hits.size);
  const useful = words.filter(({ hits }) => hits.size);
  if (index.server) await gather(index, useful, chosen, sort);
  for (const word of useful) word.telling = weigh(word.count, index.articles);
  const offers = changes.flatMap(({ offer }, at) => (offer ? [question.replace(words[at].text, offer)] : []));
  let ranked = missing.some(({ must }) => must) ? [] : rank(useful);
  let open = 0;
  if (words.some(({ must }) => must)) [ranked, open] = await checked(index, ranked, words.filter(({ must }) => must));
  if (index.server && useful.some(({ shortened }) => shortened)) open = 1;
  const narrowed = Object.values(chosen).some(Boolean);
  const columns = narrowed || sort ? await facets() : null;
  const before = ranked;
  if (narrowed) ranked = ranked.filter(inside(columns, chosen));
  if (sort) ranked = sorted(ranked, columns, sort);
  const read = await Promise.all(ranked.slice(0, Math.max(READ, count)).map((each) => study(index, each, useful)));
  const first = read.slice(0, READ);
  if (!sort) first.sort((one, other) => other.score - one.score);
  const complete = !missing.length && (before.some(({ found }) => found.length === useful.length) || read.some(({ without }) => !without.length));
  return {
    corrections,
    offers,
    shown: corrections.reduce((text, [from, to]) => text.replace(from, to), question),
    left: complete ? [] : [...new Set([...missing.map(({ text }) => text), ...(first[0]?.without ?? [])])],
    total: ranked.length,
    open,
    otherwise: ranked.length || !narrowed ? [] : otherwise(before, columns, chosen),
    hits: before,
    first: [...first, ...read.slice(READ)].slice(0, Math.max(count, 1)),
  };
}

/* Asks the server for the articles with several of the words, and looks the words up in its answer. */
async function gather(index, words, chosen, sort) {
  const { narrowing } = await import("./server.js");
  const terms = words.map(({ ways, used }) => ways.map(([list]) => list).find((list) => list.length && list.every((term) => used.has(term))) ?? []);
  await index.server.together(terms.filter((list) => list.length), { filter: narrowing(chosen), sort });
  for (const word of words) Object.assign(word, await look(index, word));
}

/* Ranks the articles with any of the words by the rarity of these words, by their weight in the article, and by the title. */
function rank(words) {
  const hits = new Map();
  for (const word of words) {
    for (const [number, found] of word.hits) {
      if (!hits.has(number)) hits.set(number, { number, sum: 0, have: 0, named: 0, title: 0, titled: 0, headed: 0, found: [] });
      const hit = hits.get(number);
      hit.sum += word.telling * found.weight;
      hit.have += word.telling * found.exact;
      hit.found.push(word);
      if (found.heading) hit.headed += word.telling;
      if (found.title) {
        hit.named += word.telling;
        hit.titled += 1;
        hit.title = LENGTHS[found.title];
      }
    }
  }
  const whole = words.reduce((sum, { telling }) => sum + telling, 0) || 1;
  const must = words.filter((word) => word.must);
  const kept = [...hits.values()].filter((hit) => must.every((word) => hit.found.includes(word)));
  for (const hit of kept) hit.score = score(hit, whole) + HEADED * (hit.headed / whole) ** 2;
  const enough = kept.reduce((most, { found }) => Math.max(most, sum(found)), 0) * 0.4;
  return kept.filter(({ found }) => sum(found) >= enough).sort((one, other) => other.score - one.score || one.number - other.number);
}

/* How well an article answers: how strongly it has the words, how many of them, and how much of the question its title says and nothing else. */
function score({ sum, have, named, titled, title }, whole) {
  const called = titled ? TITLE * (named / whole) ** 2 * (1 + Math.min(1, titled / title)) : 0;
  return (sum / whole) * (0.4 + 0.6 * (have / whole)) + called;
}

/* Those of the articles that contain the phrases literally, and how many were not checked. */
async function checked(index, ranked, phrases) {
  const read = await Promise.all(ranked.slice(0, CHECKED).map(async (hit) => [hit, await record(index, hit.number)]));
  const stands = read.filter(([, article]) => phrases.every(({ atoms }) => article.parts.some((part) => contains(part, atoms))));
  return [stands.map(([hit]) => hit), Math.max(0, ranked.length - CHECKED)];
}

function contains(part, wanted) {
  part.atoms ??= runs(part.text).flatMap(({ text }) => atoms(text));
  return part.atoms.some((_, at) => wanted.every((atom, next) => part.atoms[at + next] === atom));
}

/* Filters */

const FILTERS = {
  topic: (columns, number) => columns.topics[number].map(([path]) => path),
  tag: (columns, number) => columns.tags[number],
  year: (columns, number) => [columns.date[number].slice(0, 4)].filter(Boolean),
  language: (columns, number) => [columns.language[number]],
};

const inside = (columns, chosen) => ({ number }) => Object.entries(chosen).every(([name, value]) => !value || FILTERS[name](columns, number).includes(value));

function sorted(hits, columns, sort) {
  const sign = sort === "newest" ? -1 : 1;
  const rank = (date) => (date ? date : sort === "newest" ? "" : "9999");
  return [...hits].sort((one, other) => {
    const [a, b] = [rank(columns.date[one.number]), rank(columns.date[other.number])];
    return (a < b ? -sign : a > b ? sign : 0) || other.score - one.score;
  });
}

/* For each chosen filter, the number of articles without it. */
function otherwise(hits, columns, chosen) {
  const names = Object.keys(chosen).filter((name) => chosen[name]);
  return names.map((name) => [name, chosen[name], hits.filter(inside(columns, { ...chosen, [name]: "" })).length]).filter(([, , count]) => count);
}

/* The values of each filter with the number of results that each would leave, going by the other filters: { topic: [[value, title, count]] }. */
export async function choices(hits, chosen) {
  const columns = await facets();
  const titles = new Map(columns.topics.flat());
  return Object.fromEntries(Object.entries(FILTERS).map(([name, values]) => {
    const counts = new Map();
    const others = inside(columns, { ...chosen, [name]: "" });
    for (let number = 0; number < columns.date.length; number++) for (const value of values(columns, number)) if (!counts.has(value)) counts.set(value, 0);
    for (const hit of hits.filter(others)) for (const value of values(columns, hit.number)) counts.set(value, counts.get(value) + 1);
    const listed = [...counts].map(([value, count]) => [value, name === "topic" ? titles.get(value) : value, count]);
    const order = name === "year" ? (one, other) => (one[0] < other[0] ? 1 : -1) : (one, other) => one[0].localeCompare(other[0]);
    return [name, listed.sort(order)];
  }));
}

/* Showing results */

/* An article with its parts split into words: title, description, and each section with its heading. */
function divide(article) {
  const part = (text, more = {}) => ({ text, words: words(text), ...more });
  const sections = article.sections.map(([anchor, heading, text, weak]) => part(text, { anchor, weak, heading: part(heading) }));
  const title = part(article.title), description = part(article.description);
  return { ...article, title, description, sections, parts: [title, description, ...sections.flatMap((section) => [section.heading, section])] };
}

/* The words of a text with their offsets and terms; scripts without spaces yield overlapping ones. */
function words(text) {
  return runs(text).flatMap(({ text: run, at }) => {
    if (!unspaced(run)) return [{ text: run, at, end: at + run.length }];
    const count = size(run), letters = [...run];
    const places = letters.reduce((found, letter) => [...found, found.at(-1) + letter.length], [at]);
    return letters.slice(0, Math.max(1, letters.length - count + 1)).map((letter, next) => ({
      text: letters.slice(next, next + count).join(""), at: places[next], end: places[Math.min(letters.length, next + count)],
    }));
  });
}

const known = new Map();  // cache of the terms of runs

function termsOf(run) {
  if (!known.has(run)) {
    if (known.size > 50_000) known.clear();
    known.set(run, all(terms(run)));
  }
  return known.get(run);
}

/* The occurrences of the question's words in a part: [[place among its words, words]]. */
function marks(part, wanted) {
  const found = [];
  part.words.forEach(({ text }, at) => {
    let here = null;
    for (const term of termsOf(text)) for (const word of wanted.get(term) ?? []) (here ??= new Set()).add(word);
    if (here) found.push([at, here]);
  });
  return found;
}

const sum = (words) => [...words].reduce((total, { telling }) => total + telling, 0);
/* The words of the question that a part has; a name such as server_tokens only as a whole. */
const said = (part, found) => [...union(found)].filter((word) => !word.name || contains(part, atoms(word.text)));
const union = (found) => new Set(found.flatMap(([, here]) => [...here]));

/* Reads an article: its sections, best first, and a score that also knows how close together the words stand. */
async function study(index, hit, useful) {
  const article = await record(index, hit.number);
  const wanted = new Map();
  for (const word of useful) if (word.shortened || hit.found.includes(word)) for (const term of word.used) wanted.set(term, [...(wanted.get(term) ?? []), word]);
  const whole = useful.reduce((total, { telling }) => total + telling, 0) || 1;
  const sections = article.sections.map((section) => {
    const found = marks(section, wanted), heading = marks(section.heading, wanted);
    const here = said(section, found), above = said(section.heading, heading);
    const score = (0.6 * sum(new Set([...here, ...above])) + 0.4 * sum(above)) * (section.weak ? WEAK : 1);
    const length = section.heading.words.filter(({ text }) => !termsOf(text).every((term) => index.stop.has(term))).length;
    const called = section.weak ? 0 : (sum(above) / whole) ** 2 * (0.5 + 0.5 * Math.min(1, heading.length / length || 0));
    return { ...section, found, headed: heading, score, called };
  });
  const called = Math.max(0, ...sections.map(({ called }) => called));
  const none = { anchor: "", score: 0, found: [], text: "" };
  const best = sections.reduce((one, other) => (other.score > one.score ? other : one), none);
  const shown = sections.filter(({ score, anchor }) => score > 0 && anchor).sort((one, other) => other.score - one.score).slice(0, 3);
  const span = 2 * useful.length + 2;
  const near = sections.reduce((most, { found, weak }) => Math.max(most, closeness(found, span) * (weak ? WEAK : 1)), closeness(marks(article.title, wanted), span));
  const url = `${site.pathname}${encodeURI(article.url)}`;
  const there = union([...marks(article.title, wanted), ...marks(article.description, wanted), ...sections.flatMap(({ found, headed }) => [...found, ...headed])]);
  const unlisted = useful.filter((word) => there.has(word) && !hit.found.includes(word));
  const more = sum(unlisted);
  const names = useful.filter((word) => word.name && word.hits.has(hit.number)).map((word) => {
    const { exact, weight } = word.hits.get(hit.number);
    const stands = article.parts.some((part) => contains(part, atoms(word.text))) ? 1 : PART;
    return { have: word.telling * (stands - exact), sum: word.telling * weight * (stands / exact - 1) };
  });
  const total = (name) => names.reduce((all, each) => all + each[name], hit[name]);
  return {
    title: article.title.text,
    date: article.date,
    topic: article.topic,
    language: article.language,
    url,
    score: score({ ...hit, have: total("have") + more, sum: total("sum") }, whole) + (NEAR * near + SECTION * best.score) / whole + HEADING * called,
    without: useful.filter((word) => !hit.found.includes(word) && !there.has(word)).map(({ text }) => text),
    heading: highlight(article.title, marks(article.title, wanted)),
    excerpt: best.anchor ? [] : lead(article, sections.filter((section) => !shown.includes(section)), wanted),
    sections: shown.map((section) => ({
      url: `${url}#${section.anchor}`,
      title: highlight(section.heading, section.headed),
      excerpt: excerpt(section, section.found),
    })),
    words: [...wanted.keys()],
  };
}

/* The highest total rarity of the question's words within `span` consecutive words. */
function closeness(found, span) {
  const places = found.flatMap(([at, here]) => [...here].map((word) => [at, word]));
  let start = 0, best = 0;
  places.forEach(([at], end) => {
    while (places[start][0] <= at - span) start++;
    best = Math.max(best, sum(new Set(places.slice(start, end + 1).map(([, word]) => word))));
  });
  return best;
}

/* The description of an article: its first text if it has a word of the question, else its description, else its first text. */
function lead(article, sections, wanted) {
  const first = sections.find(({ text, anchor, weak }) => text && !anchor && !weak);
  const found = marks(article.description, wanted);
  if (first?.found.length || !article.description.text || (!found.length && first)) return first ? excerpt(first, first.found) : [];
  return excerpt(article.description, found);
}

/* Runs of a text, every other one marked: [plain, marked, plain, …], from one place to another. */
function highlight({ text, words }, found, from = 0, to = text.length) {
  const parts = [""];
  let at = from;
  for (const [number] of found) {
    const word = words[number];
    if (word.at < from || word.end > to) continue;
    if (word.at <= at && parts.length > 1 && parts.at(-1) === "") {
      parts[parts.length - 2] += text.slice(at, Math.max(at, word.end));
    } else parts.push(...[text.slice(word.at, word.end), ""]), parts[parts.length - 3] += text.slice(at, word.at);
    at = Math.max(at, word.end);
  }
  parts[parts.length - 1] += text.slice(at, to);
  return parts;
}

const SPAN = 180, BEFORE = 70;  // characters of an excerpt, and before the first match; half as many for ideographs

/* The text around the place where most words are close together, from the start of a sentence if one is near. */
function excerpt(section, found) {
  const { text, words } = section;
  const scale = words.length && unspaced(words[0].text) ? 0.5 : 1;
  const span = SPAN * scale;
  let best = words[found[0]?.[0]]?.at ?? 0, most = 0;
  found.forEach(([number], at) => {
    const here = new Set();
    for (let next = at; next < found.length && words[found[next][0]].end <= words[number].at + span * 0.8; next++) for (const word of found[next][1]) here.add(word);
    if (sum(here) > most) [best, most] = [words[number].at, sum(here)];
  });
  const [from, whole] = opening(text, best, Math.max(0, Math.min(best - BEFORE * scale, text.length - span)));
  let to = from + span;
  if (to >= text.length) to = text.length;
  else to = words.findLast(({ end }) => end <= to)?.end ?? to;
  const parts = highlight(section, found, from, to).map((part) => part.replaceAll("\n", " "));
  if (!whole) parts[0] = `… ${parts[0]}`;
  if (WHOLE.test(text.slice(to))) parts[parts.length - 1] += "…";
  else parts[parts.length - 1] += text.slice(to);
  return parts;
}

/* Where an excerpt begins that shows the place `at`: behind the end of a sentence, else at a word; and whether it begins a sentence. */
function opening(text, at, from) {
  if (from === 0) return [0, true];
  const ends = [...text.slice(from - 1, at).matchAll(/[.!?][\p{Pe}\p{Pf}"']*\s+|[。！？][\p{Pe}\p{Pf}]*\s*|\n/gu)];
  if (ends.length) return [from - 1 + ends[0].index + ends[0][0].length, true];
  const space = text.indexOf(" ", Math.max(from, at - BEFORE / 2));
  return [space === -1 || space >= at ? at : space + 1, false];
}

export { cut, runs, termsOf };
