// The flow of a shop in Express: the browser's knock and the webhook take the same path.
import express from "express";

import { openRecords } from "./records.js";

export async function serve(name, askGateway) {
  const [gatewayUrl, database, cards, accounts] = process.argv.slice(2);
  const records = await openRecords(database, Number(cards), Number(accounts));
  const app = express();
  app.use(express.json());

  const complete = async (request, response) => {
    try {
      const { imp_uid: paymentId } = request.body;
      const payment = await askGateway(gatewayUrl, paymentId);
      const order = await records.read(payment.merchant_uid);
      if (order?.amount !== payment.amount) {
        throw { status: "forgery", message: "위조된 결제시도" };
      }
      await records.write(payment);
      switch (payment.status) {
        case "ready":
          console.log(`SMS: ${payment.vbank_name} ${payment.vbank_num}`);
          response.send({ status: "vbankIssued", message: "가상계좌 발급 성공" });
          break;
        case "paid":
          response.send({ status: "success", message: "일반 결제 성공" });
          break;
      }
    } catch (error) {
      response.status(400).send(error);
    }
  };
  app.post("/payments/complete", complete);
  app.post("/webhooks/portone-v1", complete);
  app.post("/confirm/portone-v1", async (request, response) => {
    const order = await records.read(request.body.merchant_uid);
    const agrees = order?.status === "pending" && order.amount === request.body.amount;
    response.send({ status: agrees ? "success" : "forgery", message: "" });
  });

  const server = app.listen(0, "127.0.0.1", 2048, () => {
    console.log(`${name} on http://127.0.0.1:${server.address().port}`);
  });
  // Where the disk is slow, writes block the loop for so long that Node hangs up on who waits.
  server.keepAliveTimeout = 60_000;
}
