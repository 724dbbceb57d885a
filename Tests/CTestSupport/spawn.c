#define _GNU_SOURCE
#include "CTestSupport.h"

#if defined(__linux__)
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

int test_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int test_close_from(void *actions, int lowest) {
  return posix_spawn_file_actions_addclosefrom_np(actions, lowest);
}

int test_pidfd(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
#endif
