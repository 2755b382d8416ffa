// The page of what waits on this phone: each record with its state and what can be done about it, a way to send it all
// now, and a way to save it all to a file.
"use strict";

(() => {
  const rows = document.getElementById("records"), model = document.getElementById("record");
  const page = document.documentElement.dataset;

  function save(records, name) {
    const file = new Blob([JSON.stringify(records, null, 1)], { type: "application/json" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  function put(place, text) {
    place.textContent = text;
    place.hidden = !text;
  }

  // Why a record is not received: what the server has against it, or what answered in the server's place.
  function why(made) {
    if (made.state === "look") {
      return [...new Set(Object.values(made.errors || {}))].join(" ")
        || (made.household && page[`status${made.status}`]) || page.status;
    }
    if (!made.answered) return "";
    const { status, said } = made.answered;
    return status ? `${page.answered} ${status}${said ? ` “${said}”` : ""}` : page.silent;
  }

  function row(made) {
    const copy = model.content.cloneNode(true), find = (name) => copy.querySelector(`[data-${name}]`);
    const look = outbox.needsLook(made);
    const when = { day: "numeric", month: "numeric", hour: "2-digit", minute: "2-digit" };
    find("head").textContent = made.head;
    const locale = document.documentElement.lang === "vi" ? "vi-VN" : "en-GB";
    const at = new Date(made.made).toLocaleString(locale, when);
    find("when").textContent = made.about ? `${made.about} · ${at}` : at;
    find("state").className = `state ${look ? "late" : "call_back"}`;
    find("state").textContent = look ? `▲ ${page.look}` : `◌ ${page.waiting}`;
    find("why").className = look ? "error" : "soft small";
    put(find("why"), why(made));
    find("change").hidden = !made.fields || made.status === 404;
    find("change").href = door.toChange(made);
    find("save").onclick = () => save([made], `go-cua-${made.id}.json`);
    find("drop").onclick = async ({ currentTarget: drop }) => {
      if (drop.dataset.sure) { drop.textContent = drop.dataset.sure; delete drop.dataset.sure; return; }
      await store.remove("records", made.id);
      await outbox.show();
    };
    return copy;
  }

  async function show(records) {
    const others = (await store.readAll("records")).length - records.length, place = document.getElementById("others");
    place.hidden = !others;
    place.querySelector("[data-text]").textContent = others;
    rows.textContent = "";
    rows.append(...records.sort(outbox.inOrder).map(row));
    document.getElementById("empty").hidden = records.length > 0;
    document.getElementById("send").hidden = !records.some((made) => made.state === "waiting");
    document.getElementById("rescue").hidden = !records.length;
  }

  // One button sends everything that waits, also what would still pause.
  async function send({ currentTarget: button }) {
    button.disabled = true;
    const end = await outbox.flush(true);
    button.disabled = false;
    document.getElementById("no-signal").hidden = !["lost", "busy"].includes(end);
    document.getElementById("no-receipt").hidden = end !== "later";
  }

  door.opens.push((kept) => {
    if (!kept) return;
    document.addEventListener("outbox", (event) => show(event.detail.records));
    document.getElementById("send").onclick = send;
    document.getElementById("rescue").onclick = async () => save(await outbox.mine(), "go-cua-phieu.json");
  });
})();
