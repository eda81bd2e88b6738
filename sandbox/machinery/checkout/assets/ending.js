// Tells the page that opened the window, and no other, how it ended.
const { opener: origin, result } = document.getElementById("ending").dataset;
parent.postMessage({ checkout: JSON.parse(result) }, origin);
