// What waits on this phone: written here first, then sent, and let go only on a receipt that names it.
// Shared by the door's pages and the worker. Nothing here decides whether there is a network: it tries, and believes
// receipts.
"use strict";

const outbox = (() => {
  const DATABASE = "gocua", VERSION = 1;
  const FIRST_WAIT = 5_000, LONGEST_WAIT = 300_000, PATIENCE = 30_000, DAY = 86_400_000, MOST_TOLD = 200;
  const REFUSED = [400, 403, 404, 409, 413, 422];
  const page = self.document ? document.documentElement.dataset : {};  // the worker has no page and sends for everybody
  let wait = FIRST_WAIT, timer = null, opened = null;

  function open() {
    opened ??= new Promise((done, failed) => {
      const request = indexedDB.open(DATABASE, VERSION);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("records", { keyPath: "id" });
        request.result.createObjectStore("drafts", { keyPath: "household" });
        request.result.createObjectStore("households", { keyPath: "uid" });
        request.result.createObjectStore("facts", { keyPath: "key" });
      };
      request.onsuccess = () => {
        request.result.onclose = request.result.onversionchange = () => { request.result.close(); opened = null; };
        done(request.result);
      };
      request.onerror = request.onblocked = () => { opened = null; failed(request.error); };
    });
    return opened;
  }

  // Runs `work(stores)` in one transaction and resolves when the phone has really kept it.
  // A connection that the system closed meanwhile is opened once more.
  async function keep(names, mode, work, again = true) {
    try {
      const database = await open();
      return await new Promise((done, failed) => {
        const transaction = database.transaction(names, mode, { durability: "strict" });
        const request = work(...names.map((name) => transaction.objectStore(name)));
        transaction.oncomplete = () => done(request && request.result);
        transaction.onerror = transaction.onabort = () => failed(transaction.error);
      });
    } catch (error) {
      opened = null;
      if (!again || (error && error.name === "QuotaExceededError")) throw error;
      return keep(names, mode, work, false);
    }
  }

  const read = (name, key) => keep([name], "readonly", (store) => store.get(key));
  const readAll = (name) => keep([name], "readonly", (store) => store.getAll());
  const write = (name, value) => keep([name], "readwrite", (store) => store.put(value));
  const remove = (name, key) => keep([name], "readwrite", (store) => store.delete(key));

  async function digest(text) {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // Writes a record with a number: one for each save of this phone, so that the office sees whether any is missing.
  // What is saved again before it was received keeps its number.
  function put(record) {
    return keep(["facts", "records"], "readwrite", (facts, records) => {
      const phone = facts.get("device"), before = records.get(record.replaces || record.id);
      before.onsuccess = () => {
        const device = phone.result || { key: "device", id: crypto.randomUUID(), made: 0 };
        record.number = before.result ? before.result.number : (device.made += 1);
        facts.put(device);
        if (record.replaces) records.delete(record.replaces);
        records.put(record);
      };
    });
  }

  // The record that a form makes, not kept yet.
  async function record(form, submitter, told) {
    const fields = new URLSearchParams(new FormData(form));
    if (submitter && submitter.name) fields.append(submitter.name, submitter.value);
    fields.set("happened_at", new Date().toISOString());
    const body = fields.toString();
    return { id: fields.get("visit") || fields.get("op"), url: new URL(form.action).pathname, body, hash: await digest(body),
      user: page.user, made: Date.now(), number: 0, state: "waiting", ...told };
  }

  // Keeps a form on the phone: resolves once it is safely here. `told` says what it is in the list of what waits;
  // `told.replaces` is the id of a refused record that this one corrects.
  async function add(form, submitter, told) {
    const made = await record(form, submitter, told);
    await put(made);
    if (navigator.serviceWorker) navigator.serviceWorker.ready.then((ready) => ready.sync && ready.sync.register("outbox")).catch(() => {});
    return made;
  }

  // One try: {end, status, errors}. The end is "received", "look" (refused), "sign-in", "revoked" or "later".
  // `phone` says how many it has made and which it holds, for the list of phones.
  async function post(made, phone) {
    try {
      const patience = AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined;
      const answer = await fetch(made.url, { method: "POST", body: made.body, redirect: "manual", credentials: "same-origin", signal: patience,
        headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", "Accept": "application/json",
          "X-Outbox-User": made.user, "X-Outbox-Clock": new Date().toISOString(),
          "X-Outbox-Phone": new URLSearchParams({ ...phone, number: made.number, record: made.id }) } });
      const type = answer.headers.get("Content-Type") || "";
      const told = type.includes("json") ? await answer.json().catch(() => null) : null;
      if (told && told.state === "revoked") return { end: "revoked" };
      if (answer.status === 401 || answer.type === "opaqueredirect") return { end: "sign-in" };
      if (told && answer.ok && told.state === "received" && told.id === made.id && told.hash === made.hash) return { end: "received" };
      if (told && REFUSED.includes(answer.status)) return { end: "look", status: answer.status, errors: told.errors || {} };
    } catch { /* no network, or an answer that broke off */ }
    return { end: "later" };
  }

  // Sends a record that is kept here; what is received becomes what the phone knows of that household.
  async function send(made, phone) {
    const { end, status, errors } = await post(made, phone);
    if (end === "received") await keep(["records", "households"], "readwrite", (records, households) => {
      records.delete(made.id);
      const known = households.get(made.household || "");
      known.onsuccess = () => {
        if (!known.result || !made.fields) return;
        const { outcome, call_back_day, call_back_part, ...answers } = made.fields;  // what is asked anew at each visit
        households.put({ ...known.result, state: made.outcome, stateWord: made.word, shown: { ...known.result.shown, ...answers } });
      };
    });
    if (end === "look") await write("records", { ...made, state: "look", status, errors });
    return end;
  }

  const inOrder = (a, b) => a.number - b.number || a.made - b.made;
  const mine = async () => (await readAll("records")).filter((made) => !page.user || made.user === page.user);

  // Sends what waits, oldest first; one refused record never holds up the others. One tab at a time.
  async function flush() {
    clearTimeout(timer);
    const alone = navigator.locks ? (work) => navigator.locks.request("outbox", { ifAvailable: true }, work) : (work) => work(true);
    const end = await alone(async (lock) => {
      if (!lock) return "busy";
      const { id: device, made: numbered } = (await read("facts", "device")) || {};
      const waiting = (await readAll("records")).map((made) => made.number).sort((a, b) => a - b).slice(0, MOST_TOLD);
      let last = "sent";
      for (const made of (await mine()).filter((one) => one.state === "waiting").sort(inOrder)) {
        const result = await send(made, { device, made: numbered, waiting, version: page.version || "" });
        if (result === "later" || result === "revoked") return result;
        if (result === "sign-in") last = result;  // perhaps another account's: the next may go
        else wait = FIRST_WAIT;
      }
      return last;
    });
    if (self.document && (end === "later" || end === "busy")) {
      timer = setTimeout(flush, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
    if (self.document && end === "revoked") location.assign("/outbox");
    await show(end);
    return end;
  }

  // The header of every door page says how many wait and how many need a look: a word and a shape.
  async function show(end) {
    const line = self.document && document.getElementById("outbox-state");
    if (!line) return;
    const records = await mine(), words = line.dataset;
    const look = records.filter((made) => made.state === "look").length, waiting = records.length - look;
    const old = records.some((made) => Date.now() - made.made > DAY);
    line.hidden = false;
    line.className = `state ${look || old ? "late" : waiting ? "call_back" : "done"}`;
    line.textContent = look ? `▲ ${look} ${words.look}` : waiting ? `◌ ${waiting} ${end === "sign-in" ? words.signIn : old ? words.old : words.waiting}`
      : `✓ ${words.sent}`;
    document.dispatchEvent(new CustomEvent("outbox", { detail: { records, end } }));
  }

  return { add, record, post, flush, show, mine, inOrder, read, readAll, write, remove, keep };
})();
