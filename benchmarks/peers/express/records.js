// The records: one read of the order, then one atomic and durable write of order, payment and history.
import Database from "better-sqlite3";
import { MongoClient } from "mongodb";

const AMOUNT = 1000;
const FIRST_VIRTUAL_ACCOUNT = 900_000_000_000;

function* orderIds(cards, accounts) {
  for (let n = 0; n < cards; n += 1) yield `bench-${String(n).padStart(12, "0")}`;
  for (let n = 0; n < accounts; n += 1) yield `bench-${FIRST_VIRTUAL_ACCOUNT + n}`;
}

export async function openRecords(database, cards, accounts) {
  return database.startsWith("mongodb:")
    ? openMongo(database, cards, accounts)
    : openSqlite(database, cards, accounts);
}

function openSqlite(path, cards, accounts) {
  const db = new Database(path);
  db.exec(`
    PRAGMA journal_mode = DELETE;
    PRAGMA synchronous = EXTRA;
    CREATE TABLE orders (order_id TEXT PRIMARY KEY, amount INTEGER, status TEXT, version INTEGER)
      STRICT, WITHOUT ROWID;
    CREATE TABLE payments (payment_id TEXT PRIMARY KEY, order_id TEXT, amount INTEGER, status TEXT,
      account TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE history (order_id TEXT, version INTEGER, outcome TEXT,
      PRIMARY KEY (order_id, version)) STRICT, WITHOUT ROWID;
  `);
  const add = db.prepare("INSERT INTO orders VALUES (?, ?, 'pending', 0)");
  db.transaction(() => {
    for (const orderId of orderIds(cards, accounts)) add.run(orderId, AMOUNT);
  })();

  const find = db.prepare("SELECT amount, status FROM orders WHERE order_id = ?");
  const update = db.prepare(
    "UPDATE orders SET status = ?, version = version + 1 WHERE order_id = ? RETURNING version",
  );
  const keep = db.prepare("INSERT OR REPLACE INTO payments VALUES (?, ?, ?, ?, ?)");
  const note = db.prepare("INSERT INTO history VALUES (?, ?, ?)");
  const write = db.transaction((payment) => {
    const { version } = update.get(payment.status, payment.merchant_uid);
    keep.run(
      payment.imp_uid,
      payment.merchant_uid,
      payment.amount,
      payment.status,
      payment.vbank_num,
    );
    note.run(payment.merchant_uid, version, payment.status);
  });
  return {
    read: async (orderId) => find.get(orderId),
    write: async (payment) => write.immediate(payment),
  };
}

async function openMongo(url, cards, accounts) {
  const client = await new MongoClient(url).connect();
  const orders = client.db().collection("orders", {
    readConcern: { level: "majority" },
    writeConcern: { w: "majority", journal: true },
  });
  await orders.insertMany(
    Array.from(orderIds(cards, accounts), (_id) => ({
      _id,
      amount: AMOUNT,
      status: "pending",
      version: 0,
      payments: [],
      history: [],
    })),
  );
  return {
    read: (orderId) => orders.findOne({ _id: orderId }, { projection: { amount: 1, status: 1 } }),
    write: (payment) =>
      orders.updateOne(
        { _id: payment.merchant_uid },
        {
          $set: { status: payment.status },
          $inc: { version: 1 },
          $push: {
            payments: {
              payment_id: payment.imp_uid,
              amount: payment.amount,
              status: payment.status,
              account: payment.vbank_num,
            },
            history: { outcome: payment.status },
          },
        },
      ),
  };
}
