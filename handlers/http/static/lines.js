/* What each line of a message is, and which numbers and addresses in it can be tapped. Reads text, builds nothing. */
(function (chat) {
  "use strict";
  const SHORT = "11[1-9](?!\\d)";
  // A line that begins with a number to call; a dot or a unit after it means it is none.
  const STARTS_SHORT = new RegExp("^" + SHORT + "(?=\\s*(?:[\u2013\u2014:-]|$))");
  const STARTS_HOTLINE = /^1[89]00(?:[ .]?\d){2,6}(?!\d)/;
  const LONG = /(^|[^\d+./-])((?:\+84|0)(?:[ .]?\d){8,10})(?![\d/])/g;
  const LISTED = new RegExp("(?:[\u00b7:;\u17d6] ?)(" + SHORT + ")(?= [\u2013\u2014-] )", "g");
  const WEB = /https:\/\/[^\s<>"'\u201c\u201d]*[^\s<>"'\u201c\u201d.,;:!?)\]]/g;
  const STEP = /^(?:\d{1,2}\.|[-\u2022]) /;

  function begins(line, words) {
    return words.some(function (word) { return line.startsWith(word); });
  }

  /* Everything to tap in a line, as {at, length, href}, in order and without overlap. */
  function targets(line, marks) {
    const found = [];
    function add(at, shown, href) { found.push({ at: at, length: shown.length, href: href }); }
    function tel(at, shown) { add(at, shown, "tel:" + shown.replace(/[ .]/g, "")); }
    const first = STARTS_SHORT.exec(line) || STARTS_HOTLINE.exec(line);
    if (first) tel(0, first[0]);
    for (const hit of line.matchAll(LONG)) tel(hit.index + hit[1].length, hit[2]);
    for (const hit of line.matchAll(LISTED)) tel(hit.index + hit[0].length - hit[1].length, hit[1]);
    for (const hit of line.matchAll(WEB)) add(hit.index, hit[0], hit[0]);
    const small = line.toLowerCase();
    for (const word of marks.call) {
      for (let at = small.indexOf(word); at >= 0; at = small.indexOf(word, at + 1)) listAfter(at + word.length);
    }
    // "call 112, 113 or 115": numbers one after the other, with at most a few letters between.
    function listAfter(start) {
      const next = new RegExp("[^\\d.]{0,8}?(" + SHORT + ")", "y");
      next.lastIndex = start;
      for (let hit = next.exec(line); hit; hit = next.exec(line)) tel(next.lastIndex - hit[1].length, hit[1]);
    }
    found.sort(function (one, other) { return one.at - other.at; });
    let end = 0;
    return found.filter(function (each) {
      if (each.at < end) return false;
      end = each.at + each.length;
      return true;
    });
  }

  function parts(line, marks) {
    const cut = [];
    let from = 0;
    for (const each of targets(line, marks)) {
      if (each.at > from) cut.push({ text: line.slice(from, each.at) });
      cut.push({ text: line.slice(each.at, each.at + each.length), href: each.href });
      from = each.at + each.length;
    }
    if (from < line.length || !cut.length) cut.push({ text: line.slice(from) });
    return cut;
  }

  function read(line, marks) {
    if (!line.trim()) return { kind: "gap" };
    if (/^[\u2014\u2013_-]{3,}$/.test(line.trim())) return { kind: "rule" };
    if (begins(line, marks.legal)) return { kind: "legal", parts: [{ text: line }] };
    if (begins(line, marks.draft)) return { kind: "draft", parts: [{ text: line }] };
    const head = marks.heads.find(function (each) { return line.startsWith(each[0]); });
    const pieces = parts(line, marks);
    if (head) return { kind: "head", state: chat.stateOf(head[1]), parts: pieces };
    if (pieces[0].href && pieces[0].href.startsWith("tel:")) return { kind: "phone", parts: pieces };
    return { kind: STEP.test(line) ? "step" : "text", parts: pieces };
  }

  /* The looks there are; other words for a notice share one of them. */
  chat.stateOf = function (state) {
    if (state === "withdrawn") return "cancelled";
    if (state === "repeat") return "urgent";
    const known = ["urgent", "update", "clear", "cancelled", "expired", "correction", "test", "drill"];
    return known.includes(state) ? state : "urgent";
  };

  /* [{kind: text|legal|draft|head|phone|step|gap|rule, state?, parts?: [{text, href?}]}, ...] */
  chat.readLines = function (text, marks) {
    return text.replace(/\r\n?/g, "\n").trim().split("\n").map(function (line) { return read(line, marks); });
  };
})(window.cotmoc = window.cotmoc || {});
