// Opens the sandbox's payment window: over the page, or on a phone in its place. What comes after
// it in this scope is one vendor's own script.
const home = new URL(document.currentScript.src).origin;
const onPhone = /Android|iPhone|iPad|Mobile/i.test(navigator.userAgent);
const korean = navigator.language.startsWith("ko");
let open = null;

function send(target, fields) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: `${home}/_checkout`, target });
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

function overlay() {
  const dialog = document.createElement("dialog");
  const frame = document.createElement("iframe");
  frame.name = "checkout-window";
  frame.title = korean ? "결제창" : "Payment window";
  dialog.setAttribute("aria-label", frame.title);
  Object.assign(dialog.style, {
    width: "100vw", height: "100dvh", maxWidth: "none", maxHeight: "none", margin: "0",
    padding: "0", border: "0", background: "rgb(0 0 0 / .6)", overflow: "hidden",
  });
  Object.assign(frame.style, { width: "100%", height: "100%", border: "0", colorScheme: "auto" });
  // The window has a way to close itself, which also tells how it ended.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.append(frame);
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, frame };
}

addEventListener("message", (event) => {
  const known = open && event.origin === home && event.source === open.frame.contentWindow;
  if (!known || !event.data.checkout) return;
  const { dialog, tell } = open;
  open = null;
  dialog.close();
  dialog.remove();
  tell(event.data.checkout);
});

const isOpen = () => open !== null;

/** Gives how the window ended; leaves the page on a phone, if there is a way back. */
function openWindow(params, wayBack, wayBackFailed) {
  const fields = { params: JSON.stringify(params), opener: location.origin };
  return new Promise((tell) => {
    if (onPhone && wayBack) {
      send("_self", { ...fields, way_back: wayBack, way_back_failed: wayBackFailed ?? wayBack });
    } else {
      open = { ...overlay(), tell };
      send("checkout-window", fields);
    }
  });
}
