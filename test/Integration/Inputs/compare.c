/* Runs the network "network" of one float input and one float output on raw
   data and compares: compare INPUT.bin EXPECTED.bin. Exits with 1 past the
   tolerance 1e-4 + 1e-3 * expected. The compiler is given
   -DHEADER='"network.h"'. */

#define _POSIX_C_SOURCE 200112L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include HEADER

#include "call-network.h"

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  const void *inputs[] = {read_numbers(argv[1], NETWORK_INPUT_0_BYTES)};
  const float *expected = read_numbers(argv[2], NETWORK_OUTPUT_0_BYTES);
  float *output = allocate(NETWORK_OUTPUT_0_BYTES);
  void *outputs[] = {output};
  if (run(inputs, outputs) != 0)
    return 1;
  int status = 0;
  for (size_t i = 0; i < NETWORK_OUTPUT_0_ELEMENTS; ++i) {
    float error = fabsf(output[i] - expected[i]);
    if (!(error <= 1e-4f + 1e-3f * fabsf(expected[i]))) {
      printf("element %zu: got %g, expected %g\n", i, output[i], expected[i]);
      status = 1;
    }
  }
  return status;
}
