// Saves what is written in a report while it is being written, and says so. What could not be saved stays in the page
// and is sent again. Without this the form is sent by its button.
"use strict";

(() => {
  const form = document.querySelector("form[data-report]");
  if (!form) return;
  const WAIT = 800, FIRST_RETRY = 2000, LAST_RETRY = 30000, TIMEOUT = 15000, KEPT_ALIVE = 60000;
  const words = form.dataset, longest = Number(words.longest), status = document.querySelector("[data-status]");
  const LOCALE = document.documentElement.lang === "vi" ? "vi-VN" : "en-GB";
  const parts = [...form.querySelectorAll("[data-part]")].map((section) => {
    const box = section.querySelector("textarea"), name = section.dataset.part;
    return {
      name, section, box, seen: form.elements[`seen-${name}`],
      saved: "unsaved" in section.dataset ? null : box.defaultValue,
      asked: section.querySelector("[data-asked]"), tried: [], trying: null,
    };
  });
  let sending = null, timer, retry = FIRST_RETRY, at = "", failure = "", leaving = false;

  const length = (text) => [...text].length;
  const asked = (part) => part.asked.childElementCount > 0;
  const dirty = (part) => part.box.value !== part.saved;
  const due = () => parts.filter((part) => dirty(part) && !asked(part) && length(part.box.value) <= longest);
  const unsaved = () => parts.some((part) => dirty(part) || asked(part));

  function uuid() {  // crypto.randomUUID is missing over plain HTTP in the office's own network
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  }

  function show() {
    if (parts.some(asked)) status.textContent = words.asked;
    else if (parts.some((part) => length(part.box.value) > longest)) status.textContent = words.refused;
    else if (failure) status.textContent = failure;
    else if (sending) status.textContent = `${words.sending}…`;
    else if (due().length) status.textContent = `${words.unsaved}…`;
    else status.textContent = at ? `${words.saved} ${at}` : words.begin;
  }

  function look(part) {
    const count = part.section.querySelector("[data-count]"), same = part.section.querySelector("[data-same]");
    const last = part.section.querySelector("[data-last]"), text = part.box.value;
    count.textContent = `${length(text).toLocaleString(LOCALE)} / ${longest.toLocaleString(LOCALE)}`;
    count.classList.toggle("error", length(text) > longest);
    same.hidden = !last || !text || text !== last.textContent;
    for (const quote of part.section.querySelectorAll("li blockquote")) {
      const there = text.includes(quote.textContent), line = quote.parentElement;
      line.querySelector("button").hidden = there;
      line.querySelector(".state").hidden = !there;
    }
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
  }

  // One saving of every part that waits. A part that is tried again unchanged is the same saving.
  function request() {
    const body = new URLSearchParams(), sent = due(), unit = form.elements.unit;
    if (unit) body.append("unit", unit.value);
    for (const part of sent) {
      const text = part.box.value;
      if (!part.trying || part.trying.text !== text) part.trying = { uid: uuid(), text };
      body.append(`text-${part.name}`, text);
      body.append(`seen-${part.name}`, part.seen.value);
      body.append(`uid-${part.name}`, part.trying.uid);
      for (const uid of part.tried) body.append(`after-${part.name}`, uid);
      if (!part.tried.includes(part.trying.uid)) part.tried.push(part.trying.uid);
    }
    return { body, sent: sent.map((part) => [part, part.trying.text]) };
  }

  function hear(part, text, told) {
    const error = part.section.querySelector("[data-error]");
    if (told.state === "saved") {
      part.saved = text;
      part.seen.value = told.revision;
      part.tried = [];
      at = told.at;
    } else if (told.state === "overtaken") {
      part.asked.innerHTML = told.html;
    } else {
      error.textContent = told.says;
      part.saved = text;  // nothing more to try until it is shortened
    }
    error.hidden = told.state !== "refused";
    part.box.toggleAttribute("aria-invalid", told.state !== "saved");
  }

  // Saves what waits, one saving at a time; done when there is an answer, or none.
  function flush() {
    clearTimeout(timer);
    if (!sending && due().length) sending = send().finally(() => { sending = null; show(); });
    show();
    return sending;
  }

  async function send() {
    const { body, sent } = request();
    const cut = new AbortController(), patience = setTimeout(() => cut.abort(), TIMEOUT);
    try {
      const keepalive = leaving && String(body).length < KEPT_ALIVE;
      const answer = await fetch(form.action, { method: "POST", body, keepalive, signal: cut.signal, redirect: "manual",
        headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (![200, 409, 422].includes(answer.status)) throw answer;
      const told = (await answer.json()).parts;
      for (const [part, text] of sent) hear(part, text, told[part.name]);
      [failure, retry] = ["", FIRST_RETRY];
      if (due().length) later(WAIT);
    } catch (wrong) {
      failure = wrong.status === 401 ? words.signedOut : words.cut;
      later(retry);
      retry = Math.min(retry * 2, LAST_RETRY);
    }
    clearTimeout(patience);
  }

  form.addEventListener("input", ({ target }) => {
    const part = parts.find((each) => each.box === target);
    if (!part) return;
    look(part);
    show();
    if (!failure) later(WAIT);
  });

  // What stands beside a part is copied to its end.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=take]");
    if (!button) return;
    event.preventDefault();
    const part = parts.find((each) => each.section.contains(button)), box = part.box;
    const said = button.parentElement.querySelector("blockquote").textContent;
    box.value = [box.value.trimEnd(), said].filter(Boolean).join("\n");
    look(part);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });

  let submitted = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.name === "keep") { submitted = true; return; }
    event.preventDefault();
    flush();
  });
  form.addEventListener("change", flush);

  // A file or a closing that is asked for while one types waits until the words are saved.
  document.addEventListener("submit", async (event) => {
    if (event.target === form || failure || !due().length) return;
    event.preventDefault();
    await flush();
    event.target.requestSubmit(event.submitter);
  });
  addEventListener("beforeunload", (event) => { if (!submitted && unsaved()) event.preventDefault(); });
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => {
    leaving = document.visibilityState === "hidden";
    if (leaving) flush();
  });
  document.querySelector("[data-save]").hidden = true;
  parts.forEach(look);
  if (due().length) later(WAIT);
  show();
})();
