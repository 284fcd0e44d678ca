/* Numbers and addresses in a stored answer can be tapped, as in the chat; and one button prints. */
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  const body = document.getElementById("body");
  const print = document.getElementById("print");
  const marks = { call: body ? JSON.parse(body.dataset.call) : [], legal: [], draft: [], heads: [] };
  for (const line of body ? body.querySelectorAll("p") : []) {
    const read = window.cotmoc.readLines(line.textContent, marks)[0];
    if (read.kind === "step") line.className = "step";
    line.replaceChildren(...(read.parts || []).map(function (part) {
      if (!part.href) return document.createTextNode(part.text);
      const link = document.createElement("a");
      link.textContent = part.text;
      link.href = part.href;
      if (part.href.startsWith("https:")) link.rel = "noopener noreferrer external";
      return link;
    }));
  }
  if (!print) return;
  print.hidden = false;
  print.addEventListener("click", function () { window.print(); });
});
