// The roll call on the host's phone: who is added or taken off is kept here first, then sent, as a survey is. Opened
// here once, the class opens with no signal too, and people are found among those that this phone keeps.
"use strict";

(() => {
  const list = document.getElementById("waiting");
  if (!list || !window.indexedDB || !window.crypto || !crypto.subtle) return;
  const PATIENCE_MS = 2500, RENEW_MS = 15_000, MOST_FOUND = 5;
  const words = list.dataset, page = document.documentElement.dataset, here = location.pathname;
  const field = document.querySelector("form[role=search] input[type=search]");
  const takenBack = new Set();  // the ids of what was added here and taken off again
  let waited = 0, renewing = null, searching = null;

  const isHere = (made) => made.page === here || made.url.startsWith(`${here}/`);
  const mine = async () => (await outbox.mine()).filter(isHere);
  const form = (kind) => document.querySelector(`form[data-roll="${kind}"]`);
  const text = (tag, name, said) => Object.assign(document.createElement(tag), { className: name, textContent: said });
  const later = (ms) => new Promise((done) => setTimeout(done, ms));
  const waiting = () => text("span", "state call_back", `◌ ${words.waiting}`);

  function renew() {
    for (const part of document.querySelectorAll("[data-renews]")) part.dispatchEvent(new Event("refresh"));
  }

  // Keeps this page anew, with who is there now, a moment after something changed.
  function keepAnew(ms = RENEW_MS) {
    renewing = renewing || later(ms).then(() => { renewing = null; return pages.take(here, page.user); });
  }

  function about(form) {
    if (form.dataset.roll === "resident") return form.querySelector("b").textContent;
    if (form.dataset.roll === "undo") return form.dataset.name || form.closest("li").querySelector("b").textContent;
    return (form.elements.name || form.elements.numbers).value.trim();
  }

  // What the server refused, beside the field it is about.
  function complain(form, errors) {
    for (const old of form.querySelectorAll(".error")) old.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    for (const [name, why] of Object.entries(errors)) {
      const input = form.elements[name], line = text("p", "error", why);
      line.setAttribute("role", "alert");
      if (!input || !input.after) { form.append(line); continue; }
      input.setAttribute("aria-invalid", "true");
      input.after(line);
    }
  }

  // The form is ready for the next person; somebody found by name is marked in their row.
  function next(form, id) {
    complain(form, {});
    if (form.dataset.roll === "resident") { form.dataset.record = id; return; }
    if (form.dataset.roll === "undo") return;
    form.reset();
    for (const input of form.querySelectorAll(".text")) input.value = "";
    form.elements.op.value = store.uid();
    form.querySelector(".text").focus();
  }

  async function save(event) {
    const form = event.target;
    if (!form.dataset.roll || form.dataset.kept === "direct") return;
    event.preventDefault();
    if (form.dataset.kept) return;
    form.dataset.kept = "yes";
    try {
      const id = await keep(form, event.submitter);
      await Promise.race([outbox.flush(), later(PATIENCE_MS)]);
      const record = await store.read("records", id);
      if (record && record.state === "look") complain(form, record.errors);
      else next(form, id);
      delete form.dataset.kept;
      await show();
      renew();
    } catch {
      form.dataset.kept = "direct";  // nothing can be kept here: send it at once, as a browser without script would
      form.submit();
    }
  }

  async function keep(form, submitter, told) {
    const { roll } = form.dataset, what = { head: about(form), about: words[roll] || words.about, roll, page: here };
    return (await outbox.add(form, submitter, { ...what, ...told })).id;
  }

  // A refused entry goes back into its form, to be corrected under the same id.
  function again(record) {
    const place = form(record.roll);
    if (!place) return;
    const fields = new URLSearchParams(record.body);
    for (const input of place.elements) {
      if (input.type === "radio") input.checked = fields.get(input.name) === input.value;
      else if (input.name) input.value = fields.get(input.name) || "";
    }
    complain(place, record.errors);
    place.closest("details").open = true;
    place.querySelector(".text").focus();
  }

  // What still waits leaves the queue; where the server may have it already, its undoing is sent in its stead.
  async function undo(record) {
    if (!(await takeBack(record.id)) && record.roll !== "undo") {
      const place = document.getElementById("take-back");
      place.elements.op.value = store.uid();
      place.elements.recorded.value = record.id;
      place.dataset.name = record.head;
      await keep(place, null, { replaces: record.id });
      outbox.flush();
    }
    takenBack.add(record.id);
    await show();
    renew();
  }

  function action(said, work) {
    const button = text("button", "linklike under", said);
    button.onclick = work;
    return button;
  }

  function row(record) {
    const isUndo = record.roll === "undo", look = outbox.needsLook(record);
    const row = text("li", `row pad ${isUndo ? "wraps" : ""}`, ""), grow = text("span", "grow", "");
    grow.append(text("b", "", record.head));
    if (isUndo) grow.append(text("span", "soft small", record.about));
    if (record.state === "look") grow.append(text("span", "error", Object.values(record.errors || {}).join(" ")));
    row.append(grow, look ? text("span", "state late", `▲ ${words.look}`) : waiting());
    const mayCorrect = record.state === "look" && ["name", "numbers"].includes(record.roll);
    if (mayCorrect) row.append(action(words.again, () => again(record)));
    else if (record.state === "waiting" && !(isUndo && record.doubted)) {
      row.append(action(isUndo ? words.not : words.takeOff, () => undo(record)));
    }
    return row;
  }

  async function show() {
    const records = (await mine()).sort(outbox.inOrder);
    list.textContent = "";
    list.append(...records.map(row));
    list.hidden = !records.length;
    mark(records);
    markFound(records);
    if (records.length < waited) { renew(); keepAnew(); }
    waited = records.length;
  }

  // Those found by name wait, have arrived, or may be added again.
  function markFound(records) {
    for (const form of document.querySelectorAll("#found form[data-record]")) {
      const { record: id } = form.dataset, button = form.querySelector("button"), state = form.querySelector(".state");
      if (state) state.remove();
      button.hidden = !takenBack.has(id);
      if (!button.hidden) { delete form.dataset.record; form.elements.op.value = store.uid(); continue; }
      const waits = records.some((made) => made.id === id);
      button.after(waits ? waiting() : text("span", "state done", `✓ ${words.received}`));
    }
  }

  // Who is to be taken off the list says so in their row.
  function mark(records) {
    const off = new Set(records.filter((made) => made.roll === "undo").map((made) => made.url));
    for (const form of document.querySelectorAll("#present form[data-roll=undo]")) {
      const isOff = off.has(new URL(form.action).pathname);
      form.hidden = isOff;
      const said = form.parentElement.querySelector("[data-off]");
      if (said && !isOff) said.remove();
      if (!said && isOff) {
        const state = waiting();
        state.dataset.off = "";
        form.before(state);
      }
    }
  }

  // -- With no signal
  // People that may come, kept for the class that was opened last: a phone keeps one village at most.
  async function keepPeople() {
    const [kept, stored] = await Promise.all(["class", "stored"].map((key) => store.read("facts", key)));
    const isKnown = kept && kept.page === here && kept.user === page.user;
    const answer = await village.asked(`${here}/people?have=${isKnown ? kept.tag : ""}`);
    if (answer.status === 401) await village.age(kept, answer);
    if (!answer.ok) return;
    const told = answer.status === 204 ? kept : await answer.json();
    if (stored && told.village && stored.village !== told.village) { await store.remove("facts", "class"); return; }
    const said = Date.parse(answer.headers.get("Date") || "") || null;
    await store.write("facts", { ...told, key: "class", page: here, user: page.user, said });
  }

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const decade = (year) => (year ? `${Math.floor(year / 10)}•` : "");

  // Whom this phone finds itself: as the server does, at least two words and at most five people.
  async function search() {
    const found = document.getElementById("found"), kept = await store.read("facts", "class").catch(() => null);
    const asked = fold(field.value).split(/[^a-z0-9]+/).filter(Boolean);
    found.textContent = "";
    const say = (said) => { found.append(Object.assign(text("p", "soft", said), { role: "status" })); };
    if (!kept || kept.page !== here || kept.user !== page.user) { say(words.noSearch); return; }
    const fits = ([, name]) => asked.every((word) => ` ${fold(name)}`.includes(` ${word}`));
    const people = asked.length > 1 ? kept.people.filter(fits) : [];
    people.slice(0, MOST_FOUND).forEach((one, at, all) => found.append(person(one, all)));
    if (!people.length) say(words.nobody);
    if (people.length > MOST_FOUND) say(words.more);
  }

  function person([uid, name, year, lane], all) {
    const copy = document.getElementById("kept-person").content.cloneNode(true), place = copy.querySelector("form");
    const alike = all.filter((one) => fold(one[1]) === fold(name) && decade(one[2]) === decade(year));
    place.elements.op.value = store.uid();
    place.elements.resident.value = uid;
    copy.querySelector("b").textContent = name;
    const born = alike.length > 1 ? year : decade(year);
    copy.querySelector(".soft").textContent = [born, lane].filter(Boolean).join(" · ");
    return copy;
  }

  // What asked the server; a part that was replaced meanwhile asks in the document's name.
  const isSearch = (target) => target !== document && target.getAttribute("role") === "search";
  const isPart = (target) => target !== document && target.hasAttribute("data-renews");

  // Nothing came from the server. Before the class begins its forms are hidden, and with no signal nothing tells
  // whether it has begun.
  function isAway({ target }) {
    if (isSearch(target)) { clearTimeout(searching); search(); }
    if (!isPart(target)) return;
    const stale = document.getElementById("stale");
    stale.hidden = false;
    stale.querySelector("[data-text]").textContent = document.getElementById("present").dataset.at;
    document.getElementById("recording").hidden = false;
  }

  function isBack({ target }) {
    if (isSearch(target)) clearTimeout(searching);
    if (isPart(target)) document.getElementById("stale").hidden = true;
  }

  document.addEventListener("htmx:before:request", ({ target }) => {
    if (!isSearch(target)) return;
    clearTimeout(searching);
    searching = setTimeout(search, PATIENCE_MS);
  });
  document.addEventListener("htmx:before:response", (event) => {
    if (event.detail.ctx.response.headers.has("Content-Security-Policy")) return;
    event.preventDefault();  // a box on the way, whose page is not the list
    isAway(event);
  });
  document.addEventListener("htmx:after:request", isBack);
  for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, isAway);
  document.addEventListener("htmx:after:swap", async ({ target }) => {
    mark(await mine());
    if (isPart(target)) keepAnew();
  });
  document.addEventListener("submit", save);
  document.addEventListener("outbox", show);
  door.opens.push(async (kept) => {
    if (!kept) return;
    await show();
    renew();
    pages.take(here, page.user);
    keepPeople().catch(() => {});
  });
})();
