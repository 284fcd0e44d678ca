/* The field: grows with its text, sends on Enter, tells before sending when a message is too long. */
(function (chat) {
  "use strict";
  const NEAR = 200; // letters
  const encoder = new TextEncoder();

  /* How many letters of the text fit beside the rest of a frame, of how many. */
  chat.measure = function (text, frameBytes, letters) {
    const empty = encoder.encode(JSON.stringify({ type: "text", id: "0".repeat(36), text: "" })).length;
    const all = Array.from(text);
    let used = 0;
    let fitting = 0;
    for (const letter of all) {
      used += encoder.encode(JSON.stringify(letter)).length - 2;
      if (used > frameBytes - empty || fitting >= letters) break;
      fitting += 1;
    }
    const average = all.length ? Math.max(1, used / Math.max(1, fitting)) : 1;
    const left = Math.min(letters - fitting, Math.floor((frameBytes - empty - used) / average));
    return { over: all.length - fitting, left: Math.max(0, left) };
  };

  /* parts = {form, field, send, limit, strings, frameBytes, letters, onText(text)} */
  chat.compose = function (parts) {
    const field = parts.field;
    let over = 0;

    function check() {
      field.style.height = "auto";
      field.style.height = field.scrollHeight + 4 + "px"; // the borders
      const measured = chat.measure(field.value.trim(), parts.frameBytes, parts.letters);
      over = measured.over;
      const said = over > 0 ? parts.strings.over.replace("{n}", over)
        : measured.left < NEAR ? parts.strings.near.replace("{n}", Math.floor(measured.left / 10) * 10) : "";
      if (parts.limit.textContent !== said) parts.limit.textContent = said;
      parts.limit.hidden = !said;
      parts.limit.classList.toggle("over", over > 0);
      field.setAttribute("aria-invalid", String(over > 0));
      parts.send.setAttribute("aria-disabled", String(over > 0));
    }

    function submit(event) {
      event.preventDefault();
      const text = field.value.trim();
      if (!text || over > 0) { field.focus(); return; }
      field.value = "";
      check();
      parts.onText(text);
    }

    field.addEventListener("input", check);
    field.addEventListener("keydown", function (event) {
      // An input method that is still composing a syllable owns the Enter key.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      submit(event);
    });
    parts.form.addEventListener("submit", submit);
  };
})(window.cotmoc = window.cotmoc || {});
