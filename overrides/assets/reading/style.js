/* Loads the style sheet of these scripts once; resolves when it applies. */

export const styled = new Promise((done) => {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("../reading.css", import.meta.url).href });
  link.addEventListener("load", done);
  link.addEventListener("error", done);
  document.head.append(link);
});
