#include "CTargetProcess.h"

#include <errno.h>

#ifdef __linux__
#include <sys/ioctl.h>

// `struct procmap_query` of linux/fs.h, which older headers do not have.
struct query {
  uint64_t size, flags, address;
  uint64_t start, end, rights, page_size, offset, inode;
  uint32_t device_major, device_minor, name_size, build_id_size;
  uint64_t name, build_id;
};

int64_t matrix_query_mapping(
    int32_t maps, uint64_t address, matrix_mapping *mapping, char *name, uint32_t room) {
  const uint64_t covering_or_next = 0x10;
  struct query query = {.size = sizeof query, .flags = covering_or_next, .address = address};
  query.name = (uint64_t)(uintptr_t)name;
  query.name_size = room;
  if (room > 0) name[0] = 0;
  if (ioctl(maps, _IOWR('f', 17, struct query), &query) != 0) return errno == ENOENT ? 0 : -errno;
  mapping->start = query.start;
  mapping->end = query.end;
  mapping->offset = query.offset;
  mapping->inode = query.inode;
  mapping->device_major = query.device_major;
  mapping->device_minor = query.device_minor;
  mapping->rights = query.rights;
  return 1;
}

#else

int64_t matrix_query_mapping(
    int32_t maps, uint64_t address, matrix_mapping *mapping, char *name, uint32_t room) {
  (void)maps, (void)address, (void)mapping, (void)name, (void)room;
  return -ENOTTY;
}

#endif
