/* What this tab remembers: the last messages, what is not answered yet. In sessionStorage only, gone with the tab. */
(function (chat) {
  "use strict";
  const KEY = "cotmoc.chat";
  const KEPT_MESSAGES = 20;
  const LARGEST_FILE = 100000; // letters of base64; larger ones are shown once, not kept
  const RESENT_FOR = 23 * 3600 * 1000; // the service knows a repeated id for 24 hours

  function load() {
    try { return JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch (unreadable) { return {}; }
  }

  function slim(message) {
    if (!message.attachments || !message.attachments.length) return message;
    return Object.assign({}, message, {
      attachments: message.attachments.map(function (file) {
        return file.data && file.data.length > LARGEST_FILE ? { name: file.name, mime: file.mime } : file;
      }),
    });
  }

  chat.openMemory = function (now) {
    const held = load();
    const messages = Array.isArray(held.messages) ? held.messages : [];
    const pending = (Array.isArray(held.pending) ? held.pending : []).filter(function (each) {
      return now - each.at < RESENT_FOR;
    });

    const memory = {
      messages: messages,
      pending: pending,
      after: held.after === undefined ? null : held.after,
      language: held.language || null,
      session: held.session || "", // of a page in a frame of another site, which has no cookie
      add: function (message) {
        messages.push(slim(message));
        messages.splice(0, Math.max(0, messages.length - KEPT_MESSAGES));
        memory.save();
      },
      settle: function (id) {
        const at = id === undefined ? 0 : pending.findIndex(function (each) { return each.frame.id === id; });
        const settled = at < 0 ? [] : pending.splice(at, 1);
        memory.save();
        return settled[0] || null;
      },
      clear: function () {
        messages.length = 0;
        pending.length = 0;
        memory.save();
      },
      save: function () {
        const all = { messages: messages, pending: pending, after: memory.after, language: memory.language,
          session: memory.session };
        try { sessionStorage.setItem(KEY, JSON.stringify(all)); } catch (full) { /* then only the page has them */ }
      },
    };
    return memory;
  };

  /* A random UUID, also where the page came without https and the browser keeps randomUUID back. */
  chat.newId = function () {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, function (each) { return each.toString(16).padStart(2, "0"); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
})(window.cotmoc = window.cotmoc || {});
