// The roll call on the host's phone: who is added is kept here first, then sent, as a survey is.
"use strict";

(() => {
  const list = document.getElementById("waiting");
  if (!list || !window.indexedDB || !window.crypto || !crypto.subtle) return;
  const PATIENCE_MS = 2500, words = list.dataset;
  let waited = 0;

  const mine = async () => (await outbox.mine()).filter((record) => record.url.startsWith(`${location.pathname}/`));
  const form = (kind) => document.querySelector(`form[data-roll="${kind}"]`);
  const text = (tag, name, said) => Object.assign(document.createElement(tag), { className: name, textContent: said });
  const later = (ms) => new Promise((done) => setTimeout(done, ms));

  function renew() {
    for (const part of document.querySelectorAll("[data-renews]")) part.dispatchEvent(new Event("refresh"));
  }

  function about(form) {
    if (form.dataset.roll === "resident") return form.querySelector("b").textContent;
    return (form.elements.name || form.elements.numbers).value.trim();
  }

  // What the server refused, beside the field it is about.
  function complain(form, errors) {
    for (const old of form.querySelectorAll(".error")) old.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    for (const [name, why] of Object.entries(errors)) {
      const input = form.elements[name], line = text("p", "error", why);
      line.setAttribute("role", "alert");
      if (input && input.after) { input.setAttribute("aria-invalid", "true"); input.after(line); } else form.append(line);
    }
  }

  // The form is ready for the next person; somebody found by name is marked in their row.
  function next(form, received) {
    complain(form, {});
    if (form.dataset.roll === "resident") {
      const state = received ? text("span", "state done", `✓ ${words.received}`) : text("span", "state call_back", `◌ ${words.waiting}`);
      form.querySelector("button").replaceWith(state);
      return;
    }
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
      const { id } = await outbox.add(form, event.submitter, { head: about(form), roll: form.dataset.roll });
      await Promise.race([outbox.flush(), later(PATIENCE_MS)]);
      const record = await store.read("records", id);
      if (record && record.state === "look") complain(form, record.errors);
      else next(form, !record);
      delete form.dataset.kept;
      await show();
      renew();
    } catch {
      form.dataset.kept = "direct";  // nothing can be kept here: send it at once, as a browser without script would
      form.requestSubmit(event.submitter);
    }
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

  async function show() {
    const records = (await mine()).sort((a, b) => a.number - b.number);
    list.textContent = "";
    list.append(...records.map((record) => {
      const row = text("li", "row pad", ""), grow = text("span", "grow", ""), look = record.state === "look";
      grow.append(text("b", "", record.head));
      if (look) grow.append(text("span", "error", Object.values(record.errors || {}).join(" ")));
      row.append(grow, text("span", `state ${look ? "late" : "call_back"}`, look ? `▲ ${words.look}` : `◌ ${words.waiting}`));
      if (look && form(record.roll)) {
        const button = text("button", "linklike under", words.again);
        button.onclick = () => again(record);
        row.append(button);
      }
      return row;
    }));
    list.hidden = !records.length;
    if (records.length < waited) renew();
    waited = records.length;
  }

  // Nobody can be looked up without a network: those found before are not whom the host asks for now.
  document.addEventListener("htmx:error", (event) => {
    if (event.target.getAttribute("role") !== "search") return;
    const line = text("p", "soft", words.noSearch);
    line.setAttribute("role", "status");
    const found = document.getElementById("found");
    found.textContent = "";
    found.append(line);
  });
  document.addEventListener("submit", save);
  document.addEventListener("outbox", show);
  addEventListener("online", () => outbox.flush());
  document.addEventListener("visibilitychange", () => document.hidden || outbox.flush());
  show().then(() => outbox.flush()).catch(() => {});
})();
