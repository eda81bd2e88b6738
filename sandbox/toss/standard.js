// Stands in for the vendor's script: TossPayments(clientKey).payment(…).requestPayment(request).
function goTo(url, added) {
  const address = new URL(url);
  for (const [name, value] of Object.entries(added)) address.searchParams.set(name, value);
  location.assign(address);
}

function fail(request, { code, message, orderId }) {
  if (!request.failUrl) throw Object.assign(new Error(message), { code });
  goTo(request.failUrl, { code, message, orderId });
}

window.TossPayments = (clientKey) => ({
  payment: () => ({
    async requestPayment(request) {
      if (isOpen()) throw Object.assign(new Error("a window is open already"), { code: "INVALID" });
      const said = await openWindow({ ...request, clientKey }, request.successUrl, request.failUrl);
      if (said.code) return fail(request, said);
      if (!request.successUrl) return said;
      return goTo(request.successUrl, said);
    },
  }),
});
window.TossPayments.ANONYMOUS = "ANONYMOUS";
