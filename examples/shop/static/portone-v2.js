// PortOne V2, and the only file that knows its words. The order's id is the payment's id too.

/** Opens the payment window, and gives what it says; on a phone the browser leaves this page. */
export async function pay({ merchantCode, channelKey }, order, buyer) {
  const said = await PortOne.requestPayment({
    storeId: merchantCode,
    channelKey: channelKey || undefined,
    paymentId: order.order_id,
    orderName: order.name,
    // In the smallest unit of the currency.
    totalAmount: Number(order.amount.replace(".", "")),
    currency: order.currency,
    payMethod: buyer.method === "account" ? "VIRTUAL_ACCOUNT" : "CARD",
    virtualAccount: { accountExpiry: { validHours: 72 } },
    customer: { fullName: buyer.name, phoneNumber: buyer.phone },
    redirectUrl: `${location.origin}${location.pathname}?orderId=${order.order_id}`,
  });
  return claim({ ...said, orderId: order.order_id });
}

/** What a phone brings back in the page's address, if it comes from paying. */
export function returned(query) {
  return query.has("orderId") ? claim(Object.fromEntries(query)) : null;
}

// Which payment is to be looked at. Whether the window called it a success decides nothing.
function claim({ paymentId, orderId, message }) {
  return { orderId, proof: paymentId && { paymentId, orderId }, said: message };
}
