/* Elements as every script of ours makes them: text goes in as text only. */
(function (chat) {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";

  chat.element = function (name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  /* One of the page's own icons. */
  chat.icon = function (name) {
    const drawn = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    drawn.setAttribute("class", "icon");
    drawn.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#icon-" + name);
    drawn.append(use);
    return drawn;
  };
})(window.cotmoc = window.cotmoc || {});
