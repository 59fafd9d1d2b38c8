/* Runs the network "network" on raw data: run-network INPUT.bin... BYTES:OUTPUT.bin...
   The compiler is given -DHEADER='"network.h"'. */

#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include HEADER

#include "call-network.h"

static FILE *open_file(const char *name, const char *mode) {
  FILE *file = fopen(name, mode);
  if (file)
    return file;
  fprintf(stderr, "cannot open %s\n", name);
  exit(2);
}

static const void *read_file(const char *name) {
  FILE *file = open_file(name, "rb");
  fseek(file, 0, SEEK_END);
  size_t bytes = (size_t)ftell(file);
  rewind(file);
  void *data = allocate(bytes);
  if (fread(data, 1, bytes, file) != bytes)
    exit(2);
  fclose(file);
  return data;
}

static void write_file(const char *name, const void *data, size_t bytes) {
  FILE *file = open_file(name, "wb");
  if (fwrite(data, 1, bytes, file) != bytes)
    exit(2);
  fclose(file);
}

int main(int argc, char **argv) {
  const void *inputs[NETWORK_INPUT_COUNT + 1];
  void *outputs[NETWORK_OUTPUT_COUNT];
  if (argc != 1 + NETWORK_INPUT_COUNT + NETWORK_OUTPUT_COUNT)
    return 2;
  for (int i = 0; i < NETWORK_INPUT_COUNT; ++i)
    inputs[i] = read_file(argv[1 + i]);
  char **results = argv + 1 + NETWORK_INPUT_COUNT;
  for (int i = 0; i < NETWORK_OUTPUT_COUNT; ++i)
    outputs[i] = allocate(strtoul(results[i], NULL, 10));
  if (run(inputs, outputs) != 0)
    return 1;
  for (int i = 0; i < NETWORK_OUTPUT_COUNT; ++i)
    write_file(strchr(results[i], ':') + 1, outputs[i],
               strtoul(results[i], NULL, 10));
  return 0;
}
