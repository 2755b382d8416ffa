// The list of a village's doors: it begins with the next door, is narrowed on the phone itself, and marks what waits or
// is half done on its row.
"use strict";

(() => {
  const rows = document.getElementById("rows"), page = document.documentElement.dataset;
  const asked = new URLSearchParams(location.search), KEYS = ["state", "lane", "letter"];
  const field = document.querySelector("input[type=search]");
  const earlier = document.getElementById("earlier"), narrowing = document.getElementById("narrowing");
  const FEW = 3;  // rows before the next door that are not worth a line to fold them
  const narrowed = () => document.querySelector(".filters [aria-current]");
  const whole = document.getElementById("visited") && !narrowed() && !field.value;
  const LOCALE = document.documentElement.lang === "vi" ? "vi-VN" : "en-GB";
  const GROUPS = JSON.parse(page.groups), GONE = page.gone.split(" ");

  let begin = earlier && !asked.has("whole") ? earlier.dataset.next : "", untouched = true;

  async function mark() {
    const records = (await outbox.mine()).sort(outbox.inOrder);
    const drafts = (await store.readAll("drafts")).filter((draft) => draft.user === page.user);
    const words = new Map(drafts.map((draft) => [draft.household, `◐ ${page.draft}`]));
    for (const made of records) {
      words.set(made.household, outbox.needsLook(made) ? `▲ ${page.look}` : `◌ ${page.waiting}`);
    }
    const outcomes = new Map(records.map((made) => [made.household, made.outcome]));
    for (const row of rows.querySelectorAll("[data-uid]")) {
      const said = words.get(row.dataset.uid), outcome = outcomes.get(row.dataset.uid);
      if (outcome) Object.assign(row.dataset, { state: GROUPS[outcome], is: outcome });
      if (!said) continue;
      const place = row.querySelector(".state");
      place.className = `state ${said[0] === "▲" ? "late" : "call_back"}`;
      place.textContent = said;
    }
    if (whole) count();
  }

  // What stands above the list counts what this phone has saved too, sent or not.
  function count() {
    const homes = [...rows.querySelectorAll("[data-uid]")].map((row) => row.dataset);
    const put = (place, n) => { place.textContent = n.toLocaleString(LOCALE); };
    for (const link of document.querySelectorAll(".filters a[data-state]")) {
      const n = homes.filter((home) => home.state === link.dataset.state).length;
      link.hidden = !n;
      put(link.querySelector("[data-n]"), n);
    }
    const total = homes.filter((home) => !GONE.includes(home.is)).length;
    const visited = total - homes.filter((home) => home.is === "todo").length;
    put(document.getElementById("visited"), visited);
    put(document.getElementById("total"), total);
    document.querySelector(".meter").setAttribute("viewBox", `0 0 ${total || 1} 1`);
    document.querySelector(".meter .all").setAttribute("width", visited);
  }

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

  function initial(name) {
    const first = name.trim().split(/\s+/).pop().charAt(0).toUpperCase();
    return first === "Đ" ? first : fold(first).toUpperCase();
  }

  function fits(row, words) {
    const text = row.dataset.search, letter = asked.get("letter");
    const found = (word) => text.includes(` ${word}`) || (/^\d+$/.test(word) && text.includes(`${word.slice(-4)} `));
    return words.every(found)
      && (!asked.has("state") || row.dataset.state === asked.get("state"))
      && (!asked.has("lane") || row.dataset.lane === asked.get("lane"))
      && (!letter || initial(row.querySelector("b").textContent) === letter);
  }

  // Shows the rows that fit, from the next door on where it is one of them and nobody searches.
  function narrow() {
    const words = fold(asked.get("q") || "").split(/[^a-z0-9]+/).filter(Boolean);
    const fitting = [...rows.querySelectorAll("[data-uid]")].filter((row) => fits(row, words));
    const next = words.length ? 0 : fitting.findIndex((row) => row.dataset.uid === begin);
    const above = next > FEW ? next : 0, shown = new Set(fitting.slice(above));
    let lane = null;
    for (const row of rows.querySelectorAll("li")) {
      if (row.matches(".lane")) { lane = row; lane.hidden = true; continue; }
      row.hidden = !shown.has(row);
      if (lane && !row.hidden) lane.hidden = false;
    }
    document.getElementById("nothing").hidden = fitting.length > 0;
    if (!earlier) return;
    earlier.hidden = !above;
    earlier.querySelector("[data-n]").textContent = above.toLocaleString(LOCALE);
  }

  // What folds above the list: the doors before the next one, and the search, which stands open on a wide screen.
  function unfold() {
    if (!earlier) return;
    earlier.addEventListener("click", (event) => { event.preventDefault(); begin = ""; narrow(); });
    if (KEYS.some((key) => asked.get(key)) || matchMedia("(min-width: 44rem)").matches) narrowing.open = true;
  }

  // The list holds the whole village when it was opened without narrowing, or comes from the phone's store.
  function search() {
    field.addEventListener("input", () => { asked.set("q", field.value); narrow(); });
    if (field.value) asked.set("q", field.value);
    if (narrowed()) return;
    for (const nav of document.querySelectorAll(".filters")) {
      nav.addEventListener("click", (event) => choose(event, nav));
    }
    for (const link of document.querySelectorAll(".filters a")) {
      const key = keyOf(link);
      if (key && asked.get(key) === link.getAttribute(`data-${key}`)) link.setAttribute("aria-current", "true");
    }
    if ([...KEYS, "q"].some((key) => asked.get(key))) narrow();
  }

  const keyOf = (link) => KEYS.find((key) => link.hasAttribute(`data-${key}`));

  function choose(event, nav) {
    const link = event.target.closest("a"), key = link && keyOf(link);
    if (!key) return;
    event.preventDefault();
    const value = link.getAttribute(`data-${key}`), off = asked.get(key) === value;
    if (off) asked.delete(key); else asked.set(key, value);
    for (const other of nav.querySelectorAll("a")) other.removeAttribute("aria-current");
    if (!off) link.setAttribute("aria-current", "true");
    narrow();
  }

  // The one thing to do from the list: the next door after the last one that was saved on this phone.
  async function offerNext() {
    const link = document.getElementById("next-door"), last = await store.read("facts", "last");
    const path = link && last ? await village.nextDoor(last.household) : "";
    if (!path || path.endsWith("/next")) return;
    const next = await store.read("households", path.slice(1));
    link.href = `/households${path}`;
    link.querySelector("[data-text]").textContent = next.head;
    if (!begin || !untouched) return;
    begin = next.uid;
    narrow();
  }

  // What the signs mean, until somebody says that they know; again each time on a phone that remembers nothing.
  function greet() {
    const first = document.getElementById("first");
    const memory = { get: () => localStorage.getItem("greeted"), set: () => localStorage.setItem("greeted", "yes") };
    const tried = (what) => { try { return memory[what](); } catch { return null; } };
    if (!first || tried("get")) return;
    first.hidden = false;
    first.querySelector("button").addEventListener("click", () => { tried("set"); first.hidden = true; });
  }

  // A list that somebody has begun to read or to narrow stays where it is.
  for (const kind of ["scroll", "pointerdown", "keydown"]) {
    addEventListener(kind, () => { untouched = false; }, { once: true, passive: true });
  }

  door.opens.push(async (kept) => {
    greet();
    unfold();
    search();
    if (!kept) return;
    await mark();
    document.addEventListener("outbox", mark);
    await offerNext();
  });
})();
