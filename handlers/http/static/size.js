/* Text size: one button, remembered on this device; loaded early so that the page does not jump. */
(function () {
  "use strict";
  const KEY = "cotmoc.size";
  const root = document.documentElement;

  function stored() {
    try { return localStorage.getItem(KEY); } catch (refused) { return null; }
  }

  function remember(size) {
    try { localStorage.setItem(KEY, size); } catch (refused) { /* private mode: lasts for this page only */ }
  }

  function apply(size, button) {
    root.dataset.size = size;
    if (!button) return;
    const label = size === "large" ? button.dataset.smaller : button.dataset.larger;
    button.textContent = label.split(" ")[0];
    button.setAttribute("aria-label", label);
  }

  apply(stored() === "large" ? "large" : "normal");
  document.addEventListener("DOMContentLoaded", function () {
    const button = document.querySelector(".size");
    apply(root.dataset.size, button);
    button.hidden = false;
    button.addEventListener("click", function () {
      const size = root.dataset.size === "large" ? "normal" : "large";
      apply(size, button);
      remember(size);
    });
  });
})();
