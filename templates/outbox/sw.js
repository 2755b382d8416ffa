// Serves the door's pages and static files when there is no signal, and sends what waits when it is back.
// It touches GETs only: forms pass beside it.
"use strict";
const SHELL = {{ files|tojson }};
const PATIENCE_MS = 4000;
importScripts(...{{ own|tojson }});

addEventListener("install", (event) => {
  event.waitUntil(caches.open("static").then((cache) => cache.addAll(SHELL)).then(() => skipWaiting()));
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  event.waitUntil(outbox.flush().then((end) => {
    if (["later", "lost"].includes(end) && !event.lastChance) throw new Error(end);  // the browser tells us again
  }));
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(event.request).catch(() => null).then((held) => held || fetch(event.request)));
    return;
  }
  const atDoors = url.pathname.startsWith("/households") && !url.searchParams.has("fresh");
  if (atDoors && event.request.mode === "navigate") event.respondWith(page(event.request, url));
});

async function page(request, url) {
  const village = url.searchParams.get("village");
  if (/^\/households\/[0-9a-f-]{36}$/.test(url.pathname)) return (await kept("/households/blank")) || fetch(request);
  if (url.pathname === "/households/new") return (await kept("/households/new", village)) || fetch(request);
  const stored = await kept(url.pathname, village);
  const instead = async (error) => (await kept("/households/outbox")) || Promise.reject(error);
  if (!stored) return fetch(request).catch(instead);
  const slow = new Promise((done) => setTimeout(done, PATIENCE_MS, stored));
  const fresh = fetch(request).then((answer) => (answer.status >= 500 ? stored : answer), () => stored);
  return Promise.race([fresh, slow]);
}

// A page kept on the phone: by its path, and by its village if one is asked for. Null where the cache fails, too.
async function kept(path, village) {
  try {
    for (const name of (await caches.keys()).filter((one) => one.startsWith("pages-"))) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const url = new URL(request.url);
        const right = !village || url.searchParams.get("village") === village;
        if (url.pathname === path && right) return await cache.match(request);
      }
    }
  } catch { /* the server's page is used */ }
  return null;
}
