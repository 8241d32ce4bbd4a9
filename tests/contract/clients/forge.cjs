// Reads a container with node-forge, on which many Brazilian products read their A1. Arguments: container, password,
// folder of node-forge. Prints how many certificates and keys it sees, and the common name of the first.
const { readFileSync } = require("node:fs");

const [container, password, folder] = process.argv.slice(2);
const forge = require(`${folder}/node-forge`);
const der = forge.util.createBuffer(readFileSync(container, "binary"));
const opened = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(der), false, password);
const bags = (kind) => opened.getBags({ bagType: forge.pki.oids[kind] })[forge.pki.oids[kind]] || [];
const certificates = bags("certBag").filter((bag) => bag.cert);
const keys = [...bags("pkcs8ShroudedKeyBag"), ...bags("keyBag")].filter((bag) => bag.key);
const holder = certificates.length ? certificates[0].cert.subject.getField("CN").value : "";
console.log(JSON.stringify({ certificates: certificates.length, keys: keys.length, holder }));
