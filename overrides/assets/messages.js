/* Messages of the scripts in the language of the site. catalogue.js holds them: empty in English; a build writes that of other languages. */

import { language, messages, plural } from "./catalogue.js";

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/* A message with its values in place of %(name)s. */
export const gettext = (message, values = {}) => filled(messages[message] ?? message, values);

/* The singular or plural form of a message for a number. */
export const ngettext = (singular, several, number, values = {}) =>
  filled(messages[singular]?.[plural(number)] ?? (number === 1 ? singular : several), values);

/* A message with elements in place of %(name)s: a list of texts and elements, in the order of the language. */
export const gettextParts = (message, elements) => (messages[message] ?? message).split(/%\((\w+)\)s/g).map((part, at) => (at % 2 ? elements[part] : part));

/* A date, given as YYYY-MM-DD, in the format of the language; unchanged in English. */
export const localDate = (date) => language === "en" ? date : new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(date));
