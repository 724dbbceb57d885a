#ifndef MATRIX_C_TARGET_PROCESS_H
#define MATRIX_C_TARGET_PROCESS_H

// What Swift cannot import: calls that system headers declare only under _GNU_SOURCE. The headers
// themselves are included by the .c files only, as they would clash with Swift's own C module.

#include <stddef.h>
#include <stdint.h>

#include "credentials.h"
#include "trace.h"

/// process_vm_readv(2) with one range. The number of bytes read, or -errno; -ENOSYS off Linux.
int64_t matrix_process_read(int32_t pid, uint64_t address, void *_Nullable buffer, size_t count);

/// process_vm_writev(2) with one range. The number of bytes written, or -errno.
int64_t matrix_process_write(
    int32_t pid, uint64_t address, const void *_Nullable bytes, size_t count);

/// process_vm_readv(2) with several ranges, at most 8, one behind the other into one buffer. The number
/// of bytes read, which may be fewer than all, or -errno.
int64_t matrix_process_read_ranges(
    int32_t pid, const uint64_t *_Nonnull addresses, const size_t *_Nonnull counts, size_t ranges,
    void *_Nullable buffer);

/// tgkill(2) with no signal: 0 when the thread belongs to the process, or -errno.
int64_t matrix_thread_exists(int32_t process, int32_t thread);

/// One range of a process's memory, as the kernel answers PROCMAP_QUERY (Linux 6.11).
typedef struct {
  uint64_t start, end, offset, inode;
  uint32_t device_major, device_minor;
  /// 1 readable, 2 writable, 4 executable, 8 shared.
  uint64_t rights;
} matrix_mapping;

/// The range at this address or the next one, from an open `/proc/PID/maps`. 1: found; 0: there is none;
/// less: -errno, -ENOTTY where the kernel does not know the question. `name`, if there is room for it,
/// is the path as proc_pid_maps(5) has it, without its escapes.
int64_t matrix_query_mapping(
    int32_t maps, uint64_t address, matrix_mapping *_Nonnull mapping, char *_Nullable name,
    uint32_t room);

#endif
