// Runs a network in ONNX Runtime on request: node onnxruntime.js MODEL THREADS
// Each request is a line of JSON on the standard input, each answer one on the standard output; see
// workers.py. Finds onnxruntime-node in the folder CNNC_BENCH_MODULES.
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const ort = require(path.join(process.env.CNNC_BENCH_MODULES, 'onnxruntime-node'));
const {ARRAYS} = require('./arrays.js');

function readTensor({type, shape, file}) {
  const bytes = fs.readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return new ort.Tensor(type, new ARRAYS[type](buffer), shape);
}

function writeTensor(name, tensor, file) {
  const data = tensor.data;
  fs.writeFileSync(file, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return {name, type: tensor.type, shape: tensor.dims, file};
}

async function run(session, feeds, count) {
  const times = [];
  for (let i = 0; i < count; ++i) {
    const start = process.hrtime.bigint();
    await session.run(feeds);
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return {ms: times};
}

async function main() {
  const [model, threads] = process.argv.slice(2);
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const feeds = {};
  const answer = {
    inputs: ({tensors}) => {
      for (const tensor of tensors)
        feeds[tensor.name] = readTensor(tensor);
      return {};
    },
    run: ({count}) => run(session, feeds, count),
    outputs: async ({folder}) => {
      const results = await session.run(feeds);
      return {
        tensors: session.outputNames.map(
            (name, i) => writeTensor(name, results[name], path.join(folder, `rival_${i}.bin`)))
      };
    },
  };
  console.log(JSON.stringify({inputs: session.inputNames}));
  for await (const line of readline.createInterface({input: process.stdin})) {
    const request = JSON.parse(line);
    console.log(JSON.stringify(await answer[request.command](request)));
  }
}

main().catch((error) => {
  console.log(JSON.stringify({error: String(error.message ?? error)}));
  process.exit(1);
});
