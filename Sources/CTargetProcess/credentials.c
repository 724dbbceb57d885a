#define _GNU_SOURCE
#include "CTargetProcess.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of linux/openat2.h, which older headers do not have.
struct how {
  uint64_t flags, mode, resolve;
};

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

typedef struct __user_cap_data_struct capabilities[2];

static int32_t read_capabilities(capabilities sets) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  return syscall(SYS_capget, &header, sets) == 0 ? 0 : -errno;
}

// The pid 0 is the calling thread.
static int32_t set_effective(uint64_t effective) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  capabilities sets;
  int32_t failure = read_capabilities(sets);
  if (failure != 0) return failure;
  sets[0].effective = (uint32_t)effective;
  sets[1].effective = (uint32_t)(effective >> 32);
  return syscall(SYS_capset, &header, sets) == 0 ? 0 : -errno;
}

static int32_t save_groups(matrix_file_credentials *saved) {
  long count = syscall(SYS_getgroups, 0, NULL);
  if (count < 0) return -errno;
  if (count == 0) return 0;
  saved->groups = malloc((size_t)count * sizeof *saved->groups);
  if (saved->groups == NULL) return -ENOMEM;
  count = syscall(SYS_getgroups, count, saved->groups);
  if (count < 0) {
    int32_t failure = -errno;
    free(saved->groups);
    saved->groups = NULL;
    return failure;
  }
  saved->group_count = (int32_t)count;
  return 0;
}

// The kernel answers with the id from before, whether it was changed or not.
static uint32_t user_of_files(void) { return (uint32_t)setfsuid((uid_t)-1); }
static uint32_t group_of_files(void) { return (uint32_t)setfsgid((gid_t)-1); }

int32_t matrix_assume_file_credentials(
    uint32_t user, uint32_t group, matrix_file_credentials *saved) {
  *saved = (matrix_file_credentials){.group_count = -1};
  saved->user = user_of_files();
  saved->group = group_of_files();
  capabilities sets;
  int32_t failure = read_capabilities(sets);
  if (failure != 0) return failure;
  saved->effective = sets[0].effective | (uint64_t)sets[1].effective << 32;
  int is_own = geteuid() == user && getuid() == user && saved->user == user;
  if (is_own && saved->effective == 0) {
    saved->is_unchanged = 1;
    return 0;
  }

  failure = save_groups(saved);
  if (failure != 0) return failure;
  if (saved->group_count > 0 && syscall(SYS_setgroups, 0, NULL) != 0) {
    failure = -errno;
    saved->group_count = -1;
    if (!is_own) goto undo;
  }
  setfsgid(group);
  failure = -EPERM;
  if (group_of_files() != group && !is_own) goto undo;
  setfsuid(user);
  if (user_of_files() != user) goto undo;
  failure = set_effective(0);
  if (failure != 0) goto undo;
  return 0;

undo:
  matrix_restore_file_credentials(saved);
  return failure;
}

int32_t matrix_restore_file_credentials(matrix_file_credentials *saved) {
  if (saved->is_unchanged) return 0;
  // The user first, as the kernel changes the effective capabilities with it; then the capabilities,
  // without which the groups cannot be set.
  setfsuid(saved->user);
  int32_t failure = set_effective(saved->effective);
  setfsgid(saved->group);
  if (saved->group_count >= 0
      && syscall(SYS_setgroups, saved->group_count, saved->groups) != 0 && failure == 0)
    failure = -errno;
  free(saved->groups);
  saved->groups = NULL;
  return failure;
}

int32_t matrix_openat2(
    int32_t directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct how how = {flags, mode, resolve};
  long descriptor = syscall(SYS_openat2, directory, path, &how, sizeof how);
  return descriptor < 0 ? -errno : (int32_t)descriptor;
}
