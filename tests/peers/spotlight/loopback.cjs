// Loaded before Spotlight: it listens on every interface and reports its own use to a server outside, and has no option
// against either. Here it stays on this machine.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  const options = typeof given[0] === "object" ? given[0] : { port: given[0] };
  const done = given.find((one) => typeof one === "function");
  return listen.call(this, { ...options, host: "127.0.0.1" }, done);
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = options && options.host;
  if (!host || host === "127.0.0.1" || host === "localhost") return connect.apply(this, given);
  process.nextTick(() => this.destroy(new Error(`not outside this machine: ${host}`)));
  return this;
};
