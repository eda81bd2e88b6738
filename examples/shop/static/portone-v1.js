// PortOne V1, and the only file that knows its words. Another gateway is another such file.
const NAME_LIMIT = 40;

/** Opens the payment window, and gives what it says; on a phone the browser leaves this page. */
export function pay({ merchantCode, channelKey }, order, buyer) {
  IMP.init(merchantCode);
  return new Promise((resolve) => {
    IMP.request_pay(
      {
        channelKey: channelKey || undefined,
        pay_method: buyer.method === "account" ? "vbank" : "card",
        merchant_uid: order.order_id,
        name: order.name.length > NAME_LIMIT ? `${order.name.slice(0, NAME_LIMIT - 1)}…` : order.name,
        amount: Number(order.amount),
        currency: order.currency,
        buyer_name: buyer.name,
        buyer_tel: buyer.phone,
        m_redirect_url: location.origin + location.pathname,
      },
      (said) => resolve(claim(said)),
    );
  });
}

/** What a phone brings back in the page's address, if it comes from paying. */
export function returned(query) {
  return query.has("merchant_uid") ? claim(Object.fromEntries(query)) : null;
}

// Which payment is to be looked at. Whether the window called it a success decides nothing.
function claim({ imp_uid, merchant_uid, error_msg }) {
  return { orderId: merchant_uid, proof: imp_uid && { imp_uid, merchant_uid }, said: error_msg };
}
