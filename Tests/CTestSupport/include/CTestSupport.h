#ifndef MATRIX_C_TEST_SUPPORT_H
#define MATRIX_C_TEST_SUPPORT_H

// What the GNU C library declares with _GNU_SOURCE only, which a header may not set.

/// pipe2(2) with O_CLOEXEC. 0, or -1 with errno.
int test_pipe(int ends[2]);

/// posix_spawn_file_actions_addclosefrom_np(3); `actions` is a posix_spawn_file_actions_t. 0 or an
/// error's number.
int test_close_from(void *actions, int lowest);

/// pidfd_open(2). A descriptor, or -1 with errno.
int test_pidfd(int pid);

#endif
