// The page of what waits on this phone: each record with its state and what can be done about it, a way to send now,
// and a way to save it all to a file.
"use strict";

(() => {
  const rows = document.getElementById("records"), model = document.getElementById("record");
  if (!rows) return;
  const page = document.documentElement.dataset;

  function save(records, name) {
    const file = new Blob([JSON.stringify(records, null, 1)], { type: "application/json" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  function row(record) {
    const copy = model.content.cloneNode(true), find = (name) => copy.querySelector(`[data-${name}]`);
    const look = record.state === "look", isNew = String(record.household).startsWith("new-");
    find("head").textContent = record.head;
    find("when").textContent = new Date(record.made).toLocaleString("vi-VN", { day: "numeric", month: "numeric", hour: "2-digit", minute: "2-digit" });
    const state = find("state");
    state.className = `state ${look ? "late" : "call_back"}`;
    state.textContent = look ? `▲ ${page.look}` : `◌ ${page.waiting}`;
    const why = find("why");
    why.hidden = !look;
    why.textContent = [...new Set(Object.values(record.errors || {}))].join(" ") || page[`status${record.status}`] || page.status;
    const change = find("change");
    change.hidden = !look || !record.fields || record.status === 404;
    change.href = `/households/${isNew ? "new" : record.household}?village=${record.village}&record=${record.id}`;
    find("more").hidden = !look;
    find("save").onclick = () => save([record], `go-cua-${record.id}.json`);
    find("drop").onclick = async ({ currentTarget: drop }) => {
      if (drop.dataset.sure) { drop.textContent = drop.dataset.sure; delete drop.dataset.sure; return; }
      await outbox.remove("records", record.id);
      await outbox.flush();
    };
    return copy;
  }

  async function show(records) {
    const others = (await outbox.readAll("records")).length - records.length, place = document.getElementById("others");
    place.hidden = !others;
    place.querySelector("[data-text]").textContent = others;
    rows.replaceChildren(...records.sort(outbox.inOrder).map(row));
    document.getElementById("empty").hidden = records.length > 0;
    document.getElementById("send").hidden = !records.some((record) => record.state === "waiting");
    document.getElementById("rescue").hidden = !records.length;
  }

  document.addEventListener("outbox", (event) => show(event.detail.records));
  document.getElementById("send").onclick = async () => {
    const unsent = document.getElementById("no-signal");
    unsent.hidden = true;
    unsent.hidden = !["later", "busy"].includes(await outbox.flush());
  };
  document.getElementById("rescue").onclick = async () => save(await outbox.mine(), "go-cua-phieu.json");
})();
