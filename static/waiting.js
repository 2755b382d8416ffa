// The page of what waits on this phone: each record with its state, a way to send now, and a way to save it all to a file.
"use strict";

(() => {
  const rows = document.getElementById("records"), model = document.getElementById("record");
  if (!rows) return;
  const page = document.documentElement.dataset;

  function show(records) {
    rows.replaceChildren(...records.sort((a, b) => a.number - b.number).map((record) => {
      const row = model.content.cloneNode(true);
      row.querySelector("[data-head]").textContent = record.head;
      row.querySelector("[data-when]").textContent = new Date(record.made).toLocaleString("vi-VN");
      const state = row.querySelector("[data-state]"), look = record.state === "look";
      state.className = `state ${look ? "late" : "call_back"}`;
      state.textContent = look ? `▲ ${page.look}` : `◌ ${page.waiting}`;
      const why = row.querySelector("[data-why]");
      why.hidden = !look;
      why.textContent = Object.values(record.errors || {}).join(" ");
      return row;
    }));
    document.getElementById("empty").hidden = records.length > 0;
  }

  document.addEventListener("outbox", (event) => show(event.detail.records));
  document.getElementById("send").onclick = () => outbox.flush();
  document.getElementById("rescue").onclick = async () => {
    const file = new Blob([JSON.stringify(await outbox.mine(), null, 1)], { type: "application/json" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "go-cua-phieu.json" });
    link.click();
    URL.revokeObjectURL(link.href);
  };
})();
