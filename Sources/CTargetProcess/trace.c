#define _GNU_SOURCE
#include "CTargetProcess.h"

#if defined(__linux__)
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

long matrix_ptrace(long request, int thread, unsigned long address, unsigned long data) {
  errno = 0;
  long value = ptrace(request, thread, (void *)address, (void *)data);
  return value == -1 && errno != 0 ? -(long)errno : value;
}

int matrix_wait_stop(int thread, int *status) {
  siginfo_t information = {0};
  int kinds = WSTOPPED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD;
  if (waitid(P_PID, (id_t)thread, &information, kinds) != 0) return -errno;
  if (information.si_pid == 0) return 0;
  *status = information.si_status;
  return 1;
}

int matrix_thread_id(void) { return (int)syscall(SYS_gettid); }
#endif

#if defined(__x86_64__)
#include <cpuid.h>

unsigned matrix_xsave_size(unsigned long features) {
  unsigned size = 512 + 64;  // the legacy area and the header
  for (unsigned feature = 2; feature < 63; feature += 1) {
    unsigned length, offset, flags, unused;
    if (!(features >> feature & 1)) continue;
    if (!__get_cpuid_count(0xd, feature, &length, &offset, &flags, &unused)) return 0;
    // Supervisor state has no place in this format.
    if (!(flags & 1) && offset + length > size) size = offset + length;
  }
  return size;
}
#else
unsigned matrix_xsave_size(unsigned long features) { return 0; }
#endif
