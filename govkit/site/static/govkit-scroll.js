// Tables wider than the page scroll within their box: let the keyboard reach such boxes.
for (const box of document.querySelectorAll(".cell_output :is(.govkit-result, .govkit-dpia)")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}
