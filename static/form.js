// The form of one household: filled from what the phone stored, opened again where it was left, saved on the phone
// first. Where the phone keeps nothing it is the server's form, sent at once.
"use strict";

(() => {
  const page = document.documentElement.dataset, form = document.querySelector("form[data-door]");
  if (!form) return;
  const SENDING_MS = 700;
  const id = form.dataset.door || location.pathname.split("/").pop();
  const isNew = form.dataset.door.startsWith("new-");
  let blank = null;

  // -- Rows of people who are not on the list yet
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

  // -- Who is finished
  // Writes a person's answers into their line. Finished: every question has one, nothing is left to mend.
  function isFinished(part, fold, now) {
    const asked = [...fold.children].filter((one) => one.matches(".q")).map((one) => one.querySelector("[name]").name);
    const words = asked.map((name) => draft.said(name, now[name])).filter(Boolean);
    const lacks = words.length < asked.length || part.querySelector(".error:not([hidden]), .both");
    if (part.dataset.newcomer) words.unshift(part.querySelector("[name$='.name']").value);
    part.querySelector("[data-said]").textContent = words.join(" · ");
    return part.classList.toggle("finished", Boolean(!lacks && words[0]));
  }

  // Folds who is finished, but not where `at` is. What was tapped stays under the thumb: the page scrolls by what folds
  // above it, and what it cannot scroll by stays open.
  function foldFinished(at, tapped) {
    const now = draft.fields(), top = () => (tapped ? at.getBoundingClientRect().top : 0);
    for (const part of form.querySelectorAll("[data-person], [data-newcomer]")) {
      const fold = part.querySelector("summary").parentElement, before = top();
      if (!isFinished(part, fold, now) || part.contains(at)) continue;
      fold.open = false;
      if (before - top() > scrollY) fold.open = true; else scrollBy(0, top() - before);
    }
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
      if (person.name) copy.querySelector("[data-name]").textContent = person.name;
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

  // Each opening of the stored page is another household, but for one that waits and is opened again.
  function renew(record) {
    const before = record && new URLSearchParams(record.body).get("household");
    form.elements.visit.value = store.uid();
    form.elements.household.value = before || store.uid();
    restoreRows(newcomers().map(store.uid));
  }

  // A record that waits or was refused: what it meant, over what is known now, and why it was refused.
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
    foldFinished(draft.typed().find((input) => input.name === kept.last));
    scrollTo(0, kept.scroll || 0);
    door.say("draft").querySelector("button").onclick = async () => {
      await store.remove("drafts", key);
      location.reload();
    };
  }

  async function own(table, key) {
    const found = key ? await store.read(table, key) : null;
    return found && found.user === page.user ? found : null;
  }

  // What was saved last on this phone, the text of the notice then, and when each household was saved.
  const last = async () => ({ saved: {}, ...await store.read("facts", "last") });

  async function open() {
    if ((await last()).notice === form.elements.notice.value) page.told = "yes";
    const record = await own("records", new URLSearchParams(location.search).get("record"));
    const corrected = document.querySelector(".error:not([hidden])");  // the server's own page, with what was typed
    const stored = page.page === "blank" ? await village.household(id, record && record.id) : null;
    if (page.page === "blank" && !stored) throw new Error("not stored here");
    if (stored) fill(stored); else if (isNew && !corrected) renew(record);
    const key = record ? `record-${record.id}` : id, before = corrected ? null : await own("drafts", key);
    restoreRows(((before || record || {}).newcomers) || []);
    draft.begin();
    if (record) reopen(record);
    if (before) goOn(before, key); else foldFinished();
    const first = draft.undecided() || form.querySelector("p.error:not([hidden])");
    if (first) first.scrollIntoView({ block: "center" });
    return key;
  }

  // A second tap takes an answer back to "not asked"; Enter goes to the next field.
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
    form.addEventListener("click", step);
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("input.text")) return;
      event.preventDefault();
      const texts = [...form.querySelectorAll("input.text")].filter((input) => input.offsetParent);
      const next = texts[texts.indexOf(event.target) + 1];
      if (next) next.focus(); else event.target.blur();
    });
  }

  // − and + around a number; − takes 0 back to "not asked".
  function step({ target }) {
    const button = target.closest("[data-step]");
    if (!button) return;
    const input = button.parentElement.querySelector("input");
    const next = (parseInt(input.value) || 0) + Number(button.dataset.step);
    input.value = next >= 0 ? Math.min(next, input.dataset.most) : input.value === "0" ? "" : 0;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function sayTakenBack() {
    const replaced = await own("records", form.dataset.replaces), shown = draft.shown();
    for (const [name, value] of draft.takenBack(replaced ? outbox.meantBy(replaced) : {})) {
      shown[name] = value;
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: "" }));
    }
    form.elements.shown.value = JSON.stringify(shown);
  }

  // -- The same household in another tab
  const uid = () => (isNew ? form.elements.household.value : id);
  const savedAt = () => last().then(({ saved }) => saved[uid()]).catch(() => {});

  // Says that another tab saved this household after it was opened here: on coming back, and before saving.
  async function watchTabs() {
    const before = await savedAt(), place = document.getElementById("elsewhere");
    const look = async () => {
      const at = await savedAt(), isNews = at && at !== before && place.hidden && !form.dataset.saved;
      if (isNews) door.say(place.id, new Date(at).toTimeString().slice(0, 5));
      place.querySelector("a").href = `/households/${uid()}?village=${page.village}`;
      return isNews;
    };
    addEventListener("focus", look);
    document.addEventListener("outbox", look);
    return look;
  }

  async function leaveWord({ household, head }) {
    const saved = { ...(await last()).saved, [household]: Date.now() }, notice = form.elements.notice.value;
    await store.write("facts", { key: "last", household, head, notice, saved });
  }

  // -- Saving it
  function missing() {
    if (!form.elements.outcome.value) return door.say("outcome-missing");
    return draft.undecided() || rules.check();
  }

  function told(later) {
    const outcome = form.elements.outcome.value;
    const named = newcomers().map((row) => row.querySelector("[name$='.name']").value.trim());
    const title = document.querySelector("h1").textContent.trim();
    return {
      household: uid(),
      head: isNew ? named.find(Boolean) || title : title, village: page.village, fields: draft.fields(),
      replaces: form.dataset.replaces, newcomers: draft.newcomers(),
      outcome: later && outcome === "done" ? "partial" : outcome,
      word: form.querySelector("[name=outcome]:checked").nextElementSibling.textContent,
    };
  }

  async function save(event, key, keep, look) {
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
    if (first) { foldFinished(); first.scrollIntoView({ block: "center" }); return; }
    if ((await look()) || form.dataset.saved) return;
    form.dataset.saved = "yes";
    const about = told(later);
    await sayTakenBack().catch(() => {});
    const made = await outbox.record(form, button, about);
    try {
      await outbox.hold(made);
    } catch { return direct(button, made, later); }
    await store.remove("drafts", key).catch(() => {});
    await leaveWord(made).catch(() => {});
    const end = await Promise.race([outbox.flush(), new Promise((done) => setTimeout(done, SENDING_MS))]);
    if (end === "revoked") return;
    const next = later || isNew ? "" : await village.nextDoor(made.household);
    location.href = `/households${next}?village=${page.village}&kept=${made.household}`;
  }

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
      form.requestSubmit(button);
    }
  }

  // Which button was pressed: browsers before Chrome 81 do not say with the form.
  let pressed = null;
  form.addEventListener("click", (event) => { pressed = event.target.closest("button[name]") || pressed; });

  door.opens.push(async (kept) => {
    keepRows();
    let key = id, keep = () => {}, look = keep;
    try {
      if (!kept) throw new Error("nothing is kept here");
      key = await open();
      keep = draft.keep(key);
      look = await watchTabs();
    } catch {
      if (page.page === "blank") { location.replace(`${location.pathname}${location.search || "?"}&fresh=1`); return; }
      page.keeps = "no";
      foldFinished();
    }
    watchTaps();
    rules.watch();
    for (const kind of ["input", "change"]) form.addEventListener(kind, ({ target }) => foldFinished(target, true));
    if (self.crypto && crypto.subtle) form.addEventListener("submit", (event) => save(event, key, keep, look));
  });
})();
