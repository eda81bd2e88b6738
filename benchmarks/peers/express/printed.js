// As the gateway's guide prints it: a token and a payment are asked for at each knock.
import axios from "axios";

import { serve } from "./shop.js";

await serve("express-printed", async (gatewayUrl, paymentId) => {
  const issued = await axios({
    url: `${gatewayUrl}/users/getToken`,
    method: "post",
    headers: { "Content-Type": "application/json" },
    data: { imp_key: "bench-key", imp_secret: "bench-secret" },
  });
  const { access_token: token } = issued.data.response;
  const answer = await axios({
    url: `${gatewayUrl}/payments/${paymentId}`,
    method: "get",
    headers: { Authorization: token },
  });
  return answer.data.response;
});
