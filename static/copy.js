// Copies the text of a field: the button shows only where a script can do it.
"use strict";

(() => {
  async function copy(field) {
    if (navigator.clipboard) return navigator.clipboard.writeText(field.value);
    field.select();  // over plain HTTP in the office's own network
    if (!document.execCommand("copy")) throw new Error("not copied");
  }

  for (const button of document.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copies);
      try {
        await copy(field);
        button.textContent = button.dataset.copied;
      } catch (refused) {
        field.select();
      }
    });
  }
})();
