// Stripe, and the only file that knows its words. The shop's backend opens the payment; the buyer
// fills in Stripe's own fields, for which `ask` gives a place and waits until they are done.

export async function pay({ merchantCode }, order, buyer, ask) {
  const opened = await fetch("/stripe/payment", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ order_id: order.order_id }),
  });
  const { client_secret: clientSecret } = await opened.json();
  if (!clientSecret) return { orderId: order.order_id };
  const stripe = Stripe(merchantCode);
  const elements = stripe.elements({ clientSecret });
  await ask((place) => elements.create("payment").mount(place));
  await elements.submit();
  const { paymentIntent, error } = await stripe.confirmPayment({
    elements,
    clientSecret,
    confirmParams: { return_url: `${location.origin}${location.pathname}?order_id=${order.order_id}` },
    redirect: "if_required",
  });
  const payment_intent = paymentIntent?.id ?? clientSecret.split("_secret_")[0];
  return claim({ payment_intent, order_id: order.order_id }, error?.message);
}

/** What a phone brings back in the page's address, if it comes from paying. */
export function returned(query) {
  return query.has("payment_intent") ? claim(Object.fromEntries(query)) : null;
}

// Which payment is to be looked at. Whether the window called it a success decides nothing.
function claim({ payment_intent, order_id }, said) {
  return { orderId: order_id, proof: { payment_intent, order_id }, said };
}
