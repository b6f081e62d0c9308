// A shop that @sentry/node watches with default settings: a web service and a worker.
//   sentry_shop.mjs DSN PACKAGE [OPTIONS]
// A line "order" sends a message and tells its metadata; a line of JSON {metadata} is a message that is worked on.
import {createRequire} from 'node:module';
import readline from 'node:readline';

const [dsn, wanted, options] = process.argv.slice(2);
const Sentry = createRequire(process.env.PEER_PACKAGES + '/')(wanted);
Sentry.init({dsn, tracesSampleRate: 1, ...JSON.parse(options ?? '{}')});

const attributes = {
  'messaging.system': 'kafka', 'messaging.destination.name': 'orders', 'messaging.message.id': 'm1',
};
const tell = (event, facts) => console.log(JSON.stringify({event, ...facts}));
const ids = span => ({trace_id: span.spanContext().traceId, span_id: span.spanContext().spanId});

function order() {
  return Sentry.startSpan({name: 'POST /orders', op: 'http.server'}, () =>
    Sentry.startSpan({name: 'send orders', op: 'queue.publish', attributes}, span =>
      ({metadata: Sentry.getTraceData(), ...ids(span)})));
}

function work(metadata) {
  return Sentry.continueTrace({sentryTrace: metadata['sentry-trace'], baggage: metadata.baggage}, () =>
    Sentry.startSpan({name: 'process orders', op: 'queue.process', attributes}, ids));
}

tell('ready', {});
for await (const line of readline.createInterface({input: process.stdin})) {
  const told = line === 'order' ? order() : work(JSON.parse(line));
  await Sentry.flush(5000);
  tell('done', told);
}
