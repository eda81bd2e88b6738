// Stands in for the vendor's browser script: IMP.init, IMP.agency, and IMP.request_pay(params, callback).
// Where the real one opens a card company's window, this one opens the sandbox's.
(() => {
  const home = new URL(document.currentScript.src).origin;
  const onPhone = /Android|iPhone|iPad|Mobile/i.test(navigator.userAgent);
  const korean = navigator.language.startsWith("ko");
  let merchant = null;
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

  function end(result) {
    const { dialog, callback } = open;
    open = null;
    dialog.close();
    dialog.remove();
    callback?.(result);
  }

  addEventListener("message", (event) => {
    const known = open && event.origin === home && event.source === open.frame.contentWindow;
    if (known && event.data.checkout) end(event.data.checkout);
  });

  window.IMP = {
    init(code) {
      merchant = code;
    },
    agency(code) {
      merchant = code;
    },
    request_pay(params, callback) {
      const refuse = (error_msg) =>
        callback?.({
          success: false, imp_success: false, imp_uid: null, merchant_uid: params.merchant_uid,
          error_code: "F400", error_msg,
        });
      if (merchant === null) return refuse("IMP.init has not been called");
      if (open) return refuse("a payment window is open already");
      const fields = { params: JSON.stringify(params), opener: location.origin };
      if (onPhone && params.m_redirect_url) {
        send("_self", { ...fields, way_back: params.m_redirect_url });
      } else {
        open = { ...overlay(), callback };
        send("checkout-window", fields);
      }
    },
  };
})();
