// The village that is kept on this phone: its pages in the browser's cache, each household as the form shows it, and
// which door comes next. Its age is told by the server's clock, and nothing of it is wiped with no signal.
"use strict";

const village = (() => {
  const MOST_DAYS = 7, DAY = 86_400_000, LIST_KEPT_MS = 600_000;
  const TO_VISIT = ["todo", "partial", "boarding"];
  const page = document.documentElement.dataset, CACHE = `pages-${page.user}`;
  let leaving = false, taking = null;

  // A household as the server told it, with what this phone has not sent yet laid over it, but for one record.
  async function household(id, without) {
    const stored = await store.read("households", id);
    if (!stored || stored.user !== page.user) return null;
    const waiting = (await outbox.mine()).filter((made) => made.household === id && made.fields && made.id !== without);
    return waiting.sort(outbox.inOrder).reduce(laidOver, stored);
  }

  function laidOver(told, made) {
    const shown = { ...told.shown, ...outbox.lasting(made) };
    const added = (made.newcomers || []).filter((uid) => !told.people.some((person) => person.uid === uid));
    const people = added.filter((uid) => outbox.listed(shown[`${uid}.birth_year`]).length).map((uid) => {
      const [year] = outbox.listed(shown[`${uid}.birth_year`]);
      return { uid, name: outbox.listed(shown[`${uid}.name`])[0] || "", about: year, age: page.year - year };
    });
    return { ...told, stateWord: made.word, shown, people: [...told.people, ...people] };
  }

  // The path of the next door to knock on: from what is stored, else the server is asked; "" for the list.
  async function nextDoor(id) {
    const here = (one) => one.user === page.user && one.village === page.village;
    const all = (await store.readAll("households")).filter(here), from = all.find((one) => one.uid === id);
    const states = new Map((await outbox.mine()).sort(outbox.inOrder).map((made) => [made.household, made.outcome]));
    if (!from) return all.length ? "" : `/${id}/next`;
    const todo = all.filter((one) => one.uid !== id && TO_VISIT.includes(states.get(one.uid) || one.state));
    todo.sort((a, b) => a.order - b.order);
    const next = todo.find((one) => one.order > from.order) || todo[0];
    return next ? `/${next.uid}` : "";
  }

  // Stores the village, or learns that what is stored is still right. Resolves to whether it is ready for no signal.
  // `lately`: not when that was done a moment ago.
  const take = (lately) => { taking = fetched(lately).catch(() => false); return taking; };

  async function fetched(lately) {
    const stored = await store.read("facts", "stored"), pages = await caches.open(CACHE);
    const known = Boolean(stored) && stored.village === page.village && stored.user === page.user;
    if (known && lately && Math.abs(Date.now() - stored.made) < LIST_KEPT_MS) return false;
    const have = known && (await pages.keys()).length ? stored.tag : "";
    const options = { headers: { "Accept": "application/json" }, redirect: "manual" };
    const answer = await fetch(`/households/stored?village=${page.village}&have=${have}`, options).catch(() => null);
    if (!answer || leaving) return Boolean(have);
    if (answer.status === 401) await age(stored, answer);
    if (!answer.ok) return false;
    const told = answer.status === 204 ? null : await answer.json();
    if (leaving) return false;
    const fact = { key: "stored", village: page.village, user: page.user, made: Date.now(), said: said(answer) };
    await store.keep(["households", "facts"], "readwrite", (households, facts) => {
      if (told) households.clear();
      const whose = { user: page.user, village: page.village };
      if (told) told.households.forEach((one, order) => households.put({ ...one, order, ...whose }));
      return facts.put({ ...fact, tag: told ? told.tag : have });
    }, { silence: 0 });
    if (told) await pages.addAll(paths().map((path) => new Request(path, { headers: { "Accept": "text/html" } })));
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    await navigator.serviceWorker.ready;
    return true;
  }

  function paths() {
    const at = `?village=${page.village}`;
    return [`/households/blank${at}`, `/households/new${at}`, `/households${at}`, "/households/outbox"];
  }

  const said = (answer) => Date.parse(answer.headers.get("Date") || "") || null;

  // The server asks for a sign-in again: what it told too many days ago, by its own clock, is not for whoever holds
  // the phone now. A wrong clock of the phone wipes nothing.
  async function age(stored, answer) {
    if (stored && stored.said && said(answer) - stored.said > MOST_DAYS * DAY) await wipe();
  }

  async function wipe() {
    await store.keep(["households", "facts"], "readwrite", (households, facts) => {
      households.clear();
      facts.delete("last");
      facts.delete("told");
      return facts.delete("stored");
    });
    await dropPages(() => true);
  }

  async function dropPages(which) {
    for (const name of await caches.keys()) if (name.startsWith("pages-") && which(name)) await caches.delete(name);
  }

  // What another account left here is not shown to this one.
  async function keepOwn() {
    await dropPages((name) => name !== CACHE);
    const stored = await store.read("facts", "stored");
    if (stored && stored.user !== page.user) await wipe();
  }

  // Signing out, or a phone that was revoked: only records that were never received stay.
  async function forget() {
    leaving = true;
    await taking;  // or it would write again what is wiped here
    await wipe();
    await store.keep(["drafts"], "readwrite", (drafts) => drafts.clear());
  }

  return { household, nextDoor, take, keepOwn, forget };
})();
