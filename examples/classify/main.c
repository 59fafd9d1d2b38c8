/* Classifies pictures of digits with a compiled network.
 *
 *   cnn-translate examples/lenet-mnist/lenet.onnx --emit=header -o lenet.h
 *   cnn-translate examples/lenet-mnist/lenet.onnx --emit=obj -o lenet.o
 *   cc -O2 -I. examples/classify/main.c lenet.o -lm -o classify
 *   ./classify examples/lenet-mnist/pictures/7.png
 *
 * Prints one line a picture: its name and the three likeliest classes. */

#include "lenet.h"

#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#include <stb/stb_image.h>

#include <stdio.h>
#include <stdlib.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, CLASSES = 10 };

/* Reads a 28x28 picture as the network wants it: one channel, 0 to 1. */
static int read_picture(const char *file, float pixels[PIXELS]) {
  int width, height, channels;
  stbi_uc *bytes = stbi_load(file, &width, &height, &channels, 1);
  if (!bytes) {
    fprintf(stderr, "%s: %s\n", file, stbi_failure_reason());
    return 0;
  }
  int fits = width == SIDE && height == SIDE;
  if (!fits)
    fprintf(stderr, "%s: expected %dx%d pixels, got %dx%d\n", file, SIDE, SIDE,
            width, height);
  for (int i = 0; fits && i < PIXELS; ++i)
    pixels[i] = bytes[i] / 255.0f;
  stbi_image_free(bytes);
  return fits;
}

/* The likeliest class, which is then taken out. */
static int take_best(float probabilities[CLASSES], float *probability) {
  int best = 0;
  for (int i = 1; i < CLASSES; ++i)
    if (probabilities[i] > probabilities[best])
      best = i;
  *probability = probabilities[best];
  probabilities[best] = -1;
  return best;
}

int main(int count, char **files) {
  if (count < 2) {
    fprintf(stderr, "usage: %s picture.png...\n", files[0]);
    return 2;
  }
  /* The only memory the network uses; aligned_alloc wants a multiple of 64. */
  void *arena = aligned_alloc(64, (lenet_arena_size() / 64 + 1) * 64);
  if (!arena) {
    fprintf(stderr, "cannot allocate the arena\n");
    return 1;
  }

  int status = 0;
  for (int i = 1; i < count; ++i) {
    float pixels[PIXELS], probabilities[CLASSES];
    if (!read_picture(files[i], pixels)) {
      status = 1;
      continue;
    }
    const void *inputs[] = {pixels};
    void *outputs[] = {probabilities};
    if (lenet_run(inputs, outputs, arena) != 0) {
      fprintf(stderr, "%s: the network failed\n", files[i]);
      status = 1;
      continue;
    }
    printf("%s:", files[i]);
    for (int rank = 0; rank < 3; ++rank) {
      float probability;
      int class = take_best(probabilities, &probability);
      printf("  %d (%.1f %%)", class, 100 * probability);
    }
    printf("\n");
  }
  free(arena);
  return status;
}
