// Shows a part of the calls, or the hours drawn over, in charts and tables that can be split; others
// say that they show the whole run.
(function () {
  "use strict";
  var form = document.querySelector("form.filter");
  if (!form) { return; }
  var data = JSON.parse(document.querySelector("[data-parts]").textContent);
  var H = data.hours.length, texts = data.texts;
  var select = form.querySelector("select"), line = form.querySelector("output");
  var flows = ["attempts", "answered", "conversations"];
  var drawn = null;  // hours chosen on the chart of calls; null: all
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });

  function number(n) { return n.toLocaleString("en-US"); }
  function per(text) { return text + (data.language === "zh" ? "%" : " %"); }
  function column(share) {
    var text = (100 * share).toFixed(1);
    if (share < 1 && text === "100.0") { return per(">99.9"); }
    return per(share > 0 && text === "0.0" ? "<0.1" : text);
  }
  function percent(share) {
    var value = 100 * share;
    if (value > 0 && value < 0.005) { return per("<0.01"); }
    if (value >= 99.5 && value < 100) { return per(value < 99.95 ? value.toFixed(1) : ">99.9"); }
    if (value && value < 0.1) { return per(value.toFixed(2)); }
    var text = value.toFixed(1);
    return per(value < 10 && !text.endsWith(".0") ? text : value.toFixed(0));
  }
  function on(time) { return data.days[time.slice(0, 10)]; }
  function when(time) {
    return texts.moment.replace("{day}", on(time)).replace("{time}", time.slice(11, 16));
  }
  function range(first, last) {
    var end = on(first) === on(last) ? last.slice(11, 16) : when(last);
    return first === last ? when(first) : texts.range.replace("{}", when(first)).replace("{}", end);
  }

  function chosen() {
    if (!select.value) { return null; }
    var places = select.value.split(",").map(Number);
    return { group: data.groups[places[0]], place: places[1], name: select.selectedOptions[0].text };
  }
  function counts(group, place) {  // by hour; without a group, of the whole run
    return (name, hour) => group ? group.counts[name][place * H + hour] : data.whole[name][hour];
  }
  function shownHours() {
    return [...data.hours.keys()].filter(h => !drawn || drawn.has(data.hours[h]));
  }
  function sum(of, name, hours) {
    return hours.reduce((total, hour) => total + of(name, hour), 0);
  }
  function grouped(hours, key) {  // lists of hours by a key, in order
    var found = new Map();
    hours.forEach(function (hour) {
      var name = key(data.hours[hour]);
      if (!found.has(name)) { found.set(name, []); }
      found.get(name).push(hour);
    });
    return found;
  }

  // --- rows of charts, and of the tables beside them ---

  var made = {
    flow: function (of) {
      return data.hours.map(function (time, h) {
        var row = { time, when: when(time) };
        flows.forEach(name => { row[name] = of(name, h); });
        return row;
      });
    },
    progress: function (of, hours) {
      var far = 0;
      return hours.map(function (h) {
        far += of("conversations", h);
        return { time: data.hours[h], when: when(data.hours[h]), conversations: of("conversations", h), so_far: far };
      });
    },
    answers: function (of, hours) {
      var found = [];
      grouped(hours, function (time) {
        return (new Date(time.slice(0, 10) + "T00:00:00Z").getUTCDay() + 6) % 7 + " " + time.slice(11, 13);
      }).forEach(function (mine, key) {
        var tried = sum(of, "attempts", mine), live = sum(of, "live_answers", mine);
        if (!tried) { return; }
        found.push({ key, day: data.weekdays[key[0]], hour: key.slice(2), attempts: tried, live, share: live / tried });
      });
      return found.sort((a, b) => a.key < b.key ? -1 : 1);
    },
    dropped: function (of, hours, name) {
      var gone = 0, live = 0, found = [];
      grouped(hours, time => time.slice(0, 10)).forEach(function (mine, day) {
        var dropped = sum(of, "abandoned", mine), met = sum(of, "live_answers", mine);
        gone += dropped; live += met;
        if (met) { found.push({ day, when: on(day), campaign: name, dropped, live: met, share: dropped / met, so_far: gone / live }); }
      });
      return found;
    }
  };
  var cells = {
    flow: row => [row.when, number(row.attempts), number(row.answered), number(row.conversations)],
    progress: row => [row.when, number(row.conversations), number(row.so_far)],
    answers: row => [row.day, row.hour, percent(row.share), number(row.attempts)],
    dropped: row => [row.when, row.campaign, percent(row.share), percent(row.so_far)]
  };

  var before = new Map();  // rows and tables as they were
  function rowsOf(view, name) {
    if (!before.has(name)) {
      before.set(name, view.data(name).map(row => Object.fromEntries(Object.entries(row))));
    }
    return before.get(name).map(row => ({ ...row }));  // Vega marks those that it is given
  }
  function put(view, name, rows) {
    rowsOf(view, name);
    view.data(name, rows);
  }
  function fill(figure, rows) {
    var body = figure.querySelector("details tbody");
    if (!body) { return; }
    if (!before.has(body)) { before.set(body, Array.from(body.children)); }
    if (!rows) { body.replaceChildren(...before.get(body)); return; }
    var form = before.get(body)[0];
    body.replaceChildren(...rows.map(function (texts) {
      var row = form.cloneNode(true);
      texts.forEach(function (text, place) { row.children[place].textContent = text; });
      return row;
    }));
  }
  function tag(place, text, isWhole) {  // what a heading's chart shows
    var mark = place.querySelector(":scope > .part");
    if (!mark) {
      mark = document.createElement("span");
      mark.className = "part";
      place.append(" ", mark);
    }
    mark.textContent = text;
    mark.hidden = !text;
    mark.classList.toggle("whole", isWhole);
  }
  function named(figure, part, isSplit) {
    var hours = drawn && isSplit === "parts" ? line.dataset.hours : "";
    var text = [part && isSplit ? part.name : "", hours].filter(Boolean).join(" · ");
    var rest = part && !isSplit ? texts.whole_run : drawn && !hours ? texts.every_hour : "";
    tag(figure.querySelector("h3"), [text, rest].filter(Boolean).join(" · "), !text);
  }
  function split(figure, part) {  // what it follows, or ""
    var follows = figure.dataset.follows || "";
    if (follows === "parts") { return figure.id === "answers" && data.step === "D" ? "" : follows; }
    if (!part) { return follows; }
    var kinds = { ranges: ["range", "campaign"], campaigns: ["campaign"] }[follows] || [];
    return kinds.includes(part.group.kind) ? follows : "";
  }
  function redraw(figure) {
    var part = chosen(), by = split(figure, part), key = figure.id;
    var place = figure.querySelector("[data-chart]"), view = place && place.view;
    named(figure, part, by);
    if (!view || !figure.dataset.follows) { return; }
    if (figure.dataset.follows === "parts") {
      if (!part && !drawn || !by) {
        put(view, key, rowsOf(view, key));
        fill(figure, null);
      } else {
        var of = counts(part && part.group, part && part.place);
        var rows = made[key](of, shownHours(), part ? part.name : select.options[0].text);
        put(view, key, rows);
        fill(figure, (key === "flow" ? rows.filter(row => !drawn || drawn.has(row.time)) : rows).map(cells[key]));
      }
    } else {
      [key, key + "_labels"].forEach(function (name) { narrow(view, figure, name, part, by); });
    }
    view.runAsync();
  }
  function narrow(view, figure, name, part, by) {  // to the rows of a part
    var rows;
    try { rows = rowsOf(view, name); } catch (_) { return; }  // a chart without such data
    var mine = rows.filter(function (row) {
      if (!part || !by) { return true; }
      if (by === "campaigns") { return row.campaign === part.group.names[part.place]; }
      return part.group.ranges[part.place].some(range => row.ranges.includes(range));
    });
    view.logLevel(1);  // none is no fault
    if (name !== figure.id) { put(view, name, mine); return; }
    figure.querySelector("[data-chart]").hidden = !mine.length;
    if (!mine.length) { tag(figure.querySelector("h3"), part.name + " · " + texts.nothing, false); return; }
    put(view, name, mine);
    if (figure.id === "caller_lives") { view.height(15 * new Set(mine.map(row => row.caller)).size); }
  }
  function tabulate() {  // the figures of every part in the hours that are shown
    var rows = Array.from(document.querySelectorAll(".parts tbody tr")), hours = shownHours();
    var place = 0;
    data.groups.forEach(function (group, g) {
      var parts = group.counts.attempts.length / H, sums = [];
      for (var p = 0; p < parts; p++) {
        var of = counts(group, p), found = {};
        Object.keys(group.counts).forEach(function (name) { found[name] = sum(of, name, hours); });
        sums.push(found);
      }
      place += 1;  // the name of the group
      sums.forEach(function (found, p) {
        var row = rows[place++], shown = row.children;
        var live = found.live_answers;
        ["attempts", "answered", "live_answers", "conversations"].forEach(function (name, at) {
          shown[at + 1].textContent = number(found[name]);
        });
        shown[5].textContent = live ? column(found.abandoned / live) : "";
        ["intercepted", "marks", "complaints"].forEach(function (name, at) {
          shown[at + 6].textContent = number(found[name]);
        });
        row.classList.toggle("chosen", select.value === g + "," + p);
      });
    });
  }
  function summed() {
    var part = chosen(), hours = shownHours(), of = counts(part && part.group, part && part.place);
    delete line.dataset.hours;
    if (drawn && hours.length) {
      line.dataset.hours = range(data.hours[hours[0]], data.hours[hours[hours.length - 1]]);
    }
    line.textContent = !part && !drawn ? "" : [line.dataset.hours || ""].concat(
      flows.map(name => texts[name] + " " + number(sum(of, name, hours)))
    ).filter(Boolean).join(" · ");
  }
  function show(withFlow) {
    var isWhole = select.value || drawn ? texts[select.value ? "whole_run" : "every_hour"] : "";
    summed();
    tabulate();
    document.querySelectorAll("figure").forEach(function (figure) {
      if (withFlow || figure.id !== "flow") { redraw(figure); } else { named(figure, chosen(), "parts"); }
    });
    document.querySelectorAll("main > header > h1, main > section > h2").forEach(function (title) {
      if (!title.parentNode.querySelector("[data-follows], .parts")) { tag(title, isWhole, true); }
    });
    document.querySelectorAll("main > section").forEach(function (section) {
      var table = section.querySelector(":scope > .wide");
      if (!table || !section.querySelector("[data-follows], .parts")) { return; }
      var mark = table.previousElementSibling;
      if (!mark || !mark.matches(".of-table")) {
        mark = document.createElement("p");
        mark.className = "of-table";
        table.before(mark);
      }
      mark.hidden = !isWhole;
      tag(mark, isWhole, true);
    });
  }
  select.addEventListener("change", function () { show(true); });
  function follow(place) {  // a chart that has been drawn
    if (place.dataset.chart !== "flow") { return; }
    var waiting = 0;
    place.view.addSignalListener("drawn", function (_, value) {
      drawn = value && value.time && value.time.length ? new Set(value.time) : null;
      clearTimeout(waiting);
      waiting = setTimeout(function () { show(false); }, 60);
    });
  }
  document.querySelectorAll("[data-chart]").forEach(function (place) {
    if (place.view) { follow(place); } else { place.addEventListener("drawn", function () { follow(place); }); }
  });
  show(true);
})();
