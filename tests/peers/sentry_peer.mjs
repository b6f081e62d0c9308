// @sentry/node, asked about itself. Nothing leaves this host: the transport drops, and any other connection is told of.
//   sentry_peer.mjs RATE|unset
// A line "produce" makes a span and tells what its metadata would be; a line of JSON {metadata} is continued.
import {createRequire} from 'node:module';
import net from 'node:net';
import readline from 'node:readline';

const require = createRequire(process.env.PEER_PACKAGES + '/');
const Sentry = require('@sentry/node');
const {getDynamicSamplingContextFromSpan, getDynamicSamplingContextFromScope} = require('@sentry/core');

const connections = [];
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...to) {
  connections.push(JSON.stringify(to[0]));
  return connect.apply(this, to);
};

const rate = process.argv[2];
Sentry.init({
  dsn: 'http://key@127.0.0.1:9/1',
  release: 'shop@1.2.3',
  environment: 'production, Zürich 100 %',
  tracesSampleRate: rate === 'unset' ? undefined : Number(rate),
  transport: () => ({send: async () => ({}), flush: async () => true}),
});

const tell = (event, facts) => console.log(JSON.stringify({event, ...facts}));

function produce() {
  return Sentry.startSpan({name: 'POST /api/déploy', op: 'http.server'}, span => {
    const scope = Sentry.getCurrentScope();
    const decided = rate !== 'unset';
    return {
      metadata: Sentry.getTraceData(),
      trace_id: decided ? span.spanContext().traceId : scope.getPropagationContext().traceId,
      span_id: decided ? span.spanContext().spanId : null,  // without tracing its parent id is made up for each call
      sampled: decided ? span.spanContext().traceFlags === 1 : null,
      baggage: decided ? getDynamicSamplingContextFromSpan(span)
                       : getDynamicSamplingContextFromScope(Sentry.getClient(), scope),
    };
  });
}

function follow(metadata) {
  return Sentry.continueTrace({sentryTrace: metadata['sentry-trace'], baggage: metadata.baggage}, () => {
    const came = Sentry.getCurrentScope().getPropagationContext();
    return Sentry.startSpan({name: 'process deployment', op: 'queue.process'}, span => ({
      trace_id: span.spanContext().traceId,
      span_id: came.parentSpanId,
      parent_span_id: Sentry.spanToJSON(span).parent_span_id ?? null,
      sampled: came.sampled ?? null,
      task_sampled: span.spanContext().traceFlags === 1,
      baggage: came.dsc ?? {},
    }));
  });
}

tell('ready', {});
for await (const line of readline.createInterface({input: process.stdin})) {
  if (line === 'produce') tell('produced', produce());
  else tell('continued', follow(JSON.parse(line)));
}
await Sentry.close(1000);
tell('end', {connections});
