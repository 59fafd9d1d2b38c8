/* Prints the likeliest digits of a file of 28x28 floats as cnn-run does. */

#include "lenet.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  float image[LENET_INPUT_0_ELEMENTS], scores[LENET_OUTPUT_0_ELEMENTS];
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (!file || fread(image, 1, sizeof(image), file) != sizeof(image))
    return 2;
  const void *inputs[] = {image};
  void *outputs[] = {scores};
  void *arena = aligned_alloc(LENET_ARENA_ALIGNMENT, (lenet_arena_size() + 63) / 64 * 64);
  if (!arena || lenet_run(inputs, outputs, arena) != 0)
    return 1;
  for (int shown = 0; shown < 5; ++shown) {
    int best = 0;
    for (int i = 1; i < LENET_OUTPUT_0_ELEMENTS; ++i)
      if (scores[i] > scores[best])
        best = i;
    printf("[%d] %.9g\n", best, scores[best]);
    scores[best] = -1;
  }
  return 0;
}
