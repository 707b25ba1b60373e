// Leaving fast: three presses of Shift within five seconds, and a blank page while the next one loads.
const link = document.getElementById("leave");
let presses = [];

function leave() {
  document.body.replaceChildren();
  window.location.replace(link.href);
}

document.addEventListener("keyup", (event) => {
  if (event.key !== "Shift") {
    presses = [];
    return;
  }
  presses = [...presses.filter((at) => event.timeStamp - at < 5000), event.timeStamp];
  if (presses.length >= 3) leave();
});

link.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});
