"use strict";
// A form is sent once, a dangerous one only after a second tap; a page that lost the network says so. All works without.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.dataset.ask && !form.dataset.asked) {
    event.preventDefault();
    form.dataset.asked = "yes";
    const button = event.submitter;
    if (button) { button.dataset.before = button.textContent; button.textContent = form.dataset.ask; }
    setTimeout(() => { delete form.dataset.asked; if (button) button.textContent = button.dataset.before; }, 8000);
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "yes";
    if (event.submitter) { event.submitter.setAttribute("aria-disabled", "true"); event.submitter.classList.add("busy"); }
  }
});
// Back from another page, the browser shows this one as it was: forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const each of document.querySelectorAll(".busy")) { each.classList.remove("busy"); each.removeAttribute("aria-disabled"); }
});
// A part that renews itself says when it could not: its figures stand still, and silence would read as all being well.
for (const [event, lost] of [["htmx:sendError", true], ["htmx:timeout", true], ["htmx:responseError", true], ["htmx:afterSwap", false]]) {
  document.addEventListener(event, () => document.body.classList.toggle("lost", lost));
}
// A page that is meant for paper offers to print itself.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
