// The server's pages that this phone keeps for no signal: one cache for each account, each page with the files it is
// made of. Shared by the pages and the worker.
"use strict";

const pages = (() => {
  const FILES = /\/static\/[\w.-]+\.(?:js|css)\?v=\w+/g, MOST_CLASSES = 3;
  let left = false;

  // Keeps an answer under its address. It fails for what is no page of this account: a sign-in, or what a box on the
  // way says.
  async function put(address, answer, user) {
    const text = await answer.clone().text();
    if (answer.status !== 200 || !text.includes(`data-user="${user}"`)) throw new Error("not a page of this account");
    const files = await caches.open("static");
    for (const file of new Set(text.match(FILES))) if (!(await files.match(file))) await files.add(file);
    if (left) return;
    const cache = await caches.open(`pages-${user}`);
    await cache.put(address, answer);
    for (const old of (await all("/meetings/")).slice(0, -MOST_CLASSES)) await cache.delete(old.address);
  }

  // Asks for a page and keeps it; resolves to the answer, null where nothing was kept. It asks as the queue does, which
  // is told of a lost sign-in and not redirected.
  async function take(path, user) {
    try {
      const answer = await fetch(path, { headers: { "Accept": "application/json" }, redirect: "manual" });
      if (answer.status !== 401) await put(path, answer.clone(), user);
      return answer;
    } catch { return null; }
  }

  // The pages kept here whose path begins so, oldest first: [{user, address, answer}].
  async function all(beginning) {
    const found = [];
    for (const name of (await caches.keys()).filter((one) => one.startsWith("pages-"))) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        if (!new URL(request.url).pathname.startsWith(beginning)) continue;
        found.push({ user: name.slice(6), address: request.url, answer: await cache.match(request) });
      }
    }
    return found;
  }

  // A page by its path, and by its village if one is asked for; null where the cache fails, too.
  async function find(path, village) {
    const isMeant = ({ pathname, searchParams }) => pathname === path
      && (!village || searchParams.get("village") === village);
    const held = await all(path).catch(() => []);
    return held.find((one) => one.answer && isMeant(new URL(one.address))) || null;
  }

  // Forgets the pages of every account but this one.
  async function drop(but) {
    for (const name of await caches.keys()) {
      if (name.startsWith("pages-") && name !== `pages-${but}`) await caches.delete(name);
    }
  }

  const leave = () => { left = true; };

  return { put, take, all, find, drop, leave };
})();
