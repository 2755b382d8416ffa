// The form of one household on a phone: filled from what is stored, opened again where it was left, saved on the phone
// first. Where the phone keeps nothing it is the server's form, sent at once.
"use strict";

(() => {
  const page = document.documentElement.dataset, form = document.querySelector("form[data-door]");
  if (!form) return;
  const SENDING_MS = 700;
  const isNew = form.dataset.door.startsWith("new-");
  let blank = null;  // an empty row for one more person

  // -- Rows of people who are not on the list yet: as many as there are
  const newcomers = () => [...form.querySelectorAll("details[data-newcomer]")];

  function rename(row, to) {
    const from = row.dataset.newcomer || row.dataset.person;
    for (const input of row.querySelectorAll("[name]")) {
      if (input.name === "person") input.value = to; else input.name = input.name.replace(from, to);
    }
    for (const link of row.querySelectorAll("[href]")) {
      link.setAttribute("href", link.getAttribute("href").replace(from, to));
    }
    row.dataset[row.dataset.newcomer ? "newcomer" : "person"] = to;
  }

  function addRow() {
    const row = blank.cloneNode(true);
    rename(row, store.uid());
    newcomers().pop().after(row);
  }

  // One empty row always follows the last that is used.
  function keepRows() {
    blank = newcomers().pop().cloneNode(true);
    form.addEventListener("toggle", (event) => {
      if (event.target === newcomers().pop() && event.target.open) addRow();
    }, true);
  }

  function restoreRows(uids) {
    while (newcomers().length < uids.length) addRow();
    newcomers().forEach((row, index) => uids[index] && rename(row, uids[index]));
  }

  // -- Filling it
  function fill(told) {
    form.action = `/households/${told.uid}`;
    document.title = told.head;
    for (const place of document.querySelectorAll("[data-fill]")) place.textContent = told[place.dataset.fill] || "";
    const model = form.querySelector("section[data-person]");
    for (const link of form.querySelectorAll("a[data-here]")) {
      link.href = link.href.replace(model.dataset.person, told.uid);
    }
    for (const person of told.people) {
      const copy = model.cloneNode(true);
      rename(copy, person.uid);
      copy.querySelector("[data-name]").textContent = person.name;
      copy.querySelector("[data-about]").textContent = person.about;
      for (const question of copy.querySelectorAll("[data-min-age]")) {
        if (person.age !== null && person.age < Number(question.dataset.minAge)) question.remove();
      }
      model.before(copy);
    }
    model.remove();
    form.elements.visit.value = store.uid();
    form.elements.shown.value = JSON.stringify(told.shown);
    restoreRows(newcomers().map(store.uid));
    draft.set(told.shown);
    form.hidden = false;
    document.getElementById("opening").hidden = true;
  }

  // The form of a new household may come from the phone's store: each opening is another household, but for one that
  // waits and is opened again.
  function renew(record) {
    const before = record && new URLSearchParams(record.body).get("household");
    form.elements.visit.value = store.uid();
    form.elements.household.value = before || store.uid();
    restoreRows(newcomers().map(store.uid));
  }

  // A record that waits or was refused, opened to be changed: what it meant over what is known now, and beside the
  // fields why it was refused.
  function reopen(record) {
    draft.lay(record.fields, JSON.parse(new URLSearchParams(record.body).get("shown") || "{}"));
    form.elements.visit.value = store.uid();
    form.dataset.replaces = record.id;
    for (const [name, sentence] of Object.entries(record.errors || {})) {
      const field = draft.typed().find((input) => input.name === name), place = field ? draft.place(field) : form;
      const line = Object.assign(document.createElement("p"), { className: "error", textContent: sentence });
      Object.assign(line.dataset, { of: name, servers: "yes" });
      place.prepend(line);
      draft.unfold(place);
    }
    if (record.state === "look") door.say("refused");
  }

  function goOn(kept, key) {
    draft.lay(kept.fields, kept.shown ? JSON.parse(kept.shown) : null);
    scrollTo(0, kept.scroll || 0);
    door.say("draft").querySelector("button").onclick = async () => {
      await store.remove("drafts", key);
      location.reload();
    };
  }

  function serversForm() {
    const asked = new URLSearchParams(location.search);
    asked.set("fresh", 1);
    return `${location.pathname}?${asked}`;
  }

  async function own(table, key) {
    const found = key ? await store.read(table, key) : null;
    return found && found.user === page.user ? found : null;
  }

  // What is said before the first question is loud until a form was saved on this phone with that text.
  async function quieten() {
    const told = await store.read("facts", "told");
    if (told && told.version === form.elements.notice.value) page.told = "yes";
  }

  async function open() {
    await quieten();
    const id = form.dataset.door || location.pathname.split("/").pop();
    const record = await own("records", new URLSearchParams(location.search).get("record"));
    const corrected = document.querySelector(".error:not([hidden])");  // the server's own page, with what was typed
    const stored = page.page === "blank" ? await village.household(id, record && record.id) : null;
    if (page.page === "blank" && !stored) throw new Error("not stored here");
    if (stored) fill(stored); else if (isNew && !corrected) renew(record);
    const key = record ? `record-${record.id}` : id, before = corrected ? null : await own("drafts", key);
    restoreRows(((before || record || {}).newcomers) || []);
    draft.begin();
    if (record) reopen(record);
    if (before) goOn(before, key);
    const first = draft.undecided() || form.querySelector("p.error:not([hidden])");
    if (first) first.scrollIntoView({ block: "center" });
    return key;
  }

  // -- A tap and the Enter key
  // A second tap on a chosen chip takes the answer back to "not asked"; Enter goes to the next field and saves nothing.
  function watchTaps() {
    let chosen = new Set();
    const remember = () => { chosen = new Set(form.querySelectorAll("[type=radio]:checked")); };
    remember();
    form.addEventListener("click", (event) => {
      const input = event.target;
      if (input.type !== "radio") return;
      const again = chosen.has(input);
      if (again) input.checked = false;
      remember();
      if (again) input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    form.addEventListener("input", remember);
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("input.text")) return;
      event.preventDefault();
      const texts = [...form.querySelectorAll("input.text")].filter((input) => input.offsetParent);
      const next = texts[texts.indexOf(event.target) + 1];
      if (next) next.focus(); else event.target.blur();
    });
  }

  // An answer that is taken back is sent as an empty one.
  async function sayTakenBack() {
    const replaced = await own("records", form.dataset.replaces), shown = draft.shown();
    for (const [name, value] of draft.takenBack(replaced ? outbox.meantBy(replaced) : {})) {
      shown[name] = value;
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: "" }));
    }
    form.elements.shown.value = JSON.stringify(shown);
  }

  // -- Saving it
  // What has to be seen to before it can be saved.
  function missing() {
    if (!form.elements.outcome.value) return door.say("outcome-missing");
    return draft.undecided() || rules.check();
  }

  function told(key, later) {
    const outcome = form.elements.outcome.value;
    const named = newcomers().map((row) => row.querySelector("[name$='.name']").value.trim());
    const title = document.querySelector("h1").textContent.trim();
    return {
      household: isNew ? form.elements.household.value : form.dataset.door || location.pathname.split("/").pop(),
      head: isNew ? named.find(Boolean) || title : title, village: page.village, fields: draft.fields(),
      replaces: form.dataset.replaces, newcomers: draft.newcomers(),
      outcome: later && outcome === "done" ? "partial" : outcome,
      word: form.querySelector("[name=outcome]:checked").nextElementSibling.textContent,
    };
  }

  async function save(event, key, keep) {
    if (form.dataset.saved === "direct") return;
    event.preventDefault();
    if (form.dataset.saved) return;
    const button = event.submitter || pressed, later = Boolean(button) && button.value === "later";
    if (later && !form.elements.outcome.value) {
      await keep();
      location.href = `/households?village=${page.village}`;
      return;
    }
    const first = missing();
    if (first) { first.scrollIntoView({ block: "center" }); return; }
    form.dataset.saved = "yes";
    const about = told(key, later);
    await sayTakenBack().catch(() => {});
    const made = await outbox.record(form, button, about);
    try {
      await outbox.hold(made);
    } catch { return direct(button, made, later); }
    await store.remove("drafts", key).catch(() => {});
    await store.write("facts", { key: "last", household: made.household, head: made.head }).catch(() => {});
    await store.write("facts", { key: "told", version: form.elements.notice.value }).catch(() => {});
    const end = await Promise.race([outbox.flush(), new Promise((done) => setTimeout(done, SENDING_MS))]);
    if (end === "revoked") return;  // on its way to the page that says so
    const next = later || isNew ? "" : await village.nextDoor(made.household);
    location.href = `/households${next}?village=${page.village}&kept=${made.household}`;
  }

  // Nothing can be kept here: it is sent at once, as a browser without script would; with no network it stays on
  // screen.
  async function direct(button, made, later) {
    const { end } = await outbox.post(made);
    if (end === "received") {
      location.href = later || isNew ? `/households?village=${page.village}`
        : `/households/${made.household}/next?sent=1`;
    } else if (end === "later" || end === "lost") {
      form.dataset.saved = "";
      door.say("unsaved").scrollIntoView({ block: "center" });
    } else {
      form.dataset.saved = "direct";
      form.requestSubmit(button);  // the server says why not, on its own page
    }
  }

  // Which button was pressed: browsers before Chrome 81 do not say with the form.
  let pressed = null;
  form.addEventListener("click", (event) => { pressed = event.target.closest("button[name]") || pressed; });

  door.opens.push(async (kept) => {
    keepRows();
    let key = form.dataset.door || location.pathname.split("/").pop(), keep = () => {};
    try {
      if (!kept) throw new Error("nothing is kept here");
      key = await open();
      keep = draft.keep(key);
    } catch {
      if (page.page === "blank") { location.replace(serversForm()); return; }
      page.keeps = "no";
    }
    watchTaps();
    rules.watch();
    if (self.crypto && crypto.subtle) form.addEventListener("submit", (event) => save(event, key, keep));
  });
})();
