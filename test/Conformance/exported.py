"""Cases that are imported and written to ONNX again before they are run."""

import os
import subprocess
import tempfile

import onnx

import cases


class ExportingRunner(cases.Runner):
    """Runs what cnn-translate writes of a case; a file that ONNX's checker refuses has crashed."""

    def __init__(self, cnn_run, cnn_translate, tolerances):
        super().__init__(cnn_run, tolerances)
        self.cnn_translate = cnn_translate

    def run_engines(self, case, model, data):
        with tempfile.TemporaryDirectory() as folder:
            exported = os.path.join(folder, "model.onnx")
            outcome = self.export(model, exported)
            if outcome.status != "passed":
                return {name: outcome for name in cases.ENGINES}
            return super().run_engines(case, exported, data)

    def export(self, model, exported):
        command = [self.cnn_translate, model, "--no-optimize", "--emit=onnx", "-o", exported]
        result = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if result.returncode:
            return cases.judge(result)
        try:
            onnx.checker.check_model(onnx.load(exported), full_check=True)
        except Exception as error:  # The checker and shape inference have exceptions of their own.
            return cases.Outcome("crashed", f"not ONNX: {error}")
        return cases.Outcome("passed")
