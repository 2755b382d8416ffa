// What waits on this phone: written here first, then sent, and deleted only after a receipt that names it.
// Shared by the door's pages, the roll call and the worker. It never asks the browser whether there is a network: it
// sends, and trusts receipts.
"use strict";

const outbox = (() => {
  const SOON = 1_000, FIRST_WAIT = 5_000, LONGEST_WAIT = 300_000, PATIENCE = 30_000, DAY = 86_400_000;
  const MOST_TOLD = 200, MOST_SAID = 80;
  const REFUSED = [400, 403, 404, 409, 413, 422];
  const ASKED_ANEW = /^(outcome|call_back_\w+)$|\.(helped|minutes|same)$/;  // at each visit
  const page = self.document ? document.documentElement.dataset : {};  // the worker has no page and sends for everybody
  const changed = new Map();  // the pages kept here that show what was received since, and whose they are
  let wait = FIRST_WAIT, timer = null;

  // Writes a record with a number: one for each save of this phone, so that the office sees whether any is missing.
  // What is saved again before it was received keeps its number.
  function put(record) {
    return store.keep(["facts", "records"], "readwrite", (facts, records) => {
      const phone = facts.get("device"), before = records.get(record.replaces || record.id);
      before.onsuccess = () => {
        const device = phone.result || { key: "device", id: store.uid(), made: 0 };
        record.number = before.result ? before.result.number : (device.made += 1);
        facts.put(device);
        if (record.replaces) records.delete(record.replaces);
        records.put(record);
      };
    });
  }

  // The record that a form makes, not kept yet. `told` says what it is in the list of what waits; `told.replaces` is
  // the id of a record that this one corrects, `told.page` the path of a page kept on this phone that will show it.
  async function record(form, submitter, told) {
    const fields = new URLSearchParams(new FormData(form));
    if (submitter && submitter.name) fields.append(submitter.name, submitter.value);
    fields.set("happened_at", new Date().toISOString());
    const body = fields.toString();
    return { id: fields.get("visit") || fields.get("op"), url: new URL(form.action).pathname, body,
      hash: await store.digest(body), user: page.user, made: Date.now(), number: 0, state: "waiting", ...told };
  }

  // Keeps a record on the phone: resolves once it is safely here.
  async function hold(made) {
    await put(made);
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.ready.then((ready) => ready.sync && ready.sync.register("outbox")).catch(() => {});
  }

  async function add(form, submitter, told) {
    const made = await record(form, submitter, told);
    await hold(made);
    return made;
  }

  // -- What a record meant: the fields that differ from what its form showed. Both in any of the shapes they come in.
  const listed = (value) => [].concat(value === undefined || value === null ? [] : value).map(String).filter(Boolean);
  const same = (one, other) => listed(one).join("\n") === listed(other).join("\n");

  function meant(fields, shown) {
    return Object.fromEntries(Object.entries(fields).filter(([name, value]) => !same(value, shown[name])));
  }

  const shownBy = (made) => JSON.parse(new URLSearchParams(made.body).get("shown") || "{}");
  const meantBy = (made) => meant(made.fields || {}, shownBy(made));

  // What a record tells of the household that stays so; the rest is asked anew at each visit.
  function lasting(made) {
    return Object.fromEntries(Object.entries(meantBy(made)).filter(([name]) => !ASKED_ANEW.test(name)));
  }

  // -- Sending
  // One try: {end, status, errors, said}. The end is "received", "look" (we refused it), "sign-in", "revoked", "lost"
  // (no network), or "later": something answered that is neither our receipt nor our refusal, or nothing did in time.
  // `phone` says how many it has made and which it holds, for the list of phones.
  async function post(made, phone) {
    const patience = new AbortController(), ending = setTimeout(() => patience.abort(), PATIENCE);
    let answer;
    try {
      answer = await fetch(made.url, { method: "POST", body: made.body, redirect: "manual", credentials: "same-origin",
        signal: patience.signal, headers: {
          "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", "Accept": "application/json",
          "X-Outbox-User": made.user, "X-Outbox-Clock": new Date().toISOString(),
          "X-Outbox-Phone": new URLSearchParams({ ...phone, number: made.number, record: made.id }) } });
      return read(made, answer, await answer.text());
    } catch {
      return answer || patience.signal.aborted ? { end: "later", status: 0, said: "" } : { end: "lost" };
    } finally {
      clearTimeout(ending);
    }
  }

  // What an answer to a record comes to.
  function read(made, answer, text) {
    const ours = (answer.headers.get("Content-Type") || "").includes("json") ? parsed(text) : null;
    if (ours && ours.state === "revoked") return { end: "revoked" };
    if (answer.status === 401) return { end: "sign-in" };
    if (ours && answer.ok && ours.state === "received" && ours.id === made.id && ours.hash === made.hash) {
      return { end: "received" };
    }
    if (ours && REFUSED.includes(answer.status)) {
      return { end: "look", status: answer.status, errors: ours.errors || {} };
    }
    const title = /<title[^>]*>([^<]*)/i.exec(text), words = title ? title[1] : text.replace(/<[^>]*>/g, " ");
    return { end: "later", status: answer.status, said: words.replace(/\s+/g, " ").trim().slice(0, MOST_SAID) };
  }

  function parsed(text) {
    try { return JSON.parse(text); } catch { return null; }
  }

  // Sends a record that is kept here; what is received becomes what the phone knows of that household.
  async function send(made, phone) {
    const doubted = made.doubted || navigator.onLine;  // from now on the server may have it
    const tries = (made.tries || 0) + 1, begun = { tries, tried: Date.now(), doubted };
    if (!(await amend(made.id, begun))) return "gone";
    const { end, status, errors, said } = await post(made, phone);
    if (end === "received") await settle(made);
    if (end === "look") await amend(made.id, { state: "look", status, errors });
    if (end === "later") {
      const pause = made.wait ? Math.min(made.wait * 2, LONGEST_WAIT) : FIRST_WAIT;
      await amend(made.id, { tried: Date.now(), wait: pause, answered: { status, said } });
    }
    return end;
  }

  function settle(made) {
    return store.keep(["records", "households"], "readwrite", (records, households) => {
      records.delete(made.id);
      const known = households.get(made.household || "");
      known.onsuccess = () => {
        if (!known.result || !made.fields) return;
        const shown = { ...known.result.shown, ...lasting(made) };
        households.put({ ...known.result, state: made.outcome, stateWord: made.word, shown });
      };
    });
  }

  // Changes a record and resolves to it as it was; one that was replaced or taken back meanwhile does not come back.
  function amend(id, changes) {
    return store.keep(["records"], "readwrite", (records) => {
      const held = records.get(id);
      held.onsuccess = () => held.result && records.put({ ...held.result, ...changes });
      return held;
    });
  }

  const inOrder = (a, b) => a.number - b.number || a.made - b.made;
  const inTurn = (a, b) => (a.tries || 0) - (b.tries || 0) || inOrder(a, b);
  const mine = async () => (await store.readAll("records")).filter((made) => !page.user || made.user === page.user);
  const remaining = (made) => {
    const since = Date.now() - (made.tried || 0);  // less than nothing: the clock was set back
    return made.wait && since >= 0 ? Math.max(0, made.wait - since) : 0;
  };
  // What the server refused, and what something else has answered for more than a day, though it is tried still.
  const needsLook = (made) => made.state === "look" || Boolean(made.answered && Date.now() - made.made > DAY);

  // Tries each waiting record once, in its turn. Only a lost network stops the round, and a lost sign-in what is sent
  // in that account's name. What fails otherwise goes to the back, with a growing wait of its own; `all`: also what
  // still has to wait. Returns how the round ended: "sent", "later", "lost", "sign-in" or "revoked".
  async function round(all) {
    const { id: device, made: numbered } = (await store.read("facts", "device")) || {};
    const held = (await store.readAll("records")).map((made) => made.number).sort((a, b) => a - b);
    const phone = { device, made: numbered, waiting: held.slice(0, MOST_TOLD), version: page.version || "" };
    const tried = new Set(), signedOut = new Set();
    let end = "sent";
    for (;;) {
      const next = (await mine()).filter((made) => made.state === "waiting" && !tried.has(made.id)
        && !signedOut.has(made.user) && (all || !remaining(made))).sort(inTurn)[0];
      if (!next) return signedOut.size ? "sign-in" : end;
      tried.add(next.id);
      const result = await send(next, phone);
      if (result === "received" && next.page) changed.set(next.page, next.user);
      if (result === "lost" || result === "revoked") return result;
      if (result === "sign-in") signedOut.add(next.user);
      if (result === "later") end = result;
    }
  }

  // Sends what waits, one tab at a time; "busy": another one does.
  async function flush(all = false) {
    clearTimeout(timer);
    const work = (lock) => (lock ? round(all) : "busy");
    const end = await (navigator.locks ? navigator.locks.request("outbox", { ifAvailable: true }, work) : work(true));
    const renewed = renew();
    await (self.document ? again(end) : renewed);
    if (self.document && end === "revoked") location.assign("/outbox");
    await show(end);
    return end;
  }

  // Keeps anew what shows what was received, but for the page in view, which does so itself.
  async function renew() {
    for (const [path, user] of [...changed]) {
      changed.delete(path);
      if (path !== location.pathname) await pages.take(path, user);
    }
  }

  // When this page tries again: soon where another tab was at it, without a network less and less often, else when the
  // first record has waited enough.
  async function again(end) {
    const waits = (await mine()).filter((made) => made.state === "waiting").map(remaining);
    const pause = end === "lost" ? wait : end === "busy" ? SOON : Math.max(SOON, Math.min(...waits));
    wait = end === "lost" ? Math.min(wait * 2, LONGEST_WAIT) : FIRST_WAIT;
    if (!waits.length || end === "sign-in" || end === "revoked") return;
    timer = setTimeout(flush, pause * (1 + Math.random() / 2));
  }

  // The header of every door page says how many wait and how many need a look: a word and a shape.
  async function show(end) {
    const line = self.document && document.getElementById("outbox-state");
    if (!line) return;
    const records = await mine(), words = line.dataset;
    const look = records.filter(needsLook).length, waiting = records.length - look;
    const old = records.some((made) => Date.now() - made.made > DAY);
    const waits = end === "sign-in" ? words.signIn : old ? words.old : words.waiting;
    line.hidden = false;
    line.className = `state ${look || old ? "late" : waiting ? "call_back" : "done"}`;
    line.textContent = look ? `▲ ${look} ${words.look}` : waiting ? `◌ ${waiting} ${waits}` : `✓ ${words.none}`;
    document.dispatchEvent(new CustomEvent("outbox", { detail: { records, end } }));
  }

  return { add, record, hold, post, flush, show, mine, inOrder, needsLook, meant, meantBy, lasting, same, listed };
})();
