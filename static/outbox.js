// What waits on this phone: written here first, then sent, and let go only on a receipt that names it.
// Shared by the door's pages. Nothing here decides whether there is a network: it tries, and believes receipts.
"use strict";

const outbox = (() => {
  const DATABASE = "gocua", VERSION = 1;
  const FIRST_WAIT = 5_000, LONGEST_WAIT = 300_000, MOST_TOLD = 200;
  const page = document.documentElement.dataset;
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
  // What is saved again before it was sent keeps its number.
  function put(record) {
    return keep(["facts", "records"], "readwrite", (facts, records) => {
      const phone = facts.get("device"), before = records.get(record.id);
      before.onsuccess = () => {
        const device = phone.result || { key: "device", id: crypto.randomUUID(), made: 0 };
        record.number = before.result ? before.result.number : (device.made += 1);
        facts.put(device);
        records.put(record);
      };
    });
  }

  // Keeps a form on the phone: resolves once it is safely here. `told` says what it is in the list of what waits.
  async function add(form, submitter, told) {
    const fields = new URLSearchParams(new FormData(form));
    if (submitter && submitter.name) fields.append(submitter.name, submitter.value);
    fields.set("happened_at", new Date().toISOString());
    const body = fields.toString();
    const record = { id: fields.get("visit"), url: new URL(form.action).pathname, body, hash: await digest(body),
      user: page.user, made: Date.now(), state: "waiting", ...told };
    await put(record);
    return record;
  }

  // "received", "look" (refused: kept, to be corrected), "sign-in", or "later".
  // `phone` says how many it has made and which it holds, for the list of phones.
  async function send(record, phone) {
    let answer;
    try {
      answer = await fetch(record.url, { method: "POST", body: record.body, redirect: "manual", credentials: "same-origin",
        headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", "Accept": "application/json",
          "X-Outbox-User": record.user, "X-Outbox-Phone": new URLSearchParams({ ...phone, number: record.number, record: record.id }) } });
    } catch { return "later"; }
    const type = answer.headers.get("Content-Type") || "";
    const told = type.includes("json") ? await answer.json().catch(() => null) : null;
    if (told && told.state === "revoked") { location.assign("/outbox"); return "revoked"; }
    if (answer.status === 401 || answer.type === "opaqueredirect") return "sign-in";
    if (!told) return "later";
    if (answer.ok && told.state === "received" && told.id === record.id && told.hash === record.hash) {
      await remove("records", record.id);
      return "received";
    }
    if ([400, 403, 404, 409, 413, 422].includes(answer.status)) {
      await write("records", { ...record, state: "look", status: answer.status, errors: told.errors || {} });
      return "look";
    }
    return "later";
  }

  const mine = async () => (await readAll("records")).filter((record) => record.user === page.user);

  // Sends what waits, oldest first; one refused record never holds up the others. One tab at a time.
  async function flush() {
    clearTimeout(timer);
    const alone = navigator.locks ? (work) => navigator.locks.request("outbox", { ifAvailable: true }, work) : (work) => work(true);
    const end = await alone(async (lock) => {
      if (!lock) return "busy";
      const { id: device, made } = (await read("facts", "device")) || {};
      const waiting = (await readAll("records")).map((record) => record.number).sort((a, b) => a - b).slice(0, MOST_TOLD);
      for (const record of (await mine()).filter((one) => one.state === "waiting").sort((a, b) => a.number - b.number)) {
        const result = await send(record, { device, made, waiting, version: page.version });
        if (result !== "received" && result !== "look") return result;
        wait = FIRST_WAIT;
      }
      return "sent";
    });
    if (end === "later" || end === "busy") {
      timer = setTimeout(flush, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
    await show(end);
    return end;
  }

  // The header of every door page says how many wait and how many need a look: a word and a shape.
  async function show(end) {
    const line = document.getElementById("outbox-state");
    if (!line) return;
    const records = await mine();
    const look = records.filter((record) => record.state === "look").length;
    const waiting = records.length - look;
    const words = line.dataset;
    line.hidden = false;
    line.className = `state ${look ? "late" : waiting ? "call_back" : "done"}`;
    line.textContent = look ? `▲ ${look} ${words.look}` : waiting ? `◌ ${waiting} ${end === "sign-in" ? words.signIn : words.waiting}`
      : `✓ ${words.sent}`;
    document.dispatchEvent(new CustomEvent("outbox", { detail: { records, end } }));
  }

  return { add, flush, show, mine, read, readAll, write, remove, keep };
})();
