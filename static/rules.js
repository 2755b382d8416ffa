// Shows beside a field why the server would refuse it, by `fields.rules`, which the form carries.
"use strict";

const rules = (() => {
  const form = document.querySelector("form[data-door]");
  const { fields, says, unasked } = form ? JSON.parse(form.dataset.rules) : {};

  // The sentence of the first of these rules that a text breaks, or "".
  function broken(its, text) {
    const wrong = its.find((rule) => {
      const bare = rule.without ? text.replace(new RegExp(rule.without, "g"), "") : text;
      return (rule.longest && [...bare].length > rule.longest)
        || (rule.never && new RegExp(rule.never).test(bare))
        || (rule.matches && !new RegExp(`^(?:${rule.matches})$`).test(bare))
        || (rule.most && (Number(bare) < (rule.least || 0) || Number(bare) > rule.most));
    });
    return wrong ? wrong.say : "";
  }

  const of = (row, key) => row.querySelector(`[name$='.${key}']`);

  function ofNewcomer(row) {
    const name = of(row, "name").value.trim(), year = of(row, "birth_year").value.trim();
    const sex = row.querySelector("[name$='.sex']:checked"), wrong = [];
    if (!saysSomething(row)) return wrong;
    if (!name && !(year && sex)) wrong.push([of(row, "name"), says.name]);
    if (!year) wrong.push([of(row, "birth_year"), says.year]);
    return wrong;
  }

  const saysSomething = (row) => of(row, "name").value.trim() || of(row, "birth_year").value.trim()
    || row.querySelector(":checked");

  // What the server would refuse: [[input, sentence], …]. What was not touched is left alone.
  function wrongs() {
    const wrong = [], shown = draft.shown(), onlyNote = unasked.includes(form.elements.outcome.value);
    const rows = onlyNote ? [] : [...form.querySelectorAll("details[data-newcomer]")];
    for (const input of form.querySelectorAll(onlyNote ? "[name=note]" : "input.text")) {
      const text = input.value.trim(), its = fields[input.name.split(".").pop()];
      const sentence = its && text && !outbox.same(text, shown[input.name]) ? broken(its, text) : "";
      if (sentence) wrong.push([input, sentence]);
    }
    for (const row of rows) wrong.push(...ofNewcomer(row));
    const nobody = !onlyNote && form.dataset.door.startsWith("new-") && !rows.some(saysSomething);
    return nobody ? [...wrong, [of(rows[0], "name"), says.nobody]] : wrong;
  }

  function about(input) {
    const part = input.closest("[data-person], [data-newcomer]"), name = part && part.querySelector("[data-name]");
    const who = name ? name.textContent : part ? of(part, "name").value.trim() || says.somebody : "";
    return `${who}${who && ", "}${draft.place(input).querySelector(".name").textContent.replace(/ \(.*/, "")}: `;
  }

  function complain(input, sentence) {
    const line = document.createElement("p");
    Object.assign(line, { className: "error", textContent: about(input) + sentence });
    line.setAttribute("role", "alert");
    line.dataset.of = input.name;
    input.setAttribute("aria-invalid", "true");
    draft.place(input).append(line);
    draft.unfold(input);
    return line;
  }

  // Says what is wrong; returns the first line, or null.
  function check() {
    for (const line of form.querySelectorAll(".error[data-of]")) line.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    return wrongs().map(([input, sentence]) => complain(input, sentence))[0] || null;
  }

  // Takes away what is mended, and what the server had against a field that is changed now.
  function mend({ target }) {
    const standing = new Set(wrongs().map(([input]) => input.name));
    for (const line of form.querySelectorAll(".error[data-of]")) {
      const name = line.dataset.of, input = [...form.elements].find((one) => one.name === name);
      if (standing.has(name) || (line.dataset.servers && name !== target.name)) continue;
      line.remove();
      if (input) input.removeAttribute("aria-invalid");
    }
    const servers = target.name && document.getElementById(`${target.name}-error`);
    if (servers) servers.remove();
    if (form.elements.outcome.value) document.getElementById("outcome-missing").hidden = true;
  }

  function putOut({ target }) {
    if (target.type !== "checkbox" || !target.checked) return;
    for (const other of form.querySelectorAll("[type=checkbox]:checked")) {
      const both = "alone" in target.dataset || "alone" in other.dataset;
      if (other !== target && other.name === target.name && both) other.checked = false;
    }
  }

  function watch() {
    form.addEventListener("change", putOut);
    form.addEventListener("input", mend);
  }

  return { broken, check, watch };
})();
