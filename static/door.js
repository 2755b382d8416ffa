// The door's pages on a phone: keeps what is tapped, fills the form from what is stored, and offers the next door.
"use strict";

(() => {
  const page = document.documentElement.dataset;
  const form = document.querySelector("form[data-door]");
  const list = document.getElementById("rows");
  const MOST_DAYS = 7, SENDING_MS = 700, DRAFT_MS = 250;
  const CACHE = `pages-${page.user}`;
  const uid = () => crypto.randomUUID();
  const say = (id, text) => { const place = document.getElementById(id); place.hidden = false; if (text) place.querySelector("[data-text]").textContent = text; return place; };

  // -- What is stored of a household, with what this phone has not sent yet laid over it.
  async function household(id) {
    const stored = await outbox.read("households", id);
    if (!stored || stored.user !== page.user) return null;
    const mine = (await outbox.mine()).filter((record) => record.household === id).sort((a, b) => a.number - b.number);
    return mine.reduce((told, record) => ({ ...told, state: record.outcome, shown: { ...told.shown, ...record.fields } }), stored);
  }

  // -- The form
  function each(fields, work) {
    for (const input of form.elements) if (input.name && input.type !== "hidden" && input.type !== "submit") work(input, fields[input.name]);
  }

  function set(fields) {
    each(fields, (input, value) => {
      const values = value === undefined || value === null ? [] : [].concat(value).map(String);
      if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
      else input.value = values[0] ?? "";
    });
  }

  function fieldsNow() {
    const fields = {};
    for (const [name, value] of new FormData(form)) if (!["visit", "shown", "person"].includes(name)) (fields[name] ??= []).push(value);
    return fields;
  }

  const newcomers = () => [...form.querySelectorAll("details[data-newcomer]")];

  function rename(row, to) {
    const from = row.dataset.newcomer || row.dataset.person;
    for (const input of row.querySelectorAll("[name]")) {
      if (input.name === "person") input.value = to;
      else input.name = input.name.replace(from, to);
    }
    row.dataset[row.dataset.newcomer ? "newcomer" : "person"] = to;
  }

  function fill(told) {
    form.action = `/households/${told.uid}`;
    document.title = told.head;
    for (const place of document.querySelectorAll("[data-fill]")) place.textContent = told[place.dataset.fill] ?? "";
    const model = form.querySelector("section[data-person]");
    for (const link of form.querySelectorAll("a[data-here]")) link.href = link.href.replace(model.dataset.person, told.uid);
    for (const person of told.people) {
      const copy = model.cloneNode(true);
      rename(copy, person.uid);
      copy.querySelector("[data-name]").textContent = person.name;
      copy.querySelector("[data-about]").textContent = person.about;
      for (const question of copy.querySelectorAll("[data-min-age]"))
        if (person.age !== null && person.age < Number(question.dataset.minAge)) question.remove();
      model.before(copy);
    }
    model.remove();
    form.elements.visit.value = uid();
    form.elements.shown.value = JSON.stringify(told.shown);
    newcomers().forEach((row) => rename(row, uid()));
    set(told.shown);
  }

  async function open() {
    const id = location.pathname.split("/").pop();
    if (page.page === "blank") {
      const told = await household(id);
      if (!told) { location.replace(`${location.pathname}?fresh=1`); return; }
      fill(told);
      form.hidden = false;
    }
    const key = form.dataset.door || id;
    const draft = await outbox.read("drafts", key);
    if (draft && draft.user === page.user) {
      newcomers().forEach((row, index) => draft.newcomers[index] && rename(row, draft.newcomers[index]));
      set(draft.fields);
      for (const fold of form.querySelectorAll("details")) if (fold.querySelector("input:checked")) fold.open = true;
      say("draft").querySelector("button").onclick = async () => { await outbox.remove("drafts", key); location.reload(); };
    }
    keepDrafts(key);
    form.addEventListener("submit", (event) => save(event, key));
  }

  function keepDrafts(key) {
    let timer;
    const keep = () => outbox.write("drafts", { household: key, user: page.user, at: Date.now(), fields: fieldsNow(),
      newcomers: newcomers().map((row) => row.dataset.newcomer) }).catch(() => say("storage"));
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, DRAFT_MS); });
    addEventListener("pagehide", () => { clearTimeout(timer); if (timer && !form.dataset.saved) keep(); });
  }

  async function save(event, key) {
    if (form.dataset.saved === "direct") return;
    event.preventDefault();
    if (form.dataset.saved) return;
    if (!form.elements.outcome.value) { say("outcome-missing").scrollIntoView({ block: "center" }); return; }
    form.dataset.saved = "yes";
    const later = event.submitter && event.submitter.value === "later";
    const outcome = later && form.elements.outcome.value === "done" ? "partial" : form.elements.outcome.value;
    const head = document.querySelector("h1").textContent.trim();
    try {
      await outbox.add(form, event.submitter, { household: key, head, village: page.village, outcome, fields: fieldsNow() });
      await outbox.remove("drafts", key);
      await outbox.write("facts", { key: "last", household: key, head });
    } catch {
      form.dataset.saved = "direct";  // nothing can be kept here: send it at once, as a browser without script would
      form.requestSubmit(event.submitter);
      return;
    }
    await Promise.race([outbox.flush(), new Promise((done) => setTimeout(done, SENDING_MS))]);
    const next = later ? "" : await nextDoor(key);
    location.href = `/households${next}?village=${page.village}&kept=${key}`;
  }

  // The path of the next door to knock on: from what is stored, else the server is asked; "" for the list.
  async function nextDoor(key) {
    const all = (await outbox.readAll("households")).filter((told) => told.user === page.user && told.village === page.village);
    const states = await statesHere();
    const here = all.find((told) => told.uid === key);
    const todo = all.filter((told) => told.uid !== key && ["todo", "partial"].includes(states.get(told.uid) || told.state));
    todo.sort((a, b) => a.order - b.order);
    if (!here) return key.startsWith("new-") ? "" : `/${key}/next`;
    const next = todo.find((told) => told.order > here.order) || todo[0];
    return next ? `/${next.uid}` : "";
  }

  async function statesHere() {
    const mine = (await outbox.mine()).sort((a, b) => a.number - b.number);
    return new Map(mine.map((record) => [record.household, record.outcome]));
  }

  // -- The list: search on the phone itself, and what waits marked on its row
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

  async function mark() {
    const waiting = new Map((await outbox.mine()).sort((a, b) => a.number - b.number).map((record) => [record.household, record]));
    for (const row of list.querySelectorAll("[data-uid]")) {
      const record = waiting.get(row.dataset.uid);
      if (!record) continue;
      const place = row.querySelector(".state");
      place.className = "state call_back";
      place.textContent = `◌ ${record.state === "look" ? page.look : page.waiting}`;
    }
  }

  function search(field) {
    const words = fold(field.value).split(/[^a-z0-9]+/).filter(Boolean);
    for (const row of list.querySelectorAll("[data-search]")) {
      const text = row.dataset.search;
      row.hidden = !words.every((word) => text.includes(` ${word}`) || (/^\d+$/.test(word) && text.includes(`${word} `)));
    }
  }

  // Stores this village on the phone: the blank form, the list, and each household's data, at most MOST_DAYS.
  let storing = null, leaving = false;

  async function store() {
    const answer = await fetch(`/households/stored?village=${page.village}`, { headers: { "Accept": "application/json" }, redirect: "manual" });
    if (!answer.ok) return;
    const told = await answer.json();
    if (leaving) return;
    const made = Date.now();
    await outbox.keep(["households", "facts"], "readwrite", (households, facts) => {
      households.clear();
      told.households.forEach((one, order) => households.put({ ...one, order, user: page.user, village: page.village }));
      return facts.put({ key: "stored", village: page.village, user: page.user, made });
    });
    const pages = await caches.open(CACHE);
    await pages.addAll([`/households/blank?village=${page.village}`, `/households?village=${page.village}`, "/households/outbox"]);
    await (await navigator.serviceWorker.ready);
    say("ready");
  }

  async function forget(all) {
    for (const name of await caches.keys()) if (name.startsWith("pages-") && (all || name !== CACHE)) await caches.delete(name);
    const stored = await outbox.read("facts", "stored");
    const old = stored && (stored.user !== page.user || Date.now() - stored.made > MOST_DAYS * 86_400_000);
    if (all || old) await outbox.keep(["households", "facts"], "readwrite", (households, facts) => { households.clear(); return facts.delete("stored"); });
    if (all) await outbox.keep(["drafts"], "readwrite", (drafts) => drafts.clear());
  }

  async function kept() {
    const key = new URLSearchParams(location.search).get("kept");
    if (!key) return;
    const last = await outbox.read("facts", "last");
    const waits = (await outbox.mine()).some((record) => record.household === key);
    const place = say("kept", `${waits ? page.keptHere : page.keptSent} ${last && last.household === key ? last.head : ""}`);
    place.querySelector("a").href = `/households/${key}`;
  }

  function signOut() {
    for (const leave of document.querySelectorAll("form[data-sign-out]")) leave.addEventListener("submit", async (event) => {
      if (leave.dataset.done) return;
      event.preventDefault();
      const waiting = (await outbox.mine().catch(() => [])).length;
      if (waiting) { leave.querySelector("[data-refused]").hidden = false; return; }
      leaving = true;
      await storing;  // or it would write again what is wiped here
      await forget(true).catch(() => {});
      leave.dataset.done = "yes";
      leave.submit();
    });
  }

  async function start() {
    signOut();
    if (document.getElementById("revoked")) return forget(true);
    if (!window.indexedDB || !window.crypto || !crypto.subtle) { if (form) form.hidden = false; return; }
    try {
      await outbox.show();
      await forget(false);
    } catch { if (page.page !== "blank") { if (form || list) say("storage"); return; } }
    if (form) await open();
    if (form || list) await kept();
    if (list && page.page === "list") {
      await mark();
      document.addEventListener("outbox", mark);
      const field = document.querySelector("input[type=search]");
      field.addEventListener("input", () => search(field));
      if (field.value) search(field);
    }
    outbox.flush();
    addEventListener("online", () => outbox.flush());
    document.addEventListener("visibilitychange", () => document.hidden || outbox.flush());
    if ("serviceWorker" in navigator && page.worker) {
      await navigator.serviceWorker.register(page.worker, { scope: "/households" });
      if (page.page === "list" && page.village) storing = store().catch(() => {});
    }
  }

  start();
})();
