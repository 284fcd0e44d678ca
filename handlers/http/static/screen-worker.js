/* Brings a screen back after a reload without net: what cannot be had anew comes from what the page has kept. */
"use strict";
const PATIENCE = 8000;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

async function answer(request) {
  const stop = new AbortController();
  const timer = setTimeout(function () { stop.abort(); }, PATIENCE);
  try {
    const fresh = await fetch(request, { signal: stop.signal });
    if (fresh.status < 500) return fresh;
    return (await caches.match(request, { ignoreSearch: request.mode === "navigate" })) || fresh;
  } catch (silent) {
    const kept = await caches.match(request, { ignoreSearch: request.mode === "navigate" });
    if (kept) return kept;
    throw silent;
  } finally {
    clearTimeout(timer);
  }
}

self.addEventListener("fetch", function (event) {
  const url = new URL(event.request.url);
  // Whether the service can be reached is for the page to know: its questions go through.
  if (event.request.method !== "GET" || url.origin !== self.location.origin || url.pathname.endsWith(".json")) return;
  event.respondWith(answer(event.request));
});
