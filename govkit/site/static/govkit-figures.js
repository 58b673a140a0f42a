/* Draws the figures of a page in the colors of its theme, and again when the theme changes. */
(() => {
  // Plotly's script comes gzipped; a data: address is read without a server, too
  const unpack = async () => {
    const packed = await fetch(`data:application/gzip;base64,${packedPlotly}`);
    const plain = packed.body.pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(plain).text();
    document.head.append(script);
  };

  const dark = () => document.documentElement.dataset.theme === "dark";

  // words on a ground of their own, which is light, stay dark in the dark
  const legible = ({ data, layout }) => {
    const onMap = data.some(({ type }) => type === "heatmap") && data.filter(({ type }) => type === "scatter");
    const onBox = layout.annotations?.filter(({ bgcolor }) => bgcolor);
    for (const one of onMap || []) one.textfont = { ...one.textfont, color: "#1f2328" };
    for (const one of onBox ?? []) one.font = { ...one.font, color: "#1f2328" };
    return { data, layout };
  };

  const places = () =>
    [...document.querySelectorAll(".govkit-figure")].map((figure) => {
      const text = figure.querySelector("script").textContent;
      return {
        div: figure.querySelector("div[style]"),
        // the blue of the palette is too dark on black; its sky blue is not
        data: legible(JSON.parse(dark() ? text.replaceAll("#0072B2", "#56B4E9") : text)),
      };
    });

  const themed = (layout, place) => {
    const ink = getComputedStyle(place).color;
    const grid = "rgba(128,128,128,0.28)";
    const axis = (old = {}) => ({ ...old, gridcolor: grid, linecolor: grid, zerolinecolor: grid });
    const clear = "rgba(0,0,0,0)";
    return {
      ...layout,
      paper_bgcolor: clear,
      plot_bgcolor: clear,
      font: { ...layout.font, color: ink },
      margin: { ...layout.margin, t: 36, r: Math.max(layout.margin?.r ?? 0, 40) },
      xaxis: axis(layout.xaxis),
      yaxis: axis(layout.yaxis),
    };
  };

  const draw = () => {
    for (const { div, data } of places()) {
      Plotly.react(div, data.data, themed(data.layout, div), {
        responsive: true,
        displayModeBar: false,
      });
    }
  };

  // the words of a figure need room: on a narrow screen it scrolls within itself
  const wide = ({ data, layout }) =>
    layout.annotations?.length > 4 || data.some(({ type }) => ["sankey", "heatmap"].includes(type));
  const named = ({ data, layout }) =>
    [...(layout.yaxis?.ticktext ?? []), ...data.flatMap(({ y }) => y ?? [])].some((one) => one?.length > 22) ||
    layout.xaxis?.title?.text?.length > 45;

  const giveRoom = () => {
    for (const { div, data } of places()) {
      if (wide(data) || named(data)) {
        const room = document.createElement("div");
        room.className = wide(data) ? "govkit-room govkit-wide" : "govkit-room";
        room.setAttribute("role", "group");
        room.setAttribute("aria-label", div.parentElement.querySelector("figcaption").textContent);
        div.before(room);
        room.append(div);
        if (room.scrollWidth > room.clientWidth) room.tabIndex = 0;
      }
    }
  };

  // where nothing can be drawn, its numbers are told
  const told = (axis, name, at) =>
    `${axis?.title?.text ?? name} ${axis?.ticktext?.[axis.tickvals.indexOf(at)] ?? at}`;

  const tellNumbers = () => {
    for (const { div, data: { data, layout } } of places()) {
      const list = document.createElement("ul");
      for (const { name, type, x, y } of data) {
        if (!Array.isArray(x) || type === "heatmap") continue;
        x.forEach((at, i) => {
          const item = document.createElement("li");
          const of = [name, told(layout.xaxis, "x", at), told(layout.yaxis, "y", y[i])];
          item.textContent = of.filter(Boolean).join(", ").replace(/<[^>]*>/g, " ");
          list.append(item);
        });
      }
      div.replaceWith(div.parentElement.querySelector("noscript").textContent, list);
    }
  };

  document.addEventListener("DOMContentLoaded", async () => {
    try {
      await unpack();
    } catch {
      tellNumbers(); // an old browser, or a script that did not arrive
      return;
    }
    giveRoom();
    draw();
    new MutationObserver(draw).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
  });
})();
