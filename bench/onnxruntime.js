// Times ONNX Runtime on a model: node onnxruntime.js MODEL RUNS THREADS [NAME:1x3x224x224 ...]
// Prints one line of JSON with the minimum and the median in milliseconds.
const path = require('path');
const ort = require(path.join(process.env.CNNC_BENCH_MODULES, 'onnxruntime-node'));

/** The fixed pseudo-random numbers every run is fed. */
function fill(length) {
  const values = new Float32Array(length);
  let state = 1;
  for (let i = 0; i < length; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 4294967296;
  }
  return values;
}

async function main() {
  const [model, runs, threads, ...overrides] = process.argv.slice(2);
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const shapes = new Map(overrides.map((text) => {
    const [name, shape] = text.split(':');
    return [name, shape.split('x').map(Number)];
  }));
  const feeds = {};
  for (const input of session.inputMetadata) {
    const shape = shapes.get(input.name) ??
        input.shape.map((extent) => typeof extent === 'number' && extent > 0 ? extent : 1);
    feeds[input.name] =
        new ort.Tensor('float32', fill(shape.reduce((a, b) => a * b, 1)), shape);
  }
  const times = [];
  for (let i = 0; i < Number(runs) + 3; ++i) {
    const start = process.hrtime.bigint();
    await session.run(feeds);
    if (i >= 3)
      times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({min: times[0], median: times[times.length >> 1]}));
}

main().catch((error) => {
  console.error(String(error.message ?? error));
  process.exit(1);
});
