// Gradio's server closes the stream of answers when no call is left. A call that joins just then may still find the stream open; its
// answer then stays on the server until a later call opens another stream. So one further call, which asks for nothing, follows each action.
let later;
const nudge = () => {
  clearTimeout(later);
  later = setTimeout(() => trigger("act", {}), 2500);
};
for (const kind of ["click", "change", "submit"]) document.addEventListener(kind, nudge);
document.addEventListener("keydown", (event) => { if (event.key === "Enter") nudge(); });
