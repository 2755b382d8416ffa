// Serves what this phone keeps when there is no signal, and sends what waits when it is back. It touches GETs only:
// forms and residents' pages pass beside it.
"use strict";
const RESIDENTS = {{ residents|tojson }};
const PATIENCE_MS = 4000;
importScripts(...{{ own|tojson }});

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  event.waitUntil(outbox.flush().then((end) => {
    if (["later", "lost"].includes(end) && !event.lastChance) throw new Error(end);  // the browser tells us again
  }));
});

const isOfResidents = (address) => RESIDENTS.includes(new URL(address).pathname.split("/")[1]);

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || isOfResidents(url)) return;
  if (url.pathname.startsWith("/static/")) {
    if (request.referrer && isOfResidents(request.referrer)) return;
    event.respondWith(caches.match(request).catch(() => null).then((held) => held || fetch(request)));
  } else if (request.mode === "navigate") event.respondWith(page(event, url));
});

// Whether our server answered, and not a box on the way; a redirect cannot be looked into.
const isOurs = (answer) => answer.type === "opaqueredirect" || answer.headers.has("Content-Security-Policy");

async function page(event, url) {
  const { request } = event, village = url.searchParams.get("village"), isFresh = url.searchParams.has("fresh");
  const form = /^\/households\/[0-9a-f-]{36}$/.test(url.pathname) ? "/households/blank" : "/households/new";
  const isForm = form.endsWith("blank") || url.pathname === form;
  const held = isFresh ? null : await pages.find(isForm ? form : url.pathname, form.endsWith("blank") ? null : village);
  if (isForm && held) return held.answer;
  const answer = fetch(request);
  const ours = answer.then((one) => (isOurs(one) ? one : Promise.reject(one)));
  if (!held) {
    return ours.catch(async () => ((await pages.find("/no-signal")) || { answer }).answer);
  }
  if (held.address === url.href) {
    event.waitUntil(ours.then((one) => pages.put(held.address, one.clone(), held.user)).catch(() => {}));
  }
  const slow = new Promise((done) => setTimeout(done, PATIENCE_MS, held.answer));
  return Promise.race([ours.then((one) => (one.status >= 500 ? held.answer : one), () => held.answer), slow]);
}
