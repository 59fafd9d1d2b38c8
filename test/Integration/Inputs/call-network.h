/* Memory for the network "network", and a call of it. Behind its header. For a network whose batch
   is dynamic the compiler is given -DBATCH=IMAGES. */

#ifndef CALL_NETWORK_H
#define CALL_NETWORK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, NETWORK_ARENA_ALIGNMENT, bytes ? bytes : 1))
    exit(2);
  /* What the network does not write is recognised. */
  memset(memory, 0xEE, bytes);
  return memory;
}

/* The first bytes of a file. */
static inline void *read_numbers(const char *name, size_t bytes) {
  void *data = allocate(bytes);
  FILE *file = fopen(name, "rb");
  if (!file || fread(data, 1, bytes, file) != bytes) {
    fprintf(stderr, "cannot read %zu bytes of %s\n", bytes, name);
    exit(2);
  }
  fclose(file);
  return data;
}

#ifdef BATCH
#define AND_BATCH , BATCH
#else
#define AND_BATCH
#endif

/* Runs the network once its weights have been decoded, if they are to be. */
static int run(const void *const *inputs, void *const *outputs) {
  void *arena = allocate(network_arena_size());
#ifdef NETWORK_WEIGHTS_SIZE
  void *weights = allocate(network_weights_size());
  if (network_load_weights(weights) != NETWORK_WEIGHTS_OK)
    return 3;
  return network_run(inputs, outputs, arena, weights AND_BATCH);
#else
  return network_run(inputs, outputs, arena AND_BATCH);
#endif
}

#endif
