/* How a text is split into words: the same rules as hooks/almanac_kb/search/tokens.py, in the same order. tests/search/tokens.json holds cases
   that both must pass. A run is what stands between spaces and punctuation (node.js, --no-color, C++); it gives terms, the words of the index. */

const IDEOGRAPHS = "\u3005\u3007\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}";
const SYLLABLES = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u109f\u1780-\u17d3\u17dc\u17dd";
const MARKS = "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0963\u0966-\u0dff\u0f18-\u0f39\u0f71-\u0f84\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f";
const STRIPPED = /[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f]+/gu;
const LATIN = "aɑᶏⱥ aaꜳ aeæ aoꜵ auꜷ avꜹ ayꜽ bƀƃɓᵬᶀꞗꞵ cƈȼɕꞓꞔ dðđƌȡɖɗᵭᶁᶑꟈ eǝɇəɛᶒⱸꬴ fƒᵮᶂꞙ gǥɠɡɣᶃꞡ hħɦⱨꞕ hvƕ iıɨɩɪᶖ jȷɉɟʄʝ kĸƙᶄⱪꝁꝃꝅꞣ lłƚȴɫɬɭᶅⱡꝉꞎꬷꬸꬹ llỻ mɯɱᵯᶆꬺ nŋƞȵɲɳᵰᶇꞑꞥꬻ oøɔɵⱺꝋꝍ oeœ oiƣ ooꝏ ouȣ pƥᵱᵽᶈꝑꝓꝕ qɋʠꝗꝙ rɍɼɽɾʀᵲᵳᶉꞧꭇꭉ sȿʂʃᵴᶊꞩꟊ ssß tŧƫƭȶʈᵵⱦ thþ tzꜩ uʉʊᶙꞹꭎꭏꭒ vʋʌᶌỽⱱⱴꝟ vyꝡ wƿⱳ xᶍꭖꭗꭘꭙ yƴȝɏỿꭚ zƶȥɀʐʑʒᵶᶎⱬ";
const OTHER = "اٱ كکڪګ يىیې هةەہھ وۆۇ נן מם כך פף צץ σς 0٠۰ 1١۱ 2٢۲ 3٣۳ 4٤۴ 5٥۵ 6٦۶ 7٧۷ 8٨۸ 9٩۹ -‐‑ '’ʼ＇";
const LONGEST = 40;

const WORD = `(?:[0-9A-Za-z]|(?![${IDEOGRAPHS}${SYLLABLES}])[\\p{L}\\p{N}${MARKS}])+`;
const START = "(?:(?<![^\\s(\"'`\\[])(?:--?|\\.)(?=[A-Za-z]))?";
const RUN = new RegExp(`[${IDEOGRAPHS}]+|[${SYLLABLES}]+|${START}${WORD}(?:(?:::?|[._/@\\u2010\\u2011'\\u2019\\u02bc\\uff07\\-])${WORD})*(?:\\+\\+|#(?!${WORD}))?`, "gu");
const ASCII_RUN = /(?:(?<![^\s("'`\[])(?:--?|\.)(?=[A-Za-z]))?[A-Za-z0-9]+(?:(?:::?|[._\/@'-])[A-Za-z0-9]+)*(?:\+\+|#(?![A-Za-z0-9]))?/g;
const CONNECTOR = /[._/@:\u2010\u2011-]+/u;
const CAMEL = /(?<=[a-z])(?=[A-Z])/;
const IDEOGRAPH = new RegExp(`^[${IDEOGRAPHS}]`, "u"), SYLLABLE = new RegExp(`^[${SYLLABLES}]`, "u");
const SEVERAL = /^([A-Z]{2,})s$/;
const ARABIC_ARTICLE = /^(?:[وفبك]?ال|لل)(?=.{3})/u;
const ELISION = /^(?:qu|d?all|dell|nell|[cdjlmnst])'(?=.{2})/u;
const SHORT = /^[^aeiouy]*[aeiouy][^aeiouwxy]$/;
const ASCII = /^[\0-\x7f]*$/;
const FORMS = new Map();
for (const [first, ...others] of OTHER.split(" ")) for (const letter of others) FORMS.set(letter, first);
for (const group of LATIN.split(" ")) {
  const [, base, letters] = group.match(/^([a-z]+)(.+)$/u);
  for (const letter of letters) FORMS.set(letter, base);
}
const FORM = new RegExp(`[${[...FORMS.keys()].join("").replace("-", "\\-")}]`, "gu");

/* The runs of a text with their offsets: { text, at }. */
export function runs(text) {
  const found = [];
  let start = 0;
  for (const line of text.split("\n")) {
    for (const match of line.matchAll(ASCII.test(line) ? ASCII_RUN : RUN)) found.push({ text: match[0], at: start + match.index });
    start += line.length + 1;
  }
  return found;
}

/* The terms of one run: the run as a whole (empty where it is too long, or split into characters), and the terms of its parts. */
export function terms(run) {
  if (IDEOGRAPH.test(run)) return { whole: "", parts: grams(run, 2) };
  if (SYLLABLE.test(run)) return { whole: "", parts: grams(run, 3) };
  const pieces = run.split(CONNECTOR).filter(Boolean);
  if (pieces.length === 1 && pieces[0] === run && !/[+#]$/.test(run)) {
    const single = run.replace(SEVERAL, "$1"), camel = single.split(CAMEL);
    return { whole: stem(plain(fold(single))), parts: camel.length > 1 ? words(camel) : [] };
  }
  return compound(fold(run), pieces.map((piece) => piece.replace(/[+#]+$/, "")));
}

/* All terms of a run, each once. */
export const all = ({ whole, parts }) => [...new Set(whole ? [whole, ...parts] : parts)];

/* The terms of a text, run by run. */
export const cut = (text) => runs(text).flatMap((run) => all(terms(run.text)));

/* Whether a run is split into characters, because its script has no spaces. */
export const unspaced = (run) => IDEOGRAPH.test(run) || SYLLABLE.test(run);

/* The number of characters per term in such a run. */
export const size = (run) => (IDEOGRAPH.test(run) ? 2 : 3);

/* The text in lower case without accents, with one form of each letter. */
export function fold(text) {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").toLowerCase().replace(FORM, (letter) => FORMS.get(letter)).replace(STRIPPED, "").normalize("NFC");
}

/* A folded word without English suffixes and the Arabic article. */
export function stem(word) {
  if (!/^[a-z]+$/.test(word)) return word.replace(ARABIC_ARTICLE, "");
  if (word.length < 4) return word;
  let base = withoutEnding(singular(word));
  if (base.length > 6 && /(?:tion|sion)$/.test(base)) base = base.slice(0, -3);
  if (base.length > 4 && base.endsWith("e") && !SHORT.test(base.slice(0, -1))) base = base.slice(0, -1);
  if (base.length > 6 && /(?:is|ys)$/.test(base)) return `${base.slice(0, -1)}z`;
  return base.length > 5 && base.endsWith("our") ? `${base.slice(0, -3)}or` : base;
}

function singular(word) {
  if (word.length > 4 && /(?:ies|ied)$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:sses|ches|shes|xes)$/.test(word)) return word.slice(0, -2);
  return /(?:ss|us|is)$/.test(word) ? word : word.replace(/s$/, "");
}

/* A word without -ing, -ed or -ly. */
function withoutEnding(word) {
  const ending = ["ing", "ed", "ly"].find((each) => word.endsWith(each)) ?? "";
  const rest = word.slice(0, word.length - ending.length);
  if (!ending || word.endsWith("eed") || !/[aeiouy]/.test(rest) || rest.length < (ending === "ly" ? 4 : 2)) return word;
  if (ending === "ly") return rest;
  if (rest.length > 3 && /([^aeiouslz])\1$/.test(rest)) return rest.slice(0, -1);
  return SHORT.test(rest) ? `${rest}e` : rest;
}

function grams(run, count) {
  const letters = [...run];
  return Array.from({ length: Math.max(1, letters.length - count + 1) }, (_, at) => fold(letters.slice(at, at + count).join("")));
}

/* The terms of a run with characters other than letters and digits. */
function compound(folded, pieces) {
  const suffixed = /[+#]$/.test(folded);
  if (suffixed && [...folded].length < 5) return { whole: folded, parts: [] };
  const parts = words(pieces.flatMap((piece) => [piece, ...piece.split(CAMEL)]));
  const hyphens = !suffixed && folded[0] !== "-" && !/\p{Nd}/u.test(folded) && (folded.match(/[._/@:-]/g) ?? []).every((each) => each === "-") && folded.includes("-");
  const whole = hyphens ? stem(plain(folded.replaceAll("-", ""))) : folded.replace(/^v(?=\p{Nd}+\.)/u, "");
  return { whole: [...whole].length <= LONGEST ? whole : "", parts };
}

/* The terms of the words of a run, without single letters and numbers below 100. */
function words(pieces) {
  const found = pieces.map((piece) => plain(fold(piece))).filter((word) => [...word].length > 2 || ([...word].length === 2 && !/^\p{Nd}+$/u.test(word)));
  return [...new Set(found.map(stem))];
}

/* A folded word without its apostrophes. */
const plain = (word) => (word.includes("'") ? word.replace(/'s$/, "").replace(ELISION, "").replaceAll("'", "") : word);
