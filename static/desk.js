// The box above a column of boxes ticks them all; the number of those ticked stands on the buttons below.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  const boxes = [...all.closest("form").querySelectorAll("tbody [type=checkbox]")];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
  all.closest("form").addEventListener("change", show);
  show();
}
