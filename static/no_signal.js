// In the place of a page that needs the network: shows the ways that this phone keeps, the classes opened here among
// them.
"use strict";

(async () => {
  const here = document.getElementById("here"), model = document.getElementById("class");
  for (const row of here.children) {
    row.hidden = !(await pages.find(new URL(row.querySelector("a").href).pathname));
  }
  for (const { address, answer } of await pages.all("/meetings/")) {
    const told = new DOMParser().parseFromString(await answer.text(), "text/html");
    const row = model.content.cloneNode(true), session = told.querySelector("[data-when]");
    row.querySelector("a").href = new URL(address).pathname;
    row.querySelector("b").textContent = told.title.split(" · ").slice(0, -1).join(" · ");
    row.querySelector(".soft").textContent = session ? session.textContent : "";
    here.prepend(row);
  }
})();
