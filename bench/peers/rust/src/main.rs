//! The peer "Rust: OpenTelemetry": the same operations as waybill-operations, with what the SDK for Rust has for them. Its
//! carrier is a HashMap<String, String>; its spans go to a processor that lets them go.
//!
//!     peer                     its name and version, then the operations, a line each
//!     peer OPERATION TIMES     does it so many times: nanoseconds, allocations, bytes of them, in all

use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry::trace::{Span, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanProcessor};
use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

struct Counted;
static COUNT: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

fn note(size: usize) {
    COUNT.fetch_add(1, Relaxed);
    BYTES.fetch_add(size as u64, Relaxed);
}

unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        System.alloc(layout)
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        System.dealloc(memory, layout)
    }
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        System.realloc(memory, layout, size)
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

type Headers = HashMap<String, String>;

fn headers(of_ours: &[(&str, &str)]) -> Headers {
    let foreign = [
        ("organizationId", "org_1"),
        ("userId", "user_1"),
        ("requestId", "req_1"),
        ("priority", "high"),
        ("region", "eu-1"),
    ];
    let all = foreign.iter().chain(of_ours);
    all.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

const TRACEPARENT: (&str, &str) = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
const TRACESTATE: (&str, &str) = ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,acme=abc123x");
const BAGGAGE: (&str, &str) = ("baggage", "userId=alice,serverNode=DF%2028,isProduction=false");

fn both() -> TextMapCompositePropagator {
    TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ])
}

struct Took(Duration, u64, u64);

fn measure(times: u64, mut once: impl FnMut(u64)) -> Took {
    let before = (COUNT.load(Relaxed), BYTES.load(Relaxed));
    let began = Instant::now();
    for i in 0..times {
        once(i);
    }
    let took = began.elapsed();
    Took(took, COUNT.load(Relaxed) - before.0, BYTES.load(Relaxed) - before.1)
}

fn extract(times: u64, of_ours: &[(&str, &str)]) -> Took {
    let (propagator, carrier, root) = (both(), headers(of_ours), Context::new());
    measure(times, |_| {
        black_box(propagator.extract_with_context(&root, &carrier));
    })
}

fn inject(times: u64, fresh: bool) -> Took {
    let propagator = both();
    let carrier = headers(&[TRACEPARENT, TRACESTATE, BAGGAGE]);
    let context = propagator.extract_with_context(&Context::new(), &carrier);
    let mut again = headers(&[]);
    propagator.inject_context(&context, &mut again);
    measure(times, |_| {
        if fresh {
            let mut made = Headers::new();
            propagator.inject_context(&context, &mut made);
            black_box(&made);
        } else {
            propagator.inject_context(&context, &mut again);
            black_box(&again);
        }
    })
}

#[derive(Debug)]
struct Nowhere;
impl SpanProcessor for Nowhere {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &Context) {}
    fn on_end(&self, span: SpanData) {
        black_box(&span);
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn span(times: u64, attributes: bool) -> Took {
    let provider = SdkTracerProvider::builder().with_span_processor(Nowhere).build();
    let tracer = provider.tracer("bench");
    measure(times, |i| {
        let mut span = tracer.start("db.query");
        if attributes {
            span.set_attribute(KeyValue::new("db.system.name", "postgresql"));
            span.set_attribute(KeyValue::new("db.operation.name", "SELECT"));
            span.set_attribute(KeyValue::new("server.address", "10.0.0.1".to_string()));
            span.set_attribute(KeyValue::new("server.port", 5432));
            span.set_attribute(KeyValue::new("rows", 17));
            span.set_attribute(KeyValue::new("bytes", i as i64));
            span.set_attribute(KeyValue::new("cached", false));
            span.set_attribute(KeyValue::new("ratio", 0.25));
        }
        span.end();
    })
}

type Operation = (&'static str, fn(u64) -> Took);
const OPERATIONS: [Operation; 7] = [
    ("extract 3 headers, std::map", |n| extract(n, &[TRACEPARENT, TRACESTATE, BAGGAGE])),
    ("extract traceparent alone, std::map", |n| extract(n, &[TRACEPARENT])),
    ("extract where there is none, std::map", |n| extract(n, &[])),
    ("inject 3 headers, fresh std::map", |n| inject(n, true)),
    ("inject 3 headers again, std::map", |n| inject(n, false)),
    ("span, no attributes", |n| span(n, false)),
    ("span, 8 attributes", |n| span(n, true)),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.len() != 3 {
        println!("OpenTelemetry for Rust 0.33.1");
        OPERATIONS.iter().for_each(|(name, _)| println!("{name}"));
        return;
    }
    let times: u64 = arguments[2].parse().unwrap_or(0);
    match OPERATIONS.iter().find(|(name, _)| *name == arguments[1]) {
        Some((_, run)) if times != 0 => {
            let Took(took, count, bytes) = run(times);
            println!("{} {} {}", took.as_nanos(), count, bytes);
        }
        _ => std::process::exit(2),
    }
}
