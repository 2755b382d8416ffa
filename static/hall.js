// The hall's screen: says when its figures are old, and loads the page anew after an update of the app.
"use strict";

(() => {
  const OLD = 100000, LOOK = 5000;  // milliseconds: three updates missed; how often it looks
  const version = document.getElementById("board").dataset.version;
  let since = Date.now();

  function look() {
    const board = document.getElementById("board");
    if (!board || board.dataset.version !== version) return location.reload();
    document.getElementById("old").hidden = Date.now() - since < OLD;
  }

  document.addEventListener("htmx:after:swap", () => {
    since = Date.now();
    look();
  });
  setInterval(look, LOOK);
})();
