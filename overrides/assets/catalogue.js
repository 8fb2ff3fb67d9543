// The messages of the scripts. A build of a site in another language than English writes this file anew.
export const language = "en";
export const messages = {};
export const plural = (n) => Number(n !== 1);
