// A table of figures typed as in a spreadsheet: arrow keys and Enter go from cell to cell, a pasted column or block
// fills the cells from the focused one on. Without it the table is an ordinary form.
"use strict";

(() => {
  const table = document.querySelector("[data-grid]");
  if (!table) return;
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input.text")]);
  const totals = [...table.querySelectorAll("[data-total]")], status = document.querySelector("[data-pasted]");
  const LOCALE = document.documentElement.lang === "vi" ? "vi-VN" : "en-GB";
  const WHOLE = /^(\d+|\d{1,3}([ .,]\d{3})+)$/;

  function placeOf(field) {
    const row = rows.findIndex((fields) => fields.includes(field));
    return row < 0 ? null : { row, column: rows[row].indexOf(field) };
  }

  const at = (row, column) => rows[row] && rows[row][column];

  // What a key leads to, by rows and columns; to the left and right only from the end of what is typed.
  function step({ key, shiftKey, target }) {
    const { selectionStart: from, selectionEnd: to, value } = target;
    const whole = from === 0 && to === value.length;
    if (key === "ArrowUp" || (key === "Enter" && shiftKey)) return [-1, 0];
    if (key === "ArrowDown" || key === "Enter") return [1, 0];
    if (key === "ArrowLeft" && (whole || to === 0)) return [0, -1];
    if (key === "ArrowRight" && (whole || from === value.length)) return [0, 1];
    return null;
  }

  function move(event) {
    const place = placeOf(event.target);
    if (!place || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const by = step(event);
    if (!by) return;
    event.preventDefault();
    const next = at(place.row + by[0], place.column + by[1]);
    if (next) next.focus();
  }

  const linesOf = (text) => text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");

  function paste(event) {
    const place = placeOf(event.target), text = event.clipboardData.getData("text/plain");
    if (!place || !/[\t\r\n]/.test(text)) return;
    event.preventDefault();
    let filled = 0, over = 0;
    linesOf(text).forEach((line, down) => line.split("\t").forEach((cell, right) => {
      const value = cell.trim(), field = at(place.row + down, place.column + right);
      if (!value) return;  // a blank takes nothing back
      if (!field) { over += 1; return; }
      field.value = value;
      filled += 1;
      mark(field);
    }));
    say(filled, over);
    add();
  }

  function say(filled, over) {
    const words = status.dataset;
    status.textContent = `${words.pasted} ${filled}.` + (over ? ` ${words.over} ${over}.` : "");
  }

  const mark = (field) => field.classList.toggle("changed", field.value !== field.defaultValue);

  // The sums below the columns, of what is typed.
  function add() {
    totals.forEach((place, column) => {
      const texts = rows.map((fields) => fields[column].value.trim()).filter((text) => WHOLE.test(text));
      place.textContent = texts.reduce((sum, text) => sum + Number(text.replace(/\D/g, "")), 0).toLocaleString(LOCALE);
    });
  }

  // What was typed is not lost by a tap on a link.
  let sending = false;
  table.closest("form").addEventListener("submit", () => { sending = true; });
  addEventListener("beforeunload", (event) => {
    if (!sending && table.querySelector(".changed")) event.preventDefault();
  });

  table.addEventListener("keydown", move);
  table.addEventListener("paste", paste);
  table.addEventListener("focusin", ({ target }) => { if (placeOf(target)) target.select(); });
  table.addEventListener("input", ({ target }) => { if (placeOf(target)) { mark(target); add(); } });
  add();
})();
