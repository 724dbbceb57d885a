#define _GNU_SOURCE
#include "CTargetProcess.h"

#include <errno.h>

#ifdef __linux__
#include <sys/uio.h>

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

#else

int64_t matrix_process_read(int32_t pid, uint64_t address, void *buffer, size_t count) {
  (void)pid, (void)address, (void)buffer, (void)count;
  return -ENOSYS;
}

int64_t matrix_process_write(int32_t pid, uint64_t address, const void *bytes, size_t count) {
  (void)pid, (void)address, (void)bytes, (void)count;
  return -ENOSYS;
}

#endif
