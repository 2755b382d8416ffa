// The village that is kept on this phone: its pages, each household as the form shows it, and which door comes next;
// the pages of this account that need no village; and who may come to a class. The age of it all is told by the
// server's clock, and nothing is wiped with no signal.
"use strict";

const village = (() => {
  const MOST_DAYS = 7, DAY = 86_400_000, LIST_KEPT_MS = 600_000;
  const page = document.documentElement.dataset;
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
    const toVisit = page.toVisit.split(" ");
    const todo = all.filter((one) => one.uid !== id && toVisit.includes(states.get(one.uid) || one.state));
    todo.sort((a, b) => a.order - b.order);
    const next = todo.find((one) => one.order > from.order) || todo[0];
    return next ? `/${next.uid}` : "";
  }

  // Stores the village, or learns that what is stored is still right. Resolves to whether it is ready for no signal.
  // `lately`: not when that was done a moment ago.
  const take = (lately) => { taking = fetched(lately).catch(() => false); return taking; };

  const asked = (address) => fetch(address, { headers: { "Accept": "application/json" }, redirect: "manual" });
  const isRecent = (fact) => Math.abs(Date.now() - fact.made) < LIST_KEPT_MS;

  async function fetched(lately) {
    const stored = await store.read("facts", "stored");
    const known = Boolean(stored) && stored.village === page.village && stored.user === page.user;
    if (known && lately && isRecent(stored)) return false;
    const have = known && (await pages.find("/households", page.village)) ? stored.tag : "";
    const answer = await asked(`/households/stored?village=${page.village}&have=${have}`).catch(() => null);
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
      if (!known) facts.delete("class");  // a phone keeps one village
      return facts.put({ ...fact, tag: told ? told.tag : have });
    }, { silence: 0 });
    if (told) for (const path of paths()) if (!(await pages.take(path, page.user))) return false;
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    await navigator.serviceWorker.ready;
    return true;
  }

  function paths() {
    const at = `?village=${page.village}`;
    return [`/households/blank${at}`, `/households/new${at}`, `/households${at}`];
  }

  // The pages that need no village, as the server names them; again after a while, or in another language.
  const takePages = () => { taking = pagesTaken().catch(() => {}); return taking; };

  async function pagesTaken() {
    const told = await store.read("facts", "pages"), { user, version } = page, { lang } = document.documentElement;
    const isKnown = Boolean(told) && told.user === user && told.version === version && told.lang === lang;
    if (!page.pages || (isKnown && isRecent(told))) return;
    let answer = null;
    for (const path of page.pages.split(" ")) {
      answer = await pages.take(path, user);
      if (answer && answer.status === 401) await age(told, answer);
      if (leaving || !answer || answer.status === 401) return;
    }
    await store.write("facts", { key: "pages", user, version, lang, made: Date.now(), said: said(answer) });
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
      for (const key of ["last", "told", "pages", "class"]) facts.delete(key);
      return facts.delete("stored");
    });
    await pages.drop();
  }

  // What another account left here is not shown to this one.
  async function keepOwn() {
    await pages.drop(page.user);
    const kept = await Promise.all(["stored", "class"].map((key) => store.read("facts", key)));
    if (kept.some((one) => one && one.user !== page.user)) await wipe();
  }

  // Signing out, or a phone that was revoked: only records that were never received stay.
  async function forget() {
    leaving = true;
    pages.leave();
    await taking;  // or it would write again what is wiped here
    await wipe();
    await store.keep(["drafts"], "readwrite", (drafts) => drafts.clear());
  }

  return { household, nextDoor, take, takePages, keepOwn, forget, asked, age };
})();
