// The door's pages on a phone: keeps what is tapped, fills the form from what is stored, and offers the next door.
"use strict";

(() => {
  const page = document.documentElement.dataset;
  const form = document.querySelector("form[data-door]");
  const list = document.getElementById("rows");
  const MOST_DAYS = 7, SENDING_MS = 700, DRAFT_MS = 250, LIST_KEPT_MS = 600_000;
  const ASKED = ["done", "call_back", "boarding"];
  const TO_VISIT = ["todo", "partial", "boarding"];
  const GROUPS = { done: "done", partial: "partial", boarding: "partial", not_home: "again", call_back: "again", refused: "gone", moved: "gone", vacant: "gone" };
  const CACHE = `pages-${page.user}`;
  const uid = () => crypto.randomUUID();
  const say = (id, text) => { const place = document.getElementById(id); place.hidden = false; if (text) place.querySelector("[data-text]").textContent = text; return place; };

  // -- What is stored of a household, with what this phone has not sent yet laid over it.
  async function household(id, without) {
    const stored = await outbox.read("households", id);
    if (!stored || stored.user !== page.user) return null;
    const mine = (await outbox.mine()).filter((record) => record.household === id && record.fields && record.id !== without).sort(outbox.inOrder);
    return mine.reduce((told, record) => ({ ...told, stateWord: record.word, shown: { ...told.shown, ...record.fields } }), stored);
  }

  // -- The form
  const typed = () => [...form.elements].filter((input) => input.name && !["hidden", "submit", "fieldset"].includes(input.type));

  function set(fields) {
    for (const input of typed()) {
      const values = [].concat(fields[input.name] ?? []).map(String);
      if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
      else input.value = values[0] ?? "";
    }
  }

  // What was filled in here and not sent yet must be seen; what the list said already may stay folded.
  function unfold() {
    const shown = JSON.parse(form.elements.shown.value || "{}");
    const meant = (input) => ["radio", "checkbox"].includes(input.type) ? input.checked && ![].concat(shown[input.name] ?? []).map(String).includes(input.value)
      : input.value !== String(shown[input.name] ?? "");
    for (const input of typed()) if (meant(input)) for (let fold = input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }

  function fieldsNow() {
    const fields = Object.fromEntries(typed().filter((input) => input.type === "checkbox").map((input) => [input.name, []]));
    for (const [name, value] of new FormData(form)) if (!["visit", "shown", "person", "village", "household"].includes(name)) (fields[name] ??= []).push(value);
    return fields;
  }

  const newcomers = () => [...form.querySelectorAll("details[data-newcomer]")];

  function rename(row, to) {
    const from = row.dataset.newcomer || row.dataset.person;
    for (const input of row.querySelectorAll("[name]")) {
      if (input.name === "person") input.value = to;
      else input.name = input.name.replace(from, to);
    }
    for (const link of row.querySelectorAll("[href]")) link.setAttribute("href", link.getAttribute("href").replace(from, to));
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

  // The form of a new household may come from the phone's store: each opening is another household.
  function renew() {
    for (const name of ["visit", "household"]) form.elements[name].value = uid();
    newcomers().forEach((row) => rename(row, uid()));
  }

  // A record that was refused, opened to be corrected: its answers over what is known now, and why beside the fields.
  function correct(refused) {
    const known = fieldsNow();
    newcomers().forEach((row, index) => refused.newcomers[index] && rename(row, refused.newcomers[index]));
    set({ ...known, ...refused.fields });
    form.elements.visit.value = uid();
    form.dataset.replaces = refused.id;
    unfold();
    if (refused.status === 409) for (const input of typed()) input.toggleAttribute("data-known", (known[input.name] || []).includes(input.value));
    for (const [name, sentence] of Object.entries(refused.errors)) {
      const field = [...form.elements].find((input) => input.name === name && input.type !== "hidden");
      const place = field ? field.closest(".q, .field, fieldset") || form : form;
      place.prepend(Object.assign(document.createElement("p"), { className: "error", textContent: sentence }));
      for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
    say("refused").querySelector("[data-both]").hidden = refused.status !== 409;
    const first = form.querySelector("p.error:not([hidden])");
    if (first) first.scrollIntoView({ block: "center" });
  }

  async function open() {
    const id = location.pathname.split("/").pop();
    const refused = await outbox.read("records", new URLSearchParams(location.search).get("record") || "");
    const key = form.dataset.door || id;
    if (page.page === "blank") {
      const told = await household(id, refused && refused.id);
      if (!told) { location.replace(`${location.pathname}?fresh=1`); return; }
      fill(told);
      form.hidden = false;
    } else if (key.startsWith("new-") && !document.querySelector(".error:not([hidden])")) renew();
    const draft = await outbox.read("drafts", key);
    if (refused && refused.user === page.user) correct(refused);
    else if (draft && draft.user === page.user) {
      newcomers().forEach((row, index) => draft.newcomers[index] && rename(row, draft.newcomers[index]));
      set(draft.fields);
      unfold();
      scrollTo(0, draft.scroll || 0);
      say("draft").querySelector("button").onclick = async () => { await outbox.remove("drafts", key); location.reload(); };
    }
    const keep = keepDrafts(key);
    form.addEventListener("submit", (event) => save(event, key, keep));
  }

  function keepDrafts(key) {
    let timer;
    const keep = () => outbox.write("drafts", { household: key, user: page.user, at: Date.now(), fields: fieldsNow(), scroll: scrollY,
      newcomers: newcomers().map((row) => row.dataset.newcomer) }).catch(() => say("storage"));
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, DRAFT_MS); });
    addEventListener("pagehide", () => { clearTimeout(timer); if (timer && !form.dataset.saved) keep(); });
    return keep;
  }

  // The one thing that the server would refuse most often is said here, at the door: somebody new without a year.
  function yearMissing() {
    const row = newcomers().find((one) => {
      const year = one.querySelector("[name$='.birth_year']").value.trim();
      return !/^\d{4}$/.test(year) && (year || one.querySelector("[name$='.name']").value.trim() || one.querySelector(":checked"));
    });
    if (!row) return false;
    const sentence = say("year-missing");
    row.open = true;
    row.querySelector(".pair").before(sentence);
    sentence.scrollIntoView({ block: "center" });
    return true;
  }

  async function save(event, key, keep) {
    if (form.dataset.saved === "direct") return;
    event.preventDefault();
    if (form.dataset.saved) return;
    const outcome = form.elements.outcome, later = event.submitter && event.submitter.value === "later";
    if (!outcome.value && later) { await keep(); location.href = `/households?village=${page.village}`; return; }
    if (!outcome.value) { say("outcome-missing").scrollIntoView({ block: "center" }); return; }
    if (ASKED.includes(outcome.value) && yearMissing()) return;
    form.dataset.saved = "yes";
    const head = document.querySelector("h1").textContent.trim(), chosen = form.querySelector("[name=outcome]:checked");
    const told = { household: key, head, village: page.village, fields: fieldsNow(), replaces: form.dataset.replaces,
      newcomers: newcomers().map((row) => row.dataset.newcomer), outcome: later && outcome.value === "done" ? "partial" : outcome.value,
      word: chosen.nextElementSibling.textContent };
    try {
      await outbox.add(form, event.submitter, told);
    } catch { return direct(event.submitter, told, later); }
    await outbox.remove("drafts", key).catch(() => {});
    await outbox.write("facts", { key: "last", household: key, head }).catch(() => {});
    const end = await Promise.race([outbox.flush(), new Promise((done) => setTimeout(done, SENDING_MS))]);
    if (end === "revoked") return;  // on its way to the page that says so
    const next = later ? "" : await nextDoor(key);
    location.href = `/households${next}?village=${page.village}&kept=${key}`;
  }

  // Nothing can be kept here: it is sent at once, as a browser without script would; with no network it stays on screen.
  async function direct(submitter, told, later) {
    const { end } = await outbox.post(await outbox.record(form, submitter, told)), key = told.household;
    if (end === "received") location.href = later || key.startsWith("new-") ? `/households?village=${page.village}` : `/households/${key}/next?sent=1`;
    else if (end === "later") { form.dataset.saved = ""; say("unsaved").scrollIntoView({ block: "center" }); }
    else { form.dataset.saved = "direct"; form.requestSubmit(submitter); }  // the server says why not, on its own page
  }

  // The path of the next door to knock on: from what is stored, else the server is asked; "" for the list.
  async function nextDoor(key) {
    const all = (await outbox.readAll("households")).filter((told) => told.user === page.user && told.village === page.village);
    const states = new Map((await outbox.mine()).sort(outbox.inOrder).map((record) => [record.household, record.outcome]));
    const here = all.find((told) => told.uid === key);
    if (!here) return key.startsWith("new-") || !all.length ? "" : `/${key}/next`;
    const todo = all.filter((told) => told.uid !== key && TO_VISIT.includes(states.get(told.uid) || told.state)).sort((a, b) => a.order - b.order);
    const next = todo.find((told) => told.order > here.order) || todo[0];
    return next ? `/${next.uid}` : "";
  }

  // -- The list: narrowed on the phone itself, and what waits or is half done marked on its row
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const initial = (name) => { const first = name.trim().split(/\s+/).pop().charAt(0).toUpperCase(); return first === "Đ" ? first : fold(first).toUpperCase(); };

  async function mark() {
    const told = new Map((await outbox.readAll("drafts")).filter((draft) => draft.user === page.user).map((draft) => [draft.household, `◐ ${page.draft}`]));
    for (const record of (await outbox.mine()).sort(outbox.inOrder)) told.set(record.household, record.state === "look" ? `▲ ${page.look}` : `◌ ${page.waiting}`);
    const outcomes = new Map((await outbox.mine()).sort(outbox.inOrder).map((record) => [record.household, record.outcome]));
    for (const row of list.querySelectorAll("[data-uid]")) {
      const words = told.get(row.dataset.uid), place = row.querySelector(".state"), outcome = outcomes.get(row.dataset.uid);
      if (outcome) Object.assign(row.dataset, { state: GROUPS[outcome], is: outcome });
      if (!words) continue;
      place.className = `state ${words[0] === "▲" ? "late" : "call_back"}`;
      place.textContent = words;
    }
    if (whole) count();
  }

  // What stands above the list counts what this phone has saved too, sent or not.
  function count() {
    const states = [...list.querySelectorAll("[data-uid]")].map((row) => row.dataset.state), put = (place, n) => { place.textContent = n.toLocaleString("vi-VN"); };
    for (const link of document.querySelectorAll(".filters a[data-state]")) {
      const n = states.filter((state) => state === link.dataset.state).length;
      link.hidden = !n;
      put(link.querySelector("[data-n]"), n);
    }
    const total = list.querySelectorAll("[data-uid]:not([data-is=moved], [data-is=vacant])").length, visited = total - list.querySelectorAll("[data-is=todo]").length;
    put(document.getElementById("visited"), visited);
    put(document.getElementById("total"), total);
    document.querySelector(".meter").setAttribute("viewBox", `0 0 ${total || 1} 1`);
    document.querySelector(".meter .all").setAttribute("width", visited);
  }

  const asked = new URLSearchParams(location.search);
  const whole = list && document.querySelector("#visited") && !document.querySelector(".filters [aria-current]") && !document.querySelector("input[type=search]").value;

  function narrow() {
    const words = fold(asked.get("q") || "").split(/[^a-z0-9]+/).filter(Boolean);
    let lane = null, shown = 0;
    for (const row of list.querySelectorAll("li")) {
      if (row.matches(".lane")) { lane = row; lane.hidden = true; continue; }
      const text = row.dataset.search, letter = asked.get("letter");
      row.hidden = !(words.every((word) => text.includes(` ${word}`) || (/^\d+$/.test(word) && text.includes(`${word.slice(-4)} `)))
        && (!asked.has("state") || row.dataset.state === asked.get("state")) && (!asked.has("lane") || row.dataset.lane === asked.get("lane"))
        && (!letter || initial(row.querySelector("b").textContent) === letter));
      if (!row.hidden) { shown += 1; if (lane) lane.hidden = false; }
    }
    document.getElementById("nothing").hidden = shown > 0;
  }

  // The one thing to do from the list: the next door after the last one that was saved on this phone.
  async function offerNext() {
    const link = document.getElementById("next-door"), last = await outbox.read("facts", "last");
    const path = link && last ? await nextDoor(last.household) : "";
    if (!path || path.endsWith("/next")) return;
    const told = await outbox.read("households", path.slice(1));
    link.href = `/households${path}`;
    link.querySelector("[data-text]").textContent = told.head;
  }

  // The list holds the whole village when it was opened without narrowing, or comes from the phone's store.
  function search() {
    const field = document.querySelector("input[type=search]"), keys = ["state", "lane", "letter"];
    field.addEventListener("input", () => { asked.set("q", field.value); narrow(); });
    if (field.value) asked.set("q", field.value);
    if (document.querySelector(".filters [aria-current]")) return;
    for (const nav of document.querySelectorAll(".filters")) nav.addEventListener("click", (event) => {
      const link = event.target.closest("a"), key = link && keys.find((one) => link.hasAttribute(`data-${one}`));
      if (!key) return;
      event.preventDefault();
      const value = link.getAttribute(`data-${key}`), off = asked.get(key) === value;
      if (off) asked.delete(key); else asked.set(key, value);
      for (const other of nav.querySelectorAll("a")) other.toggleAttribute("aria-current", other === link && !off);
      narrow();
    });
    for (const key of keys) if (asked.has(key)) for (const link of document.querySelectorAll(`[data-${key}]`)) if (link.matches(".filters a") && link.getAttribute(`data-${key}`) === asked.get(key)) link.toggleAttribute("aria-current", true);
    if ([...keys, "q"].some((key) => asked.get(key))) narrow();
  }

  // -- Stores this village on the phone: the blank forms, the list, and each household's data, at most MOST_DAYS.
  let storing = null, leaving = false;

  async function store() {
    const stored = await outbox.read("facts", "stored"), pages = await caches.open(CACHE);
    if (stored && form && stored.village === page.village && Date.now() - stored.made < LIST_KEPT_MS) return;
    const have = stored && stored.village === page.village && (await pages.keys()).length ? stored.tag : "";
    const answer = await fetch(`/households/stored?village=${page.village}&have=${have}`, { headers: { "Accept": "application/json" }, redirect: "manual" }).catch(() => null);
    if (!answer && have) ready();
    if (!answer || !answer.ok || leaving) return;
    const told = answer.status === 204 ? null : await answer.json();
    if (leaving) return;
    await outbox.keep(["households", "facts"], "readwrite", (households, facts) => {
      if (told) households.clear();
      if (told) told.households.forEach((one, order) => households.put({ ...one, order, user: page.user, village: page.village }));
      return facts.put({ key: "stored", village: page.village, user: page.user, made: Date.now(), tag: told ? told.tag : have });
    });
    const at = `?village=${page.village}`;
    if (told) await pages.addAll([`/households/blank${at}`, `/households/new${at}`, `/households${at}`, "/households/outbox"].map((path) => new Request(path, { headers: { "Accept": "text/html" } })));
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    await navigator.serviceWorker.ready;
    ready();
  }

  const ready = () => list && page.page === "list" && say("ready");

  async function forget(all) {
    for (const name of await caches.keys()) if (name.startsWith("pages-") && (all || name !== CACHE)) await caches.delete(name);
    const stored = await outbox.read("facts", "stored");
    const old = stored && (stored.user !== page.user || Date.now() - stored.made > MOST_DAYS * 86_400_000);
    if (all || old) await outbox.keep(["households", "facts"], "readwrite", (households, facts) => { households.clear(); facts.delete("last"); return facts.delete("stored"); });
    if (old) await caches.delete(CACHE);
    if (all) await outbox.keep(["drafts"], "readwrite", (drafts) => drafts.clear());
  }

  async function kept() {
    const key = asked.get("kept");
    if (!key) return;
    const last = await outbox.read("facts", "last");
    const waits = (await outbox.mine()).find((record) => record.household === key);
    const place = say("kept", `${waits ? waits.state === "look" ? page.keptLook : page.keptHere : page.keptSent} ${last && last.household === key ? last.head : ""}`);
    place.querySelector("a").href = key.startsWith("new-") ? "/households/outbox" : `/households/${key}`;
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
    } catch {
      if (page.page === "blank") { location.replace(`${location.pathname}?fresh=1`); return; }
      if (form || list) say("storage");
      if (form) form.addEventListener("submit", (event) => save(event, form.dataset.door, () => {}));
      return;
    }
    if (form) await open();
    if (form || list) await kept();
    if (list && page.page === "list") {
      search();
      await mark();
      document.addEventListener("outbox", mark);
      await offerNext();
    }
    outbox.flush();
    addEventListener("online", () => outbox.flush());
    document.addEventListener("visibilitychange", () => document.hidden || outbox.flush());
    if ("serviceWorker" in navigator && page.worker) {
      await navigator.serviceWorker.register(page.worker, { scope: "/households" });
      if (page.village) storing = store().catch(() => {});
    }
  }

  start();
})();
