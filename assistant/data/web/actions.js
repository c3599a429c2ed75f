// Run for each part of the page: a click on [data-do], or a form with it, becomes an event that the server carries out.
element.addEventListener("click", (event) => {
  // The words of a card open it as its button does, unless the person is selecting them.
  const words = event.target.closest(".card blockquote");
  const card = words && !getSelection().toString() && words.closest(".card").querySelector(".open");
  const target = card || event.target.closest("button[data-do]");
  if (target && element.contains(target)) trigger("act", { ...target.dataset });
});
element.addEventListener("change", (event) => {
  const choice = event.target.closest("select[data-do]");
  if (choice) trigger("act", { ...choice.dataset, value: choice.value });
});
element.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-do]");
  if (!form) return;
  event.preventDefault();
  trigger("act", { ...form.dataset, value: form.elements.namedItem("value").value });
});
