// What this phone keeps: four tables in its IndexedDB. Each transaction stands as a whole or fails, and a store that
// says nothing for two seconds has failed. Shared by the door's pages, the roll call and the worker.
"use strict";

const store = (() => {
  const DATABASE = "gocua", VERSION = 1, SILENCE_MS = 2_000;
  let opened = null;

  // What `promise` comes to, or a failure when it says nothing in time.
  function inTime(promise, ms = SILENCE_MS) {
    let timer;
    const silence = new Promise((done, failed) => { timer = setTimeout(() => failed(new Error("silence")), ms); });
    return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
  }

  function open() {
    opened = opened || new Promise((done, failed) => {
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

  // Runs `work(tables)` in one transaction and resolves when the phone has really kept it, with what the last request
  // read. A connection that the system closed meanwhile is opened once more. `silence`: 0 waits as long as it takes.
  async function keep(names, mode, work, { silence = SILENCE_MS, again = true } = {}) {
    let transaction;
    try {
      const database = await inTime(open());
      const kept = new Promise((done, failed) => {
        transaction = database.transaction(names, mode, { durability: "strict" });
        const request = work(...names.map((name) => transaction.objectStore(name)));
        transaction.oncomplete = () => done(request && request.result);
        transaction.onerror = transaction.onabort = () => failed(transaction.error);
      });
      return await (silence ? inTime(kept, silence) : kept);
    } catch (error) {
      opened = null;
      const silent = error && error.message === "silence";
      if (silent) try { transaction.abort(); } catch { /* it never began, or has ended */ }
      if (!again || silent || (error && error.name === "QuotaExceededError")) throw error;
      return keep(names, mode, work, { silence, again: false });
    }
  }

  const read = (name, key) => keep([name], "readonly", (table) => table.get(key));
  const readAll = (name) => keep([name], "readonly", (table) => table.getAll());
  const write = (name, value) => keep([name], "readwrite", (table) => table.put(value));
  const remove = (name, key) => keep([name], "readwrite", (table) => table.delete(key));

  // A new id in the form of a version 4 UUID; crypto.randomUUID is newer than the oldest browser served.
  function uid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  async function digest(text) {
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  }

  return { inTime, keep, read, readAll, write, remove, uid, digest };
})();
