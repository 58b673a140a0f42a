// Tables wider than the page scroll within their box: let the keyboard reach such boxes.
for (const box of document.querySelectorAll(".cell_output .text_html")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}
// Paper is light, whatever the screen is.
{
  const { dataset } = document.documentElement;
  let theme = "light";
  addEventListener("beforeprint", () => {
    [theme, dataset.theme] = [dataset.theme, "light"];
  });
  addEventListener("afterprint", () => {
    dataset.theme = theme;
  });
}
