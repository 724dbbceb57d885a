#ifndef MATRIX_CREDENTIALS_H
#define MATRIX_CREDENTIALS_H

// File work with another user's rights. The C library's setgroups(3) changes every thread of a
// process and it has no openat2(2), so both are system calls here.

#include <stdint.h>

/// What a thread had before `matrix_assume_file_credentials`.
typedef struct {
  uint32_t user, group;
  /// Its effective capabilities, bit n for capability n.
  uint64_t effective;
  /// -1: the supplementary groups were left as they are.
  int32_t group_count;
  uint32_t *_Nullable groups;
  /// 1: the thread had these credentials already and nothing was changed.
  int32_t is_unchanged;
} matrix_file_credentials;

/// Gives the calling thread, and no other, the file system user and group ids `user` and `group`, no
/// supplementary groups and no effective capabilities. 0, or -errno with everything as it was.
///
/// A group id or supplementary groups that may not be changed are an error only where `user` is not
/// the thread's own user: processes of one user have no secrets from each other.
int32_t matrix_assume_file_credentials(
    uint32_t user, uint32_t group, matrix_file_credentials *_Nonnull saved);

/// Gives the calling thread back what it had. 0, or -errno with fewer rights than before.
int32_t matrix_restore_file_credentials(matrix_file_credentials *_Nonnull saved);

/// openat2(2). A descriptor, or -errno; -ENOSYS where the kernel does not have it.
int32_t matrix_openat2(
    int32_t directory, const char *_Nonnull path, uint64_t flags, uint64_t mode, uint64_t resolve);

#endif
