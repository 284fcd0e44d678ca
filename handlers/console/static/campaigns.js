"use strict";
// Counts while somebody types, a file dropped into its frame, places filtered, controls that do not apply put away,
// and ticks that wait until everything was read. Without this script every page works by its buttons.
(() => {
  const sentences = (text) => text.replace(/([.?!])\s/g, "$1\n").replace(/។\s*/g, "។\n").split("\n").filter((each) => each.trim());
  const length = (text) => Array.from(text).length;
  const count = (area) => {
    const line = document.getElementById(`c-${area.dataset.count}`);
    const text = area.value.normalize("NFC").replace(/\r\n?/g, "\n").trim();
    const one = area.dataset.count === "km" ? length : (each) => each.trim().split(/\s+/).length;
    const longest = Math.max(0, ...sentences(text).map(one));
    const { room, units, longest: label, words, long } = line.dataset;
    const over = length(text) > Number(room);
    line.textContent = `${length(text)}/${room} ${units} · ${label} ${longest} ${words}${over ? ` · ${long}` : ""}`;
    line.classList.toggle("too-long", over);
  };
  for (const area of document.querySelectorAll("textarea[data-count]")) {
    area.addEventListener("input", () => count(area));
    count(area);
  }

  for (const frame of document.querySelectorAll(".drop")) {
    const field = frame.querySelector("input[type=file]");
    const words = frame.querySelector("[data-drop]");
    words.textContent = words.dataset.drop;
    const mark = (event, over) => { event.preventDefault(); frame.classList.toggle("over", over); };
    frame.addEventListener("dragover", (event) => mark(event, true));
    frame.addEventListener("dragleave", (event) => mark(event, false));
    frame.addEventListener("drop", (event) => {
      mark(event, false);
      if (!event.dataTransfer.files.length) return;
      const one = new DataTransfer();
      one.items.add(event.dataTransfer.files[0]);
      field.files = one.files;
    });
  }

  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
  for (const field of document.querySelectorAll("[data-filter]")) {
    const within = document.getElementById(field.dataset.filter);
    field.addEventListener("input", () => {
      const wanted = plain(field.value.trim());
      for (const label of within.querySelectorAll("[data-find]")) {
        label.hidden = Boolean(wanted) && !label.querySelector("input").checked && !plain(label.textContent).includes(wanted);
      }
    });
  }

  const time = document.getElementById("time");
  if (time) {
    const fit = () => {
      const kind = time.querySelector("input[name=kind]:checked");
      for (const part of time.querySelectorAll("[data-for]")) part.hidden = !kind || !part.dataset.for.split(" ").includes(kind.value);
    };
    time.addEventListener("change", fit);
    fit();
  }

  const end = document.getElementById("read-end");
  const form = document.querySelector("form[data-read-first]");
  if (end && form && "IntersectionObserver" in window) {
    const boxes = [...form.querySelectorAll("input[type=checkbox]")];
    const hint = form.querySelector(".read-hint");
    for (const box of boxes) box.disabled = true;
    if (hint) hint.hidden = false;
    new IntersectionObserver((seen, watch) => {
      if (!seen.some((each) => each.isIntersecting || each.boundingClientRect.top < 0)) return;
      watch.disconnect();
      for (const box of boxes) box.disabled = false;
      if (hint) hint.hidden = true;
    }).observe(end);
  }
})();
