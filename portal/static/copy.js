// A button that copies beside every value to be pasted elsewhere; without scripts the value is selected by hand.
for (const value of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = value.dataset.copy;
  button.setAttribute("aria-describedby", value.id);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(value.textContent);
      button.textContent = value.dataset.copied;
    } catch {
      // No clipboard (an address without https, or refused): select it, the keyboard does the rest.
      getSelection().selectAllChildren(value);
      button.textContent = value.dataset.selected;
    }
  });
  value.after(" ", button);
}
