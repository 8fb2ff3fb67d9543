// Leads from an old address to the new one, and takes the query and the part of the page along.
const { to } = document.currentScript.dataset;
location.replace(to + location.search + location.hash);
