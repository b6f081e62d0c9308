// @sentry/node as either end of a queue, and asked about itself; what it does and is told: otel_peer.py.
//   sentry_peer.mjs RATE|unset
// It reports to PEER_DSN. Without one nothing leaves this host: the transport drops, and any other connection is told of at
// the end. PEER_SENTRY names the package, PEER_LIFECYCLE is its traceLifecycle.
import {createRequire} from 'node:module';
import net from 'node:net';
import readline from 'node:readline';
import {inspect} from 'node:util';

const require = createRequire(process.env.PEER_PACKAGES + '/');
const name = process.env.PEER_SENTRY ?? '@sentry/node';
const Sentry = require(name);
const {getDynamicSamplingContextFromSpan, getDynamicSamplingContextFromScope} =
    createRequire(require.resolve(name))('@sentry/core');

const connections = [];
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...to) {
  connections.push(inspect(to[0]));
  return connect.apply(this, to);
};

const rate = process.argv[2];
const {PEER_DSN: dsn, PEER_LIFECYCLE: traceLifecycle} = process.env;
Sentry.init({
  dsn: dsn ?? 'http://key@127.0.0.1:9/1',
  release: 'shop@1.2.3',
  environment: 'production, Zürich 100 %',
  tracesSampleRate: rate === 'unset' ? undefined : Number(rate),
  ...(dsn ? {} : {transport: () => ({send: async () => ({}), flush: async () => true})}),
  ...(traceLifecycle ? {traceLifecycle} : {}),
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

function follow(caseName, metadata) {
  return Sentry.continueTrace({sentryTrace: metadata['sentry-trace'], baggage: metadata.baggage}, () => {
    const came = Sentry.getCurrentScope().getPropagationContext();
    return Sentry.startSpan({name: 'process deployment', op: 'queue.process'}, span => {
      const items = Object.entries(getDynamicSamplingContextFromSpan(span)).map(([key, value]) => ['sentry-' + key, value]);
      span.setAttributes({'peer.case': caseName, 'peer.baggage': JSON.stringify(Object.fromEntries(items))});
      return {
        trace_id: span.spanContext().traceId,
        span_id: came.parentSpanId,
        parent_span_id: Sentry.spanToJSON(span).parent_span_id ?? null,
        sampled: came.sampled ?? null,
        task_sampled: span.spanContext().traceFlags === 1,
        baggage: came.dsc ?? {},
      };
    });
  });
}

tell('ready', {version: Sentry.SDK_VERSION});
for await (const line of readline.createInterface({input: process.stdin})) {
  const asked = JSON.parse(line);
  if (asked.do === 'produce') tell('produced', produce());
  else tell('continued', follow(asked.case, asked.metadata));
}
await Sentry.close(5000);
tell('end', {connections});
