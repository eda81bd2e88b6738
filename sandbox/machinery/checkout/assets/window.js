// Escape closes the window, as its button does.
const close = document.querySelector("button[value=close]");
addEventListener("keydown", (event) => {
  if (event.key === "Escape") close.click();
});
