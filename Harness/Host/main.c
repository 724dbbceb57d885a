/* An application that embeds CPython: loads the libpython that MATRIX_LIBPYTHON names, and lets it
 * read the command line as `python` would. Its children are such applications, too. */

#include <dlfcn.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

typedef int (*run_bytes)(int, char **);
typedef int (*run_wide)(int, wchar_t **);
typedef wchar_t *(*decode)(const char *, size_t *);

enum { cannot_load = 127 };

/* Up to 3.7 the command line has to be decoded by the application. */
static int run_decoded(void *library, int count, char **arguments) {
  run_wide run = (run_wide)dlsym(library, "Py_Main");
  decode decode_locale = (decode)dlsym(library, "Py_DecodeLocale");
  wchar_t **decoded = calloc((size_t)count + 1, sizeof *decoded);
  if (!run || !decode_locale || !decoded) {
    fputs("host: this library has no Py_Main\n", stderr);
    return cannot_load;
  }
  setlocale(LC_ALL, "");
  for (int i = 0; i < count; i++) {
    decoded[i] = decode_locale(arguments[i], NULL);
    if (!decoded[i]) {
      fprintf(stderr, "host: argument %d cannot be decoded\n", i);
      return cannot_load;
    }
  }
  return run(count, decoded);
}

int main(int count, char **arguments) {
  const char *path = getenv("MATRIX_LIBPYTHON");
  if (!path) {
    fputs("host: MATRIX_LIBPYTHON does not name a library\n", stderr);
    return cannot_load;
  }
  /* Global, so that extension modules find the interpreter's symbols. */
  void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    fprintf(stderr, "host: %s\n", dlerror());
    return cannot_load;
  }
  run_bytes run = (run_bytes)dlsym(library, "Py_BytesMain");
  return run ? run(count, arguments) : run_decoded(library, count, arguments);
}
