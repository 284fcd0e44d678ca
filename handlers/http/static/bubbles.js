/* Messages as elements. Text goes in as text only; nothing received is ever read as markup. */
(function (chat) {
  "use strict";
  const element = chat.element;
  const icon = chat.icon;
  // Kinds of file a browser may know the kind of; anything else is saved as plain bytes.
  const SAFE_KINDS = /^(?:application\/(?:pdf|json)|text\/(?:plain|csv|calendar)|image\/(?:png|jpeg|webp)|audio\/[a-z0-9.+-]+)$/;

  function link(part) {
    const made = element("a", "", part.text);
    made.href = part.href;
    if (part.href.startsWith("https:")) { made.target = "_blank"; made.rel = "noopener noreferrer"; }
    return made;
  }

  function fill(parent, parts) {
    for (const part of parts) parent.append(part.href ? link(part) : document.createTextNode(part.text));
    return parent;
  }

  const ICONS = { correction: "update", test: "draft" };

  function line(read) {
    if (read.kind === "gap") return element("p", "gap");
    if (read.kind === "rule") return element("hr");
    const made = element("p", read.kind === "text" ? "" : "line-" + read.kind);
    if (read.kind === "head") made.classList.add(read.state);
    if (read.kind === "head") made.append(icon(ICONS[read.state] || read.state));
    if (read.kind === "draft") made.append(icon("draft"));
    const boxed = read.kind === "head" || read.kind === "draft";
    const words = fill(boxed ? element("span") : made, read.parts);
    if (boxed) made.append(words);
    if (read.kind === "phone") made.querySelector("a").prepend(icon("phone"));
    return made;
  }

  function frame(className, sender) {
    const made = element("div", "message " + className);
    const bubble = element("div", "bubble");
    bubble.append(element("span", "unseen", sender));
    made.append(bubble);
    made.tabIndex = -1;
    return { made: made, bubble: bubble };
  }

  function size(bytes) {
    return bytes < 1000000 ? Math.max(1, Math.round(bytes / 1000)) + " kB" : (bytes / 1000000).toFixed(1) + " MB";
  }

  function file(attachment, strings) {
    const name = String(attachment.name || "");
    if (!attachment.data) return element("p", "", name + " \u2013 " + strings.file_gone);
    let bytes;
    try {
      bytes = Uint8Array.from(atob(attachment.data), function (letter) { return letter.charCodeAt(0); });
    } catch (broken) { return element("p", "", name + " \u2013 " + strings.file_gone); }
    const kind = SAFE_KINDS.test(attachment.mime) ? attachment.mime : "application/octet-stream";
    const made = element("a");
    made.href = URL.createObjectURL(new Blob([bytes], { type: kind }));
    made.download = name;
    made.append(icon("file"), element("span", "", strings.file + " " + name + " (" + size(bytes.length) + ")"));
    return made;
  }

  chat.isOver = function (message, now) {
    return Boolean(message.expires_at) && Date.parse(message.expires_at) <= now;
  };

  /* The resident's own words, or the label of the button that was pressed. */
  chat.ownMessage = function (text, strings) {
    const own = frame("own", strings.own);
    own.bubble.append(element("p", "", text));
    return own.made;
  };

  /* A message or a notice from the service, without its choices. */
  chat.botMessage = function (message, strings, marks, now) {
    const lines = chat.readLines(String(message.text || ""), marks);
    const head = lines.find(function (each) { return each.kind === "head"; });
    let state = chat.stateOf(message.state || (head ? head.state : "urgent"));
    if (chat.isOver(message, now)) state = "expired";
    const look = message.type === "notice" ? "notice " + state : message.type === "error" ? "failure" : "bot";
    const said = frame(look, strings.bot);
    if (message.lang) said.made.lang = message.lang;
    if (message.type === "notice" && state === "expired" && (!head || head.state !== "expired")) {
      said.bubble.append(line({ kind: "head", state: "expired", parts: [{ text: strings.expired }] }));
    }
    for (const each of lines) said.bubble.append(line(each));
    if (message.attachments && message.attachments.length) {
      const files = element("div", "files");
      for (const each of message.attachments) files.append(file(each, strings));
      said.made.append(files);
    }
    return said.made;
  };

  /* Where the stored answer in a message can be read by itself; null where it is none. In a frame it opens apart, for
     only this page may be framed. */
  chat.pageLink = function (message, strings, page) {
    const id = String(message.entry_id || "");
    if (message.type !== "message" || !/^[a-z0-9.-]+$/.test(id)) return null;
    const made = element("a", "to-page", strings.answer_page);
    made.href = "/answers/" + id + "?lang=" + (message.lang || page.language);
    if (page.session) { made.target = "_blank"; made.rel = "noopener"; }
    return made;
  };

  /* Full-width choices under the last message; onPress(button) is called at most once. */
  chat.choices = function (buttons, strings, onPress) {
    const group = element("div", "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", strings.choices);
    for (const each of buttons) {
      const made = element("button", "button choice", String(each.label));
      made.type = "button";
      made.addEventListener("click", function () { if (group.isConnected) onPress(each); });
      group.append(made);
    }
    return group;
  };

  chat.delivery = function (text) {
    const made = element("p", "delivery");
    made.append(icon("offline"), element("span", "", text));
    return made;
  };

  chat.urgentLine = function (message, element_id) {
    const made = element("a");
    const first = String(message.text).trim().split("\n")[0];
    made.href = "#" + element_id;
    made.append(icon("urgent"), element("span", "", first));
    if (message.lang) made.lang = message.lang;
    return made;
  };
})(window.cotmoc = window.cotmoc || {});
