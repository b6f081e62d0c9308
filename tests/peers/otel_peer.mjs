// OpenTelemetry's Node SDK as either end of a queue; what it does and is told: otel_peer.py.
import {createRequire} from 'node:module';
import readline from 'node:readline';

const require = createRequire(process.env.PEER_PACKAGES + '/');
const {SpanKind, context, propagation, trace} = require('@opentelemetry/api');
const {BatchSpanProcessor, NodeTracerProvider} = require('@opentelemetry/sdk-trace-node');
const exporters = {'http/protobuf': 'proto', 'http/json': 'http', grpc: 'grpc'};
const {OTLPTraceExporter} =
    require('@opentelemetry/exporter-trace-otlp-' + exporters[process.env.OTEL_EXPORTER_OTLP_PROTOCOL]);

const provider = new NodeTracerProvider({spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())]});
provider.register();  // with the propagators of W3C
const tracer = trace.getTracer('waybill.tests.peers');
const tell = (event, facts) => console.log(JSON.stringify({event, ...facts}));

function produce(headers) {
  const baggage = propagation.createBaggage(
      {tenant: {value: 'Amélie'}, greeting: {value: 'a b'}, discount: {value: '100%'}});
  const request = propagation.setBaggage(propagation.extract(context.active(), headers), baggage);
  const server = tracer.startSpan('POST /api/deploy', {kind: SpanKind.SERVER}, request);
  const serving = trace.setSpan(request, server);
  const producer = tracer.startSpan('send deployment', {kind: SpanKind.PRODUCER}, serving);
  const metadata = {};
  propagation.inject(trace.setSpan(serving, producer), metadata);
  producer.end();
  server.end();
  tell('produced', {metadata});
}

function workOn(name, metadata) {
  const sender = propagation.extract(context.active(), metadata);
  const span = tracer.startSpan('process deployment', {kind: SpanKind.CONSUMER}, sender);
  const read = (propagation.getBaggage(sender)?.getAllEntries() ?? []).map(([key, entry]) => [key, entry.value]);
  span.setAttributes({
    'peer.case': name,
    'peer.flags': span.spanContext().traceFlags.toString(16).padStart(2, '0'),
    'peer.baggage': JSON.stringify(Object.fromEntries(read)),
  });
  span.end();
  tell('continued', {});
}

tell('ready', {version: require('@opentelemetry/sdk-trace-node/package.json').version});
for await (const line of readline.createInterface({input: process.stdin})) {
  const asked = JSON.parse(line);
  if (asked.do === 'produce') produce(asked.headers);
  else workOn(asked.case, asked.metadata);
}
await provider.shutdown();
