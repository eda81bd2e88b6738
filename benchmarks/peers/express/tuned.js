// The same with what a careful user adds: one token kept for all, and connections kept open.
import http from "node:http";

import axios from "axios";

import { serve } from "./shop.js";

const client = axios.create({ httpAgent: new http.Agent({ keepAlive: true, maxSockets: 256 }) });
let token;

await serve("express-tuned", async (gatewayUrl, paymentId) => {
  token ??= client
    .post(`${gatewayUrl}/users/getToken`, { imp_key: "bench-key", imp_secret: "bench-secret" })
    .then((issued) => issued.data.response.access_token);
  const answer = await client.get(`${gatewayUrl}/payments/${paymentId}`, {
    headers: { Authorization: await token },
  });
  return answer.data.response;
});
