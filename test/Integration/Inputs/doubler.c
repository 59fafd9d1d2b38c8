// A network written by hand to the contract of compiled networks: twice the
// image, plus one. The tests of cnn-run compile it in several variants.
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#define TRIPLE "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define TRIPLE "aarch64-linux-gnu"
#else
#error "name this machine's triple"
#endif

#ifndef FEATURES
#define FEATURES ""
#endif
#define TARGET                                                                 \
  "\"target\": {\"triple\": \"" TRIPLE "\", \"cpu\": \"\", \"features\": "     \
  "\"" FEATURES "\"}, "

#ifdef BATCH
#define BATCH_EXTENT "-1"
#define IS_BATCH "true"
#define BATCH_PARAMETER , int64_t batch
#else
#define BATCH_EXTENT "1"
#define IS_BATCH "false"
#define BATCH_PARAMETER
enum { batch = 1 };
#endif

#ifdef THREADS
#define HAS_THREADS "true"
#else
#define HAS_THREADS "false"
#endif

const char *doubler_info(void) {
  return "{\"name\": \"doubler\", " TARGET "\"dynamic_batch\": " IS_BATCH
         ", \"threads\": " HAS_THREADS
         ", \"inputs\": [{\"name\": \"image\", \"type\": \"float32\", "
         "\"shape\": [" BATCH_EXTENT ", 1, 2, 3]}], \"outputs\": [{\"name\": "
         "\"twice/plus one\", \"type\": \"float32\", \"shape\": [" BATCH_EXTENT
         ", 6]}]}";
}

size_t doubler_arena_size(void) { return 100; }

struct Work {
  const float *input;
  float *output;
  int64_t elements;
};

static void run(void *pointer) {
  struct Work *work = pointer;
#ifdef THREADS
  // Every element says how many threads there are.
  int omp_get_num_threads(void);
  int omp_get_thread_num(void);
  int count = omp_get_num_threads();
  for (int64_t i = omp_get_thread_num(); i < work->elements; i += count)
    work->output[i] = count;
#else
  for (int64_t i = 0; i < work->elements; ++i)
    work->output[i] = 2 * work->input[i] + 1;
#endif
}

int doubler_run(const void *const *inputs, void *const *outputs,
                void *arena BATCH_PARAMETER) {
  struct Work work = {inputs[0], outputs[0], 6 * batch};
  if ((uintptr_t)arena % 64)
    return 7;
  ((char *)arena)[99] = 1;
#ifdef THREADS
  void GOMP_parallel(void (*)(void *), void *, unsigned, unsigned);
  GOMP_parallel(run, &work, 0, 0);
#else
  run(&work);
#endif
#ifdef BROKEN
  work.output[4] = 0.0f / 0.0f;
#endif
  return 0;
}
