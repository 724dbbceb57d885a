#ifndef MATRIX_TRACE_H
#define MATRIX_TRACE_H

// ptrace(2) and the things beside it that Swift cannot call: variadic functions, a structure
// of unions, an instruction. No system header is included here, so that this header agrees with
// any module of the C library.

// ptrace; what it returns, or the negative of errno.
long matrix_ptrace(long request, int thread, unsigned long address, unsigned long data);

// Looks, without blocking, whether this traced thread has stopped. 1: it has, and `status` is the
// signal with the event in the bits above 8. 0: not yet. Less: the negative of errno. Takes the end
// of a thread from nobody: it asks for stops only, and of this thread only. The stop is left with the
// kernel (WNOWAIT): a signal before whose delivery the thread stands is delivered if this process is
// killed.
int matrix_wait_stop(int thread, int *status);

// The kernel's id of the calling thread.
int matrix_thread_id(void);

// The size in bytes of a standard-format XSAVE area that holds these features, as this processor
// lays it out; 0 on another architecture.
unsigned matrix_xsave_size(unsigned long features);

#endif
