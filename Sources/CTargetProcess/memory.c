#define _GNU_SOURCE
#include "CTargetProcess.h"

#include <errno.h>

#ifdef __linux__
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int64_t matrix_process_read(int32_t pid, uint64_t address, void *buffer, size_t count) {
  struct iovec local = {buffer, count};
  struct iovec remote = {(void *)(uintptr_t)address, count};
  ssize_t done = process_vm_readv(pid, &local, 1, &remote, 1, 0);
  return done < 0 ? -errno : done;
}

int64_t matrix_process_write(int32_t pid, uint64_t address, const void *bytes, size_t count) {
  struct iovec local = {(void *)bytes, count};
  struct iovec remote = {(void *)(uintptr_t)address, count};
  ssize_t done = process_vm_writev(pid, &local, 1, &remote, 1, 0);
  return done < 0 ? -errno : done;
}

int64_t matrix_process_read_ranges(
    int32_t pid, const uint64_t *addresses, const size_t *counts, size_t ranges, void *buffer) {
  struct iovec remote[8];
  if (ranges > 8) return -EINVAL;
  size_t count = 0;
  for (size_t i = 0; i < ranges; i += 1) {
    remote[i] = (struct iovec){(void *)(uintptr_t)addresses[i], counts[i]};
    count += counts[i];
  }
  struct iovec local = {buffer, count};
  ssize_t done = process_vm_readv(pid, &local, 1, remote, ranges, 0);
  return done < 0 ? -errno : done;
}

int64_t matrix_thread_exists(int32_t process, int32_t thread) {
  return syscall(SYS_tgkill, process, thread, 0) == 0 ? 0 : -errno;
}

#else

int64_t matrix_process_read_ranges(
    int32_t pid, const uint64_t *addresses, const size_t *counts, size_t ranges, void *buffer) {
  (void)pid, (void)addresses, (void)counts, (void)ranges, (void)buffer;
  return -ENOSYS;
}

int64_t matrix_thread_exists(int32_t process, int32_t thread) {
  (void)process, (void)thread;
  return -ENOSYS;
}

int64_t matrix_process_read(int32_t pid, uint64_t address, void *buffer, size_t count) {
  (void)pid, (void)address, (void)buffer, (void)count;
  return -ENOSYS;
}

int64_t matrix_process_write(int32_t pid, uint64_t address, const void *bytes, size_t count) {
  (void)pid, (void)address, (void)bytes, (void)count;
  return -ENOSYS;
}

#endif
