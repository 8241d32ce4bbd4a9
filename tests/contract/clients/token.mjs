// GET of an address by mutual TLS, as Node does it. Arguments: address, container, password, authorities. Prints JSON.
import { readFileSync } from "node:fs";
import { request } from "node:https";

const [address, container, passphrase, authorities] = process.argv.slice(2);
const client = container ? { pfx: readFileSync(container), passphrase } : {};
const call = request(address, { ...client, ca: readFileSync(authorities) }, (answer) => {
  let body = "";
  answer.setEncoding("utf8");
  answer.on("data", (piece) => (body += piece));
  answer.on("end", () => {
    const explanation = answer.headers["x-simulador-explicacao"];
    console.log(JSON.stringify({ status: answer.statusCode, explanation, body: JSON.parse(body) }));
  });
});
call.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
call.end();
