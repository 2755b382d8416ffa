// The draft: answers that were tapped but not saved are kept on the phone. When the form opens again, what was touched
// is put over the newest known answers; where somebody else changed the same one meanwhile, both are offered.
"use strict";

const draft = (() => {
  const DRAFT_MS = 250;
  const page = document.documentElement.dataset, form = document.querySelector("form[data-door]");
  const UNASKED = ["visit", "shown", "person", "village", "household", "notice"];

  const asks = (input) => input.name && !["hidden", "submit", "fieldset"].includes(input.type);
  const typed = () => [...form.elements].filter(asks);
  let opened = {};  // the answers before anything was laid over
  const begin = () => { opened = fields(); };
  const ticked = (input) => ["radio", "checkbox"].includes(input.type);
  const shown = () => JSON.parse(form.elements.shown.value || "{}");

  function fields() {
    const told = Object.fromEntries(typed().map((input) => [input.name, ticked(input) ? [] : ""]));
    for (const [name, value] of new FormData(form)) {
      if (UNASKED.includes(name)) continue;
      if (Array.isArray(told[name])) told[name].push(value); else told[name] = value;
    }
    return told;
  }

  function set(told) {
    for (const input of typed()) if (input.name in told) {
      const values = outbox.listed(told[input.name]);
      if (ticked(input)) input.checked = values.includes(input.value); else input.value = values[0] || "";
    }
  }

  function unfold(place) {
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }

  // Puts answers over what the form shows. `base`: what the form showed when they were given (older versions did not
  // keep it). Where both sides changed an answer, the visitor chooses.
  function lay(told, base) {
    const known = shown(), touched = outbox.meant(told, base || {});
    for (const [name, mine] of Object.entries(touched)) {
      const inputs = typed().filter((input) => input.name === name);
      if (!inputs.length || outbox.same(mine, known[name])) continue;
      const moved = base ? !outbox.same(base[name], known[name]) : outbox.listed(known[name]).length > 0;
      if (moved) ask(name, inputs, mine, known[name]); else set({ [name]: mine });
      if (moved || outbox.listed(mine).length) unfold(inputs[0]);
    }
  }

  const place = (input) => input.closest(".q, .field, fieldset") || form;

  function said(name, value) {
    return outbox.listed(value).map((one) => {
      const chip = typed().find((input) => input.name === name && ticked(input) && input.value === one);
      return chip ? chip.nextElementSibling.textContent : one;
    }).join(", ");
  }

  function ask(name, inputs, mine, theirs) {
    const both = document.getElementById("both").content.firstElementChild.cloneNode(true);
    both.dataset.of = name;
    for (const [whose, value] of [["theirs", theirs], ["mine", mine]]) {
      const button = both.querySelector(`[data-${whose}]`);
      button.append(said(name, value) || form.dataset.nothing);
      button.onclick = () => {
        set({ [name]: value });
        both.remove();
        form.dispatchEvent(new Event("input", { bubbles: true }));
      };
    }
    const where = place(inputs[0]);
    if (where.matches("label")) where.after(both); else where.append(both);
  }

  const undecided = () => form.querySelector(".both");

  // The answers that this form clears. `replaced`: the answers of the record that it replaces, which may have reached
  // the server though no receipt came.
  function takenBack(replaced) {
    const now = fields(), given = (value) => outbox.listed(value).length > 0;
    const before = Object.entries(opened).map(([name, value]) => [name, given(value) ? value : replaced[name]]);
    return before.filter(([name, value]) => given(value) && name in now && !given(now[name]));
  }

  const newcomers = () => [...form.querySelectorAll("details[data-newcomer]")].map((row) => row.dataset.newcomer);

  function keep(key) {
    let timer, last;
    const now = () => ({ household: key, user: page.user, at: Date.now(), fields: fields(),
      shown: form.elements.shown.value, scroll: scrollY, newcomers: newcomers(), last });
    const write = async () => {
      if (!form.dataset.saved) await store.write("drafts", now()).catch(() => { page.keeps = "no"; });
    };
    form.addEventListener("input", ({ target }) => {
      const both = [...form.querySelectorAll(".both")].find((one) => target.name && one.dataset.of === target.name);
      if (both) both.remove();
      clearTimeout(timer);
      last = target.name;
      timer = setTimeout(write, DRAFT_MS);
    });
    addEventListener("pagehide", () => {
      clearTimeout(timer);
      if (timer) write();
    });
    return write;
  }

  return { typed, fields, begin, shown, set, lay, said, unfold, place, undecided, takenBack, newcomers, keep };
})();
