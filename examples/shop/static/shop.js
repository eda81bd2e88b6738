// The page: has an order registered, has it paid, and shows what the shop's backend says of it.
const shop = document.body.dataset;
const { pay, returned } = await import(`./${shop.gateway}.js`);
const form = document.getElementById("order");
const answer = document.getElementById("answer");
const language = document.documentElement.lang;

const SHOWN_AS = { success: "paid", vbankIssued: "account", pending: "pending" };
// What is not known yet must never look like a "no", or the buyer pays twice.
const UNKNOWN = ["gatewayUnavailable", "gatewayRefused", "databaseUnavailable", "tooManyRequests", "internalError", "unavailable"];

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const buyer = Object.fromEntries(new FormData(form));
  show("paying");
  const order = await post("/orders", buyer);
  if (!order.client_token) return show("refused", order);
  // A phone leaves this page to pay, and comes back to a new one.
  sessionStorage.setItem(order.order_id, order.client_token);
  const name = form.querySelector("[name=goods]:checked ~ span").textContent;
  await verify(await pay(shop, { ...order, name }, buyer, ask));
});

// Pressed any earlier, it would send the buyer's name and number into the address.
form.querySelector("button").disabled = false;

const brought = returned(new URLSearchParams(location.search));
if (brought) await verify(brought);

/** Some gateways have fields of their own in the page: gives them a place, until they are done. */
function ask(mount) {
  return new Promise((done) => {
    show("fields", {}, done);
    mount(answer.querySelector("[data-fields]"));
  });
}

/** Asks the backend about a payment, which asks payproof, which asks the gateway. */
async function verify({ orderId, proof, said }, again = false) {
  if (!proof) return show("refused", { said });
  if (!again) show("checking");
  const client_token = sessionStorage.getItem(orderId) ?? undefined;
  const told = await post("/payments/complete", { ...proof, client_token });
  const name = SHOWN_AS[told.status] ?? (UNKNOWN.includes(told.status) ? "pending" : "refused");
  const check = () => verify({ orderId, proof }, true);
  show(name, { ...told, ...told.virtual_account, said, again }, check);
}

async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return await reply.json();
  } catch {
    return { status: "unavailable" };
  }
}

/** Fills a template of the page with facts: `data-show` names the fact that goes there. */
function show(name, facts = {}, check) {
  const part = document.getElementById(name).content.cloneNode(true);
  for (const place of part.querySelectorAll("[data-show]")) {
    const fact = facts[place.dataset.show];
    if (place instanceof HTMLAnchorElement) place.href = fact;
    else place.textContent = place.dataset.text ?? spoken(place.dataset.show, fact, facts);
    place.hidden = !fact;
  }
  part.querySelector("[data-act=check]")?.addEventListener("click", check);
  part.querySelector("[data-act=copy]")?.addEventListener("click", copy);
  answer.replaceChildren(part);
  answer.hidden = false;
  form.hidden = true;
  answer.focus();
}

function spoken(name, fact, { currency }) {
  if (!fact) return "";
  if (name === "amount") return new Intl.NumberFormat(language, { style: "currency", currency }).format(fact);
  if (name !== "due_at") return fact;
  const seoul = { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Seoul" };
  return new Intl.DateTimeFormat(language, seoul).format(new Date(fact));
}

async function copy({ currentTarget: button }) {
  const number = button.parentElement.querySelector("[data-show=number]");
  try {
    await navigator.clipboard.writeText(number.textContent);
    button.textContent = button.dataset.done;
  } catch {
    // A browser that refuses the clipboard: selected, the buyer can copy it.
    getSelection().selectAllChildren(number);
  }
}
