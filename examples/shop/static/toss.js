// Toss Payments, and the only file that knows its words. The window always leads back to a page;
// the buyer has only agreed then, and payproof takes the money once it has compared everything.
const NAME_LIMIT = 100;

/** Opens the payment window; the browser leaves this page, unless the window cannot be opened. */
export async function pay({ merchantCode }, order, buyer) {
  const here = location.origin + location.pathname;
  const payment = TossPayments(merchantCode).payment({ customerKey: TossPayments.ANONYMOUS });
  try {
    await payment.requestPayment({
      method: buyer.method === "account" ? "VIRTUAL_ACCOUNT" : "CARD",
      amount: { currency: order.currency, value: Number(order.amount) },
      orderId: order.order_id,
      orderName: order.name.slice(0, NAME_LIMIT),
      customerName: buyer.name,
      customerMobilePhone: buyer.phone.replace(/\D/g, ""),
      successUrl: here,
      failUrl: here,
    });
  } catch (error) {
    return { orderId: order.order_id, said: error.message };
  }
  return new Promise(() => {});
}

/** What the window brings back in the page's address. */
export function returned(query) {
  const { paymentKey, orderId, code, message } = Object.fromEntries(query);
  if (paymentKey) return { orderId, proof: { paymentKey, orderId } };
  return code ? { orderId, said: message } : null;
}
