/* Runs the network "network" of one float input and one float output on raw
   data, compares, and prints for which processor the code that ran was
   compiled, or that there is none: chosen-version INPUT.bin EXPECTED.bin. The
   compiler is given -DHEADER='"network.h"'. */

#define _POSIX_C_SOURCE 200112L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include HEADER

#include "call-network.h"

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  const void *inputs[] = {read_numbers(argv[1], NETWORK_INPUT_0_BYTES)};
  const float *expected = read_numbers(argv[2], NETWORK_OUTPUT_0_BYTES);
  float *output = allocate(NETWORK_OUTPUT_0_BYTES);
  void *outputs[] = {output};
  if (network_arena_size() > NETWORK_ARENA_SIZE)
    return 1;
  int status = run(inputs, outputs);
  if (status == NETWORK_UNSUPPORTED_PROCESSOR) {
    puts(network_arena_size() == 0 ? "unsupported" : "an arena for nothing");
    return 0;
  }
  for (size_t i = 0; i < NETWORK_OUTPUT_0_ELEMENTS; ++i)
    if (!(fabsf(output[i] - expected[i]) <= 1e-4f + 1e-3f * fabsf(expected[i])))
      return 1;
  const char *cpu = strstr(network_info(), "\"cpu\":\"");
  if (!cpu || status != 0)
    return 1;
  cpu += strlen("\"cpu\":\"");
  printf("%.*s\n", (int)strcspn(cpu, "\""), cpu);
  return 0;
}
