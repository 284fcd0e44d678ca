/* One page of a screen as elements. Text goes in as text only; a fixed number of elements, made anew at each turn. */
(function (screen) {
  "use strict";
  const element = window.cotmoc.element;
  const icon = window.cotmoc.icon;

  /* A picture that cannot be had leaves no broken frame. */
  function picture(address, alt, holder) {
    const made = element("img");
    made.alt = alt;
    made.addEventListener("error", function () { holder.remove(); });
    made.src = address;
    return made;
  }

  function poster(slide) {
    const made = element("figure", "poster");
    made.append(picture(slide.image, slide.alt, made), element("p", "", slide.sender));
    return [made];
  }

  function text(slide, words) {
    const said = element("div", "words");
    const title = element("h2", "", slide.title);
    if (slide.part) title.append(element("span", "part", " (" + slide.part + ")"));
    said.append(title);
    for (const line of slide.lead || []) said.append(element("p", "first", line));
    for (const line of slide.lines) said.append(element("p", "", line));
    for (const line of slide.legal || []) said.append(element("p", "legal", line));
    if (slide.note) {
      const note = element("p", "note");
      note.append(icon("draft"), element("span", "", slide.note));
      said.append(note);
    }
    if (!slide.qr) return [said];
    const scan = element("div", "scan");
    const label = element("p", "", words.scan);
    const code = element("div");
    code.append(picture(slide.qr, "", code), label);
    scan.append(code);
    return [said, scan];
  }

  function overflows(stage) { return stage.scrollHeight > stage.clientHeight + 2 || stage.scrollWidth > stage.clientWidth + 2; }

  /* False: there is no room for it, beside what is urgent. */
  screen.showSlide = function (stage, slide, words) {
    stage.className = "stage " + slide.kind + "-slide";
    stage.lang = slide.lang;
    stage.replaceChildren(...(slide.kind === "poster" ? poster(slide) : text(slide, words)));
    if (!overflows(stage)) return true;
    stage.classList.add("tight");
    if (!overflows(stage)) return true;
    stage.replaceChildren();
    return false;
  };

  /* The red bar, in the language of the page where the notice is signed in it. small: all of it in smaller letters, to
     leave room for a page; else as large as the screen allows. */
  screen.showAlarm = function (bar, notice, language, small) {
    bar.hidden = !notice;
    if (!notice) return;
    const own = notice.said[language] ? language : "vi";
    const said = notice.said[own];
    bar.lang = own;
    bar.querySelector(".alarm-text").textContent = said.text;
    bar.querySelector(".alarm-more").textContent = said.more.join(" \u00b7 ");
    for (const fit of small ? ["3"] : ["0", "1", "2", "3"]) {
      bar.dataset.fit = fit;
      if (bar.offsetHeight <= bar.parentElement.clientHeight * 0.68) return;
    }
  };
})(window.cotmocScreen = window.cotmocScreen || {});
