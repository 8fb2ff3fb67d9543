/* Registers the service worker that keeps pages for reading without a network. */

navigator.serviceWorker?.register(new URL("../../offline-worker.js", import.meta.url)).catch((error) => console.warn("offline:", error));
