#ifndef MATRIX_C_TARGET_PROCESS_H
#define MATRIX_C_TARGET_PROCESS_H

// What Swift cannot import: calls that system headers declare only under _GNU_SOURCE. The headers
// themselves are included by the .c files only, as they would clash with Swift's own C module.

#include <stddef.h>
#include <stdint.h>

#include "trace.h"

/// process_vm_readv(2) with one range. The number of bytes read, or -errno; -ENOSYS off Linux.
int64_t matrix_process_read(int32_t pid, uint64_t address, void *_Nullable buffer, size_t count);

/// process_vm_writev(2) with one range. The number of bytes written, or -errno.
int64_t matrix_process_write(
    int32_t pid, uint64_t address, const void *_Nullable bytes, size_t count);

#endif
