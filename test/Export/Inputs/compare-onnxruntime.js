// Runs two models in ONNX Runtime on the same pseudo-random inputs and compares their outputs:
//   node compare-onnxruntime.js MODULES EXPECTED.onnx GOT.onnx [rtol atol [input-name:1x3x32x32]...]
// MODULES is the folder of node modules with onnxruntime-node. Exit code 1 if
// |got - expected| > atol + rtol * |expected| somewhere.
const path = require('path');

const [modules, expectedFile, gotFile, rtol = '1e-4', atol = '1e-5', ...shapes] = process.argv.slice(2);
const ort = require(path.join(modules, 'onnxruntime-node'));
const {ARRAYS} = require('../../../bench/measuring/arrays.js');

// The same numbers in every run, from 0 to 1.
let state = 12345;
function nextNumber() {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state / 0x80000000;
}

function makeElement(type) {
  const number = nextNumber();
  if (type === 'int64')
    return BigInt(Math.floor(number * 4));
  if (type === 'bool')
    return number < 0.5 ? 0 : 1;
  if (type === 'float16')
    return 0x3800 + Math.floor(number * 0x400);  // 0.5 to 1
  if (type.startsWith('float'))
    return number * 2 - 1;
  return Math.floor(number * 128);
}

// Dimensions without a number are 1 unless the command line has the shape.
function getShape(input) {
  const given = shapes.find((text) => text.startsWith(`${input.name}:`));
  if (given)
    return given.slice(input.name.length + 1).split('x').map(Number);
  return input.shape.map((extent) => (typeof extent === 'number' && extent > 0 ? extent : 1));
}

function makeInputs(session) {
  const feeds = {};
  for (const input of session.inputMetadata) {
    const shape = getShape(input);
    const data = new ARRAYS[input.type](shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < data.length; ++i)
      data[i] = makeElement(input.type);
    feeds[input.name] = new ort.Tensor(input.type, data, shape);
  }
  return feeds;
}

// The largest difference; infinite where one has a NaN or an infinity and the other has not.
function compare(name, expected, got) {
  if (expected.type !== got.type || String(expected.dims) !== String(got.dims))
    throw new Error(`${name}: expects ${expected.type} ${expected.dims}; got ${got.type} ${got.dims}`);
  let largest = 0, wrong = 0;
  for (let i = 0; i < expected.data.length; ++i) {
    const a = Number(expected.data[i]), b = Number(got.data[i]);
    if (Object.is(a, b))
      continue;
    const difference = Number.isNaN(a - b) ? Infinity : Math.abs(a - b);
    largest = Math.max(largest, difference);
    wrong += difference > Number(atol) + Number(rtol) * Math.abs(a);
  }
  console.log(`${name}: ${wrong ? 'FAILED' : 'ok'}  ${wrong} of ${expected.data.length} differ, ` +
              `max absolute difference ${largest.toExponential(2)}`);
  return wrong === 0;
}

async function main() {
  const options = {logSeverityLevel: 3, intraOpNumThreads: 1};
  const first = await ort.InferenceSession.create(expectedFile, options);
  const second = await ort.InferenceSession.create(gotFile, options);
  for (const list of ['inputNames', 'outputNames'])
    if (String(first[list]) !== String(second[list]))
      throw new Error(`${list}: expects ${first[list]}; got ${second[list]}`);
  const feeds = makeInputs(first);
  const expected = await first.run(feeds), got = await second.run(feeds);
  const fine = first.outputNames.map((name) => compare(name, expected[name], got[name]));
  process.exit(fine.every(Boolean) ? 0 : 1);
}

main().catch((error) => {
  console.log(`FAILED ${error.message ?? error}`);
  process.exit(1);
});
