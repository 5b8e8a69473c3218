// Copies commands, opens the sources that a text names, opens details for paper, and marks in the contents where a reader is.
(function () {
  "use strict";
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    var before = button.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.parentNode.querySelector("code").textContent).then(function () {
        button.textContent = "✓";
        setTimeout(function () { button.textContent = before; }, 1500);
      });
    });
  });
  document.querySelectorAll('a[href^="#source-"]').forEach(function (link) {  // in closed details
    link.addEventListener("click", function () {
      var at = document.getElementById(link.hash.slice(1));
      for (var each = at; each; each = each.parentElement) { if (each.tagName === "DETAILS") { each.open = true; } }
    });
  });
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open], tr details)").forEach(function (each) {
      each.open = true;
      each.dataset.closed = "";
    });
  });
  addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-closed]").forEach(function (each) {
      each.open = false;
      delete each.dataset.closed;
    });
  });
  var links = Array.from(document.querySelectorAll(".contents a"));
  if (!links.length || !window.IntersectionObserver) { return; }
  var seen = new Set();
  var watch = new IntersectionObserver(function (entries) {
    entries.forEach(function (each) { seen[each.isIntersecting ? "add" : "delete"](each.target.id); });
    var here = links.find(function (link) { return seen.has(link.hash.slice(1)); });
    links.forEach(function (link) {
      if (link === here) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
    });
  }, { rootMargin: "-60px 0px -40% 0px" });
  document.querySelectorAll("main > section[id]").forEach(function (each) { watch.observe(each); });
})();
