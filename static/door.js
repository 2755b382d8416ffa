// Starts the door's pages: says when this phone keeps nothing, sends what waits, keeps the village for no signal, and
// lets nobody sign out while something waits. The form and the list register what they do in `door.opens`.
"use strict";

const door = (() => {
  const page = document.documentElement.dataset;
  const opens = [];

  // Shows a part of the page that has something to say, with a text in its place.
  function say(id, text) {
    const place = document.getElementById(id);
    place.hidden = false;
    if (text) place.querySelector("[data-text]").textContent = text;
    return place;
  }

  // What became of the form that was saved last: sent, waiting or refused, each with its own sign.
  async function lastSaved() {
    const id = new URLSearchParams(location.search).get("kept");
    if (!id || !document.getElementById("kept")) return;
    const last = await store.read("facts", "last"), made = (await outbox.mine()).find((one) => one.household === id);
    const state = !made ? "sent" : outbox.needsLook(made) ? "look" : "waiting";
    const place = document.getElementById("kept");
    for (const line of place.querySelectorAll("[data-is]")) line.hidden = line.dataset.is !== state;
    place.className = `notice ${state === "sent" ? "good" : ""}`;
    place.querySelector("a").href = made && made.fields ? toChange(made) : `/households/${id}`;
    say("kept", last && last.household === id ? last.head : " ");
  }

  // Where a record that waits or was refused is opened to be changed.
  function toChange(made) {
    const isNew = made.url === "/households/new";
    return `/households/${isNew ? "new" : made.household}?village=${made.village}&record=${made.id}`;
  }

  function signOut() {
    const leave = document.querySelector("form[data-sign-out]");
    if (leave) leave.addEventListener("submit", async (event) => {
      if (leave.dataset.done) return;
      event.preventDefault();
      const waiting = (await outbox.mine().catch(() => [])).length, refused = leave.querySelector("[data-refused]");
      refused.hidden = !waiting;
      if (waiting) { refused.scrollIntoView({ block: "center" }); return; }
      await village.forget().catch(() => {});
      leave.dataset.done = "yes";
      leave.submit();
    });
  }

  // Whether this phone keeps what is tapped: everything that is needed is there, and the store answers in time.
  async function keeps() {
    if (!self.indexedDB || !self.crypto || !crypto.subtle || !self.caches) return false;
    try {
      await store.inTime(village.keepOwn());
      await outbox.show();
      return true;
    } catch { return false; }
  }

  async function start() {
    signOut();
    if (document.getElementById("revoked")) { await village.forget(); return; }
    const kept = await keeps();
    page.keeps = kept ? "yes" : "no";
    for (const open of opens) await open(kept);
    if (!kept) return;
    await lastSaved();
    document.addEventListener("outbox", lastSaved);
    outbox.flush();
    addEventListener("online", () => outbox.flush(true));
    document.addEventListener("visibilitychange", () => document.hidden || outbox.flush());
    if (!("serviceWorker" in navigator) || !page.worker) return;
    await register();
    const isReady = page.village && await village.take(page.page !== "list");
    await village.takePages();
    if (isReady && page.page === "list") say("ready");
  }

  // One worker for every page. That of earlier versions, for the doors alone, goes once this one is at work.
  async function register() {
    const { active } = await navigator.serviceWorker.register(page.worker, { scope: "/" });
    for (const one of await navigator.serviceWorker.getRegistrations()) {
      if (active && new URL(one.scope).pathname !== "/") await one.unregister();
    }
  }

  document.addEventListener("DOMContentLoaded", () => start().catch(() => {}));
  return { opens, say, toChange };
})();
