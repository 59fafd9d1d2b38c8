//===- Bindings.cpp - The Python module cnnc._cnnc ------------------------===//
//
// Thin: cnnc/module.py and cnnc/network.py are what users see.
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"
#include "Errors.h"
#include "Module.h"
#include "Network.h"

#include "cnnc/Pipeline/Pipeline.h"

#include <pybind11/stl.h>

namespace py = pybind11;
using namespace mlir::cnn;
using namespace mlir::cnn::python;

namespace {

/// The exception that stands for diagnostics.
PyObject *errorType = nullptr;

void registerErrors(py::module_ &module) {
  errorType = PyErr_NewExceptionWithDoc(
      "cnnc.Error",
      "What the compiler says is wrong with a network: the text of its "
      "diagnostic, with the file, node, operator and shapes it is about.",
      nullptr, nullptr);
  module.add_object("Error", py::handle(errorType));
  py::register_exception_translator([](std::exception_ptr exception) {
    try {
      if (exception)
        std::rethrow_exception(exception);
    } catch (const DiagnosticError &error) {
      PyErr_SetString(errorType, error.what());
    }
  });
}

/// Tuples (name, shape, dtype), None being an extent that is not known.
py::list toPython(llvm::ArrayRef<TensorInfo> infos) {
  py::list list;
  for (const TensorInfo &info : infos) {
    py::tuple shape(info.shape.size());
    for (size_t i = 0; i < info.shape.size(); ++i)
      shape[i] = info.shape[i] < 0 ? py::object(py::none())
                                   : py::object(py::int_(info.shape[i]));
    list.append(py::make_tuple(info.name, shape, getArrayType(info.type)));
  }
  return list;
}

std::optional<WinogradTile> parseWinograd(const std::string &text) {
  if (text == "off")
    return std::nullopt;
  if (text == "auto")
    return WinogradTile::automatic;
  if (text == "2")
    return WinogradTile::two;
  if (text == "4")
    return WinogradTile::four;
  if (text == "6")
    return WinogradTile::six;
  throw py::value_error("winograd: expected 'auto', 'off', 2, 4 or 6, got '" +
                        text + "'");
}

std::unique_ptr<Network>
compileModule(const Module &module, const std::string &target,
              const std::string &cpu, const std::string &features, int threads,
              bool optimize, const std::string &winograd) {
  CompileOptions options;
  options.winograd = parseWinograd(winograd);
  options.optimize = optimize;
  options.threads = threads > 1;
  py::gil_scoped_release release;
  if (!target.empty() || !cpu.empty() || !features.empty())
    options.machine = get(Machine::get(target, cpu, features));
  options.progress = std::make_shared<Progress>();
  CompiledObject object = module.compile(options);
  auto image = std::make_shared<NetworkImage>();
  image->code = object.object->getBuffer().str();
  image->info = std::move(object.info);
  image->header = std::move(object.header);
  return std::make_unique<Network>(std::move(image), threads);
}

py::list interpretModule(const Module &module, const py::list &inputs) {
  EntryTypes types = module.getTypes();
  std::vector<Tensor> tensors;
  for (auto [index, info] : llvm::enumerate(types.inputs))
    tensors.push_back(
        toTensor(toArray(py::handle(inputs[index]), info), info.type));
  std::vector<Tensor> results;
  {
    py::gil_scoped_release release;
    results = module.interpret(std::move(tensors));
  }
  py::list arrays;
  for (const Tensor &tensor : results)
    arrays.append(toArray(tensor));
  return arrays;
}

void bindModule(py::module_ &module) {
  using NoGIL = py::call_guard<py::gil_scoped_release>;
  py::class_<Module>(module, "Module")
      .def_static("load", &Module::load, py::arg("path"), py::arg("shapes"),
                  NoGIL())
      .def_static(
          "parse",
          [](const py::bytes &bytes, const std::string &name,
             const InputShapes &shapes) {
            std::string text = bytes;
            py::gil_scoped_release release;
            return Module::parse(text, name, shapes);
          },
          py::arg("data"), py::arg("name"), py::arg("shapes"))
      .def("name", &Module::getName, NoGIL())
      .def("inputs",
           [](const Module &self) { return toPython(self.getTypes().inputs); })
      .def("outputs",
           [](const Module &self) {
             EntryTypes types = self.getTypes();
             return toPython(getModelOutputs(types.outputs));
           })
      .def(
          "run_passes",
          [](const Module &self, const std::vector<std::string> &flags,
             const std::string &images) {
            std::vector<std::string> warnings;
            py::gil_scoped_release release;
            Module changed = self.runPasses(flags, images, warnings);
            return std::make_pair(std::move(changed), std::move(warnings));
          },
          py::arg("flags"), py::arg("images"))
      .def(
          "report",
          [](const Module &self, const std::string &target,
             const std::string &cpu, const std::string &features,
             bool compile) {
            CompileOptions options;
            options.machine = get(Machine::get(target, cpu, features));
            return self.report(options, compile);
          },
          py::arg("target"), py::arg("cpu"), py::arg("features"),
          py::arg("compile"), NoGIL())
      .def("report_sizes", &Module::reportSizes, NoGIL())
      .def("print", &Module::print, NoGIL())
      .def("bytecode",
           [](const Module &self) {
             std::string bytes;
             {
               py::gil_scoped_release release;
               bytes = self.toBytecode();
             }
             return py::bytes(bytes);
           })
      .def("save", &Module::save, py::arg("path"), NoGIL())
      .def(
          "save_onnx",
          [](const Module &self, const std::string &path, int64_t opset,
             bool qlinear, bool externalData) {
            ExportOptions options;
            options.opset = opset;
            options.quantized =
                qlinear ? QuantizedForm::qlinear : QuantizedForm::qdq;
            options.externalData = externalData;
            self.saveONNX(path, options);
          },
          py::arg("path"), py::arg("opset"), py::arg("qlinear"),
          py::arg("external_data"), NoGIL())
      .def("compile", &compileModule, py::arg("target"), py::arg("cpu"),
           py::arg("features"), py::arg("threads"), py::arg("optimize"),
           py::arg("winograd"))
      .def("interpret", &interpretModule, py::arg("inputs"));
}

py::tuple getState(const Network &network) {
  const NetworkImage &image = network.getImage();
  return py::make_tuple(py::bytes(image.code), image.library, image.info,
                        image.header, network.getThreads());
}

std::unique_ptr<Network> setState(const py::tuple &state) {
  auto image = std::make_shared<NetworkImage>();
  image->code = state[0].cast<std::string>();
  image->library = state[1].cast<std::string>();
  image->info = state[2].cast<std::string>();
  image->header = state[3].cast<std::string>();
  int threads = state[4].cast<int>();
  py::gil_scoped_release release;
  return std::make_unique<Network>(std::move(image), threads);
}

void bindNetwork(py::module_ &module) {
  using NoGIL = py::call_guard<py::gil_scoped_release>;
  py::class_<Network>(module, "Network")
      .def_static("load", &Network::load, py::arg("path"), py::arg("threads"),
                  NoGIL())
      .def("run", &Network::run, py::arg("inputs"), py::arg("out"))
      .def("save", &Network::save, py::arg("path"), NoGIL())
      .def("name", [](const Network &self) { return self.getInfo().name; })
      .def("inputs",
           [](const Network &self) { return toPython(self.getInfo().inputs); })
      .def("outputs",
           [](const Network &self) {
             return toPython(getModelOutputs(self.getInfo().outputs));
           })
      .def("target",
           [](const Network &self) {
             const CompiledInfo &info = self.getInfo();
             return py::make_tuple(info.triple, info.cpu, info.features);
           })
      .def("threads", &Network::getThreads)
      .def("arena_bytes", &Network::getArenaSize)
      .def("obstacle", &Network::getObstacle)
      .def(py::pickle(&getState, &setState));
}

} // namespace

PYBIND11_MODULE(_cnnc, module) {
  module.doc() = "The compiler; package cnnc is its interface.";
  registerEverything();
  registerErrors(module);
  bindModule(module);
  bindNetwork(module);
  module.attr("__version__") = CNNC_VERSION;
  module.def("passes", &getOwnPasses);
  module.def("knows_pass", &isKnownPass, py::arg("name"));
}
