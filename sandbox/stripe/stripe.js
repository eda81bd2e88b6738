// Stands in for the vendor's script: Stripe(key).confirmPayment({clientSecret, confirmParams}).
// There are no fields for a card to mount: the window asks instead.
function settled({ payment_intent: id, redirect_status: status, error }) {
  return error ? { error: { type: "card_error", ...error } } : { paymentIntent: { id, status } };
}

window.Stripe = () => ({
  elements: () => ({
    create: () => ({ mount() {}, on() {}, unmount() {} }),
    submit: async () => ({}),
  }),
  async confirmPayment({ clientSecret, confirmParams = {}, redirect = "always" }) {
    if (isOpen()) return { error: { type: "invalid_request_error", message: "a window is open" } };
    const wayBack = confirmParams.return_url;
    const said = await openWindow({ clientSecret }, wayBack);
    // On failure the page stays and shows why; otherwise the buyer goes where the shop wants.
    if (said.error || redirect === "if_required" || !wayBack) return settled(said);
    const address = new URL(wayBack);
    const { error, ...brought } = said;
    for (const [name, value] of Object.entries(brought)) address.searchParams.set(name, value);
    return location.assign(address);
  },
});
