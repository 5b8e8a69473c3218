// Draws each chart of the page. Colours are those of the style sheet, so that day and night differ
// by style alone; `ast` spares the browser from evaluating text as code.
(function () {
  "use strict";
  var waiting = document.querySelectorAll("[data-chart]");
  document.documentElement.dataset.drawn = "0";
  waiting.forEach(function (place) {
    var text = document.querySelector('[data-spec="' + place.dataset.chart + '"]').textContent;
    var options = { actions: false, renderer: "svg", ast: true, tooltip: { theme: "custom" } };
    vegaEmbed(place, JSON.parse(text), options).then(function (drawn) {
      place.view = drawn.view;
      place.querySelectorAll("svg").forEach(function (each) { each.setAttribute("aria-hidden", "true"); });
      place.dispatchEvent(new Event("drawn"));
      document.documentElement.dataset.drawn = String(Number(document.documentElement.dataset.drawn) + 1);
    }).catch(function (error) {
      place.textContent = String(error);
      console.error(error);
    });
  });
})();
