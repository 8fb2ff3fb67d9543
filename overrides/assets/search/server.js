/* Asks a Typesense server in place of the files of the index. Words, spelling, synonyms and ranking are ours: the server says in how many articles
   a term stands, and gives the sections that have it. It holds what `search export` writes (hooks/almanac_kb/search/export.py). */

import { cut } from "./tokens.js";

const FIELDS = { title: 8, heading: 3, tags: 2, description: 3, text: 1 };  // weights as in postings.py
const SATURATION = 4;
const TITLE_LENGTHS = [1, 2, 3, 4, 6, 9];
const WORDS = 12;        // articles requested for each term
const TOGETHER = 40;     // articles requested with all terms, or as many terms as possible
const LONGEST = 250;     // most articles in one answer of the server

/* A term as the export writes it: other characters than ASCII letters and digits by code point. */
const letters = (term) => [...term].map((each) => (/[a-z0-9]/i.test(each) ? each : `0x${each.codePointAt(0).toString(16)}`)).join("");

/* A connection: `postings` and `together` send requests; `list` and `articles` return what the answers contained. */
export function connect({ url, key, collection }) {
  const articles = [], numbers = new Map(), asked = new Map();
  let waiting = null;

  /* Requests made at the same time are sent together. */
  function ask(search) {
    waiting ??= { searches: [], answers: Promise.resolve().then(send) };
    const { searches, answers } = waiting;
    const at = searches.push(search) - 1;
    return answers.then((results) => results[at]);
  }

  async function send() {
    const { searches } = waiting;
    waiting = null;
    const address = new URL("multi_search", url.endsWith("/") ? url : `${url}/`);
    address.searchParams.set("x-typesense-api-key", key);
    const answer = await fetch(address, { method: "POST", body: JSON.stringify({ searches }) });  // a plain text, which browsers send without asking first
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    const { results } = await answer.json();
    for (const result of results) if (result.error) throw new Error(`${url}: ${result.error}`);
    return results;
  }

  /* The number of articles with some terms; the sections of the best ones are stored. */
  async function search(terms, groups, more = {}) {
    const result = await ask({
      collection, q: terms.map(letters).join(" "), query_by: Object.keys(FIELDS).map((field) => `terms_${field}`).join(), query_by_weights: Object.values(FIELDS).join(),
      num_typos: 0, prefix: false, drop_tokens_threshold: 0, group_by: "url", group_limit: 3, per_page: Math.min(groups, LONGEST),
      exclude_fields: Object.keys(FIELDS).map((field) => `terms_${field}`).join(), highlight_fields: "none", ...more,
    });
    for (const { hits } of result.grouped_hits) for (const { document } of hits) keep(document);
    return result.found;
  }

  function keep(record) {
    if (!numbers.has(record.url)) {
      numbers.set(record.url, articles.length);
      articles.push({ ...record, date: record.date ?? "", topic: record.topics.at(-1) ?? "", parts: new Map(), terms: null });
    }
    const article = articles[numbers.get(record.url)];
    if (article.parts.has(record.position)) return;
    article.parts.set(record.position, [record.anchor, record.heading, record.text, record.references]);
    article.terms = null;
  }

  /* The articles received so far with a term: [[number, byte of the weight]], as in a list of the index. */
  const list = (term) => articles.flatMap((article, number) => {
    const found = (article.terms ??= weigh(article)).get(term);
    return found ? [[number, found]] : [];
  });

  return {
    articles,
    sections: (number) => [...articles[number].parts].sort(([one], [other]) => one - other).map(([, part]) => part),

    /* The articles with a term: { count, list }, or null where there is none. */
    async postings(term) {
      if (!asked.has(term)) asked.set(term, search([term], WORDS));
      const count = await asked.get(term);
      return count ? { count, list: list(term) } : null;
    },

    /* Requests articles with all words, each a list of terms, or with as many words as possible. */
    async together(words, { filter, sort }) {
      const terms = words.flat(), more = filter ? { filter_by: filter } : {};
      const pairs = words.length > 2 ? words.flatMap((one, at) => words.slice(at + 1).map((other) => [...one, ...other])) : [];
      const sorted = sort ? [search(terms, LONGEST, { ...more, sort_by: `day:${sort === "newest" ? "desc" : "asc"}` })] : [];
      const narrowed = filter ? words.map((word) => search(word, TOGETHER, more)) : [];
      await Promise.all([search(terms, TOGETHER, { ...more, drop_tokens_threshold: TOGETHER }), ...pairs.slice(0, 10).map((pair) => search(pair, WORDS, more)), ...sorted, ...narrowed]);
    },
  };
}

/* The weights of an article's received sections as in the index (BM25F): term to byte. */
function weigh(article) {
  const found = new Map();
  const add = (field, texts, [share, usual] = [0, 1]) => {
    const terms = texts.flatMap(cut);
    for (const term of terms) {
      const before = found.get(term) ?? { weight: 0, title: 0, heading: 0 };
      before.weight += FIELDS[field] / (1 - share + (share * terms.length) / usual);
      if (field === "heading") before.heading = 1;
      found.set(term, before);
    }
  };
  const parts = [...article.parts.values()];
  for (const title of [article.title, ...article.names]) {
    add("title", [title], [0.3, 6]);
    const terms = cut(title), length = TITLE_LENGTHS.findIndex((most) => terms.length <= most) + 1 || TITLE_LENGTHS.length + 1;
    for (const term of terms) found.get(term).title = Math.min(found.get(term).title || length, length);
  }
  add("heading", parts.map(([, heading]) => heading), [0.3, 30]);
  add("tags", [...article.tags, ...article.tag_words]);
  add("description", [article.description]);
  add("text", parts.filter(([, , , weak]) => !weak).map(([, , text]) => text));
  return new Map([...found].map(([term, { weight, title, heading }]) => {
    const four = Math.min(15, Math.floor((16 * weight) / (SATURATION + weight) + 0.5)) || 1;
    return [term, (four << 4) | (title << 1) | heading];
  }));
}

/* The server's filter expression for a choice of topic, tag, year and language. */
export function narrowing(chosen) {
  const fields = { topic: "paths", tag: "tags", year: "year", language: "language" };
  return Object.entries(chosen).filter(([, value]) => value).map(([name, value]) => `${fields[name]}:=[\`${value.replaceAll("`", "")}\`]`).join(" && ");
}
