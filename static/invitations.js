// Invitations on a volunteer's phone: that a slip was handed over is kept here first, then sent, as a survey is.
"use strict";

(() => {
  const heading = document.getElementById("hand"), model = document.getElementById("handed");
  const page = document.documentElement.dataset, here = location.pathname, words = heading.dataset;
  const rows = [...document.querySelectorAll("form[data-hand]")];
  for (const form of rows) form.isWide = form.parentElement.matches(".wraps");
  const received = new Set();  // the rows whose hand-over the server has since this page was opened
  const keepsPage = page.pages.split(" ").includes(here);  // of one village, not of a commune
  const pathOf = (form) => new URL(form.action).pathname;

  // Keeps that the slips of a row were handed over, or were not after all, in place of what else waits of it.
  async function keep(form, isHanded) {
    form.elements.op.value = store.uid();
    const head = form.dataset.hand, about = isHanded ? words.about : words.undone;
    const said = isHanded ? null : { name: "handed", value: "no" };
    const replaces = form.made ? form.made.id : "";
    await outbox.add(form, said, { head, about, page: keepsPage ? here : "", isHanded, replaces });
    await show();
    outbox.flush();
  }

  async function undo(form) {
    const { made } = form;
    form.made = null;  // gone from the queue, and not because it was received
    if (made && await takeBack(made.id)) return;
    form.made = made;
    await keep(form, false);
  }

  const stateOf = (made) => {
    if (!made) return { name: "done", said: `✓ ${words.received}` };
    return outbox.needsLook(made) ? { name: "late", said: `▲ ${words.look}` }
      : { name: "call_back", said: `◌ ${words.waiting}` };
  };

  async function show() {
    const records = await outbox.mine();
    for (const form of rows) {
      const made = records.filter((one) => one.url === pathOf(form)).sort(outbox.inOrder).pop();
      if (form.made && !made) (form.made.isHanded ? received.add(form) : received.delete(form));
      if (form.made && !made && keepsPage) pages.take(here, page.user);
      form.made = made;
      mark(form, made, made ? made.isHanded : received.has(form));
    }
  }

  function mark(form, made, isHanded) {
    for (const old of form.querySelectorAll(".state, [type=button]")) old.remove();
    form.querySelector("button").hidden = Boolean(isHanded);
    form.parentElement.classList.toggle("wraps", form.isWide || Boolean(isHanded));
    if (!isHanded) return;
    const copy = model.content.cloneNode(true), { name, said } = stateOf(made), button = copy.querySelector("button");
    copy.querySelector(".state").className = `state ${name}`;
    copy.querySelector(".state").textContent = said;
    button.textContent = words.undo;
    button.onclick = () => undo(form).catch(() => {});
    form.append(copy);
  }

  async function save(event) {
    const form = event.target;
    if (!rows.includes(form) || form.dataset.kept === "direct") return;
    event.preventDefault();
    try {
      await keep(form, true);
    } catch {
      form.dataset.kept = "direct";  // nothing can be kept here: send it at once, as a browser without script would
      form.submit();
    }
  }

  door.opens.push(async (kept) => {
    if (!kept) return;
    document.addEventListener("submit", save);
    document.addEventListener("outbox", show);
    await show();
  });
})();
