// The hall's screen: says when its figures are old, and loads the page anew after an update of the app.
"use strict";

(() => {
  const OLD = 100000, LOOK = 5000;  // milliseconds: three updates missed; how often it looks
  const version = document.getElementById("board").dataset.version;
  let at = "", since = 0;

  function look() {
    const board = document.getElementById("board");
    if (!board || board.dataset.version !== version) return location.reload();
    if (board.dataset.at !== at) {
      at = board.dataset.at;
      since = Date.now();
    }
    document.getElementById("old").hidden = Date.now() - since < OLD;
  }

  look();
  setInterval(look, LOOK);
})();
